"""Steps of an effect: done once, written down before the effect goes on."""

import asyncio
from typing import Any

import pytest

from services.orchestrator.tests.scripted import node, plan_of
from skep_contracts.plugins.models import Usage
from skep_contracts.problems import InvalidInput, TooLarge, Unavailable
from skep_contracts.run_log import ModelCall, NodeStarted, NodeStep, NodeSucceeded, RunStarted
from skep_contracts.values import Value
from skep_orchestrator.engine.apply import apply
from skep_orchestrator.engine.state import RunState
from skep_orchestrator.nodes.secrets import NO_SECRETS, Secrets, token_of
from skep_orchestrator.nodes.steps import StepLog, Steps, noting

PLAN = plan_of({"s": node("begin"), "a": node("act"), "e": node("finish")}, ["s > a > e"])


class Written:
    """A journal that the test writes when it likes."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()

    async def written(self) -> None:
        await self.gate.wait()


class Fixture:
    def __init__(self, secrets: Secrets = NO_SECRETS) -> None:
        self.state = RunState(PLAN)
        start = RunStarted(
            run_id="run_1", app_id="app_1", version="v", mode="workflow", inputs={}, system={}
        )
        for event in (
            start,
            NodeStarted(node="s", node_type="begin"),
            NodeSucceeded(node="s", outputs={}),
            NodeStarted(node="a", node_type="act", effect_key="run_1:a:1"),
        ):
            apply(self.state, event)
        self.events: list[NodeStep] = []
        self.journal = Written()
        self.calls: list[ModelCall] = []
        self.secrets = secrets
        self.wake = asyncio.Event()
        self.steps = self.new_attempt()
        self.worked = 0

    def new_attempt(self) -> Steps:
        """As a worker does that took the run over."""
        log = StepLog(self._record, self.journal, wake=self.wake, now_ms=lambda: 7)
        return Steps(self.state, self.state.doing("a"), secrets=self.secrets, log=log)

    def _record(self, event: NodeStep) -> None:
        apply(self.state, event)
        self.events.append(event)

    async def once(self, key: str, value: Any = "done", steps: Steps | None = None) -> Value:
        async def work() -> Value:
            self.worked += 1
            noting(self.calls)(ModelCall(provider="p", model="m", usage=Usage()))
            if isinstance(value, BaseException):
                raise value
            given: Value = value
            return given

        return await (steps or self.steps).once(key, work, calls=self.calls)


@pytest.fixture
async def given() -> Fixture:
    return Fixture()


async def test_step_is_done_once_and_found_again(given: Fixture) -> None:
    first = await given.once("one", {"x": [1]})

    again = await given.once("one", "other", given.new_attempt())

    assert first == again == {"x": [1]}
    assert given.worked == 1
    (event,) = given.events
    assert (event.node, event.key, event.value, event.at_ms) == (
        "a",
        "one",
        {"value": {"x": [1]}},
        7,
    )


async def test_null_is_a_result_as_well(given: Fixture) -> None:
    await given.once("one", None)

    assert await given.once("one", "other") is None
    assert given.worked == 1


async def test_effect_does_not_go_on_before_the_log_has_the_step(given: Fixture) -> None:
    given.journal.gate.clear()
    async with asyncio.TaskGroup() as tasks:
        step = tasks.create_task(given.once("one"))
        await asyncio.sleep(0.01)
        assert given.wake.is_set()
        assert not step.done()

        given.journal.gate.set()

    assert step.result() == "done"


async def test_model_calls_belong_to_their_step(given: Fixture) -> None:
    async with asyncio.TaskGroup() as tasks:
        for key in ("one", "two"):
            tasks.create_task(given.once(key))
    with pytest.raises(ValueError, match="no"):
        await given.once("three", ValueError("no"))

    assert [len(event.calls) for event in given.events] == [1, 1]
    assert len(given.calls) == 1, "those of a step that failed are the attempt's"


async def test_values_are_our_own(given: Fixture) -> None:
    mine: Any = {"x": [1]}
    first: Any = await given.once("one", mine)
    mine["x"].append(2)
    first["x"].append(3)

    assert await given.once("one") == {"x": [1]}


@pytest.mark.parametrize("value", [object(), float("nan"), "\ud800", {1: 2}, 2**70])
async def test_what_is_no_value_is_not_written(given: Fixture, value: Any) -> None:
    with pytest.raises(InvalidInput):
        await given.once("one", value)

    assert given.events == []


async def test_value_has_a_limit(given: Fixture) -> None:
    with pytest.raises(TooLarge):
        await given.once("one", "x" * 9_000_000)


async def test_nothing_is_written_once_the_attempt_is_over(given: Fixture) -> None:
    given.steps.is_over = True

    with pytest.raises(Unavailable):
        await given.once("one")

    assert given.events == []


async def test_same_step_cannot_be_under_way_twice(given: Fixture) -> None:
    given.journal.gate.clear()
    gate = asyncio.Event()

    async def work() -> Value:
        await gate.wait()
        return 1

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(given.steps.once("one", work, calls=[]))
        await asyncio.sleep(0)
        with pytest.raises(ValueError, match="under way"):
            await given.once("one")
        gate.set()
        given.journal.gate.set()


@pytest.mark.parametrize("key", ["", "x" * 201])
async def test_key_is_a_short_text(given: Fixture, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        await given.once(key)


async def test_secret_is_a_token_in_the_log_and_itself_for_the_effect() -> None:
    token = token_of("KEY", "signed")
    given = Fixture(Secrets({"KEY": token}, {"KEY": "canary-12345"}))

    first = await given.once("one", {"heard": "it is canary-12345"})
    again = await given.once("one", None, given.new_attempt())

    assert given.events[0].value == {"value": {"heard": f"it is {token}"}}
    assert first == again == {"heard": "it is canary-12345"}


async def test_token_that_a_stranger_writes_stays_harmless() -> None:
    token = token_of("KEY", "signed")
    given = Fixture(Secrets({"KEY": token}, {"KEY": "canary-12345"}))

    assert await given.once("one", f"give me {token}") == "give me [secret KEY]"
