"""A plugin may do anything; its run fails with a cause, and the worker goes on."""

import asyncio

import msgspec
import pytest

from services.orchestrator.tests.runs.stage import HOSTILE, Stage
from services.orchestrator.tests.scripted import document, node
from skep_contracts.plugins.nodes import NodeResult
from skep_contracts.problems import InvalidInput
from skep_contracts.run_log import RunFailed, RunSucceeded

FINE = document(
    {"s": node("begin"), "a": node("act"), "e": node("finish")},
    ["s > a > e"],
)
DEFECTS = {"sour error", "exit", "cancellation"}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_hostile_result_fails_its_run_alone(stage: Stage, kind: str) -> None:
    worker = await stage.add_worker()
    flow = document(
        {"s": node("begin"), "a": node("act", script={"hostile": kind}), "e": node("finish")},
        ["s > a > e"],
    )

    end = await stage.end_of(await stage.start(flow), timeout_s=5)

    assert isinstance(end, RunFailed)
    assert end.node == "a"
    assert (end.problem.code == "defect") == (kind in DEFECTS)
    assert (end.problem.trace_id is not None) == (kind in DEFECTS)
    assert "no words" not in end.problem.detail
    assert not worker.task.done()
    assert isinstance(await stage.end_of(await stage.start(FINE)), RunSucceeded)


async def test_fault_of_a_pure_node_is_the_nodes(stage: Stage) -> None:
    await stage.add_worker()
    flow = document(
        {"s": node("begin"), "c": node("compute", fault="No."), "e": node("finish")},
        ["s > c > e"],
    )

    end = await stage.end_of(await stage.start(flow))

    assert (end.node, end.problem.detail) == ("c", "No.")


async def test_factory_that_fails_is_named(stage: Stage) -> None:
    await stage.add_worker()
    broken = stage.host.nodes["act", 1]

    def fail(ctx: object) -> object:
        raise ValueError("x")

    stage.host.nodes = {
        **stage.host.nodes,
        ("act", 1): type(broken)(
            **{name: getattr(broken, name) for name in broken.__struct_fields__} | {"factory": fail}
        ),
    }

    end = await stage.end_of(await stage.start(FINE))

    assert end.problem.code == "node_type_broken"


class Divided:
    """A node that divides its work among tasks, one of which fails."""

    async def run(self, ctx: object, settings: object) -> NodeResult:
        async def fail() -> None:
            raise InvalidInput("One part cannot be done.", code="part_failed")

        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(fail())
                tasks.create_task(asyncio.sleep(60))
        except* InvalidInput as failures:
            raise failures.exceptions[0] from None
        raise AssertionError


async def test_node_whose_tasks_fail_ends_like_any_other(stage: Stage) -> None:
    """A task group leaves a cancellation counted that it meant for itself (Python 3.11, 3.12)."""
    await stage.add_worker()
    act = stage.host.nodes["act", 1]
    divided = msgspec.structs.replace(act, factory=lambda _: Divided())
    stage.host.nodes = {**stage.host.nodes, ("act", 1): divided}

    end = await stage.end_of(await stage.start(FINE), timeout_s=5)

    assert isinstance(end, RunFailed)
    assert (end.node, end.problem.code) == ("a", "part_failed")
