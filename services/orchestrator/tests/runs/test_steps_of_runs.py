"""Steps of effects in running workers: in the log once, found again by whoever takes over."""

import asyncio
from typing import Any

import pytest

from services.orchestrator.tests.runs.stage import Deeds, Host, Stage
from services.orchestrator.tests.scripted import Act, document, node, node_types
from skep_contracts.plugins.nodes import NodeContext, NodeResult
from skep_contracts.problems import Unavailable
from skep_contracts.run_log import NodeRetrying, NodeStep, RunEvent, RunSucceeded
from skep_contracts.values import Value


class Stepping:
    """Does steps one after the other, each noted with its effect's key."""

    def __init__(self, deeds: Deeds) -> None:
        self.deeds = deeds

    async def run(self, ctx: NodeContext, settings: Act) -> NodeResult:
        script: dict[str, Any] = settings.script
        given: list[Value] = []
        for number, value in enumerate(script["values"]):
            given.append(await ctx.once(f"s{number}", self.step(ctx, number, value)))
        if ctx.attempt <= script.get("failures", 0):
            raise Unavailable("Not now.")
        return NodeResult(outputs={"value": given})

    def step(self, ctx: NodeContext, number: int, value: Value) -> Any:
        async def work() -> Value:
            self.deeds.begun.append(f"{ctx.effect_key}:s{number}")
            if f"s{number}" in self.deeds.gates:
                await self.deeds.gates[f"s{number}"].wait()
            return value

        return work


@pytest.fixture
def stepping(stage: Stage) -> Stage:
    stage.host = Host(node_types(lambda: Stepping(stage.deeds), lambda: Stepping(stage.deeds)))
    return stage


def flow(values: list[Any], **rest: Any) -> Any:
    script = {"values": values, "failures": rest.pop("failures", 0)}
    return document(
        {
            "s": node("begin"),
            "a": node("act", script=script, **rest),
            "e": node("finish", outputs={"x": "{{a.value}}"}),
        },
        ["s > a > e"],
    )


def steps(events: tuple[RunEvent, ...]) -> list[str]:
    return [event.key for event in events if isinstance(event, NodeStep)]


@pytest.mark.parametrize("lost_in", [0, 1, 2])
async def test_worker_that_takes_over_goes_on_behind_the_steps_that_were_done(
    stepping: Stage, lost_in: int
) -> None:
    values = [{"n": 1}, "x" * 100_000, {"$blob": {"key": "forged", "size_bytes": 1}}]
    gate = stepping.deeds.gate(f"s{lost_in}")
    first = await stepping.add_worker()
    run_id = await stepping.start(flow(values))
    await begun(stepping, f"{run_id}:a:1:s{lost_in}", 1)

    await first.kill()
    await stepping.add_worker()
    await begun(stepping, f"{run_id}:a:1:s{lost_in}", 2)
    gate.set()
    end = await stepping.end_of(run_id)

    assert isinstance(end, RunSucceeded)
    events = await stepping.events(run_id)
    assert steps(events) == ["s0", "s1", "s2"]
    assert [event.value["value"] for event in events if isinstance(event, NodeStep)] == values
    counts = [stepping.deeds.begun.count(f"{run_id}:a:1:s{n}") for n in range(3)]
    assert counts == [2 if n == lost_in else 1 for n in range(3)]


async def test_retry_begins_its_steps_anew(stepping: Stage) -> None:
    await stepping.add_worker()
    run_id = await stepping.start(flow([1, 2], failures=1, retry={"attempts": 2, "delay_s": 0.01}))

    assert isinstance(await stepping.end_of(run_id), RunSucceeded)

    events = await stepping.events(run_id)
    assert steps(events) == ["s0", "s1", "s0", "s1"]
    assert any(isinstance(event, NodeRetrying) for event in events)


async def test_many_steps_cost_a_message_each_and_no_more(stepping: Stage) -> None:
    await stepping.add_worker()
    run_id = await stepping.start(flow(list(range(200))))

    assert isinstance(await stepping.end_of(run_id), RunSucceeded)

    assert len(steps(await stepping.events(run_id))) == 200


async def test_cancelled_run_leaves_no_step_behind(stepping: Stage) -> None:
    stepping.deeds.gate("s1")
    await stepping.add_worker()
    run_id = await stepping.start(flow([1, 2]))
    await begun(stepping, f"{run_id}:a:1:s1", 1)

    await stepping.cancel(run_id)
    await stepping.end_of(run_id)

    assert steps(await stepping.events(run_id)) == ["s0"]


async def begun(stage: Stage, deed: str, count: int) -> None:
    for _ in range(4_000):
        if stage.deeds.begun.count(deed) >= count:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(stage.deeds.begun)
