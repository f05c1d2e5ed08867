"""The kit for nodes finds what it says it finds."""

import random
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from skep_contracts.assignments import Assignment
from skep_contracts.conditions import Condition
from skep_contracts.plugins.manifest import HttpResponse
from skep_contracts.plugins.nodes import (
    LoopVariable,
    NodeContext,
    NodeDescription,
    NodeResult,
    NodeWait,
    OutputSpec,
    PureContext,
    Rounds,
    no_runner,
)
from skep_contracts.plugins.tools import ToolDescription, ToolResult
from skep_contracts.problems import InvalidInput, NotFound, RateLimited
from skep_testing.conformance.isolation import TouchedTheWorldError, forbidden_io
from skep_testing.conformance.nodes import (
    ContainerConformance,
    FakeNodeContext,
    NodeConformance,
    WaitingNodeConformance,
    describe,
    run_node,
)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of the node under test."""

    text: str = ""


class Open(msgspec.Struct, frozen=True):
    """Settings that swallow what is misspelt."""

    text: str = ""


class Doing:
    """A pure node that does what it is told."""

    def __init__(self, work: Any) -> None:
        self._work = work

    def evaluate(self, ctx: PureContext, settings: Any) -> NodeResult:
        """Do it."""
        result = self._work(ctx)
        assert isinstance(result, NodeResult)
        return result


def offer(work: Any = None, **changes: Any) -> NodeDescription:
    sound = work or (lambda ctx: NodeResult(outputs={"text": ctx.text("{{a.b}}")}))
    fields: dict[str, Any] = {
        "type": "x",
        "title": "X",
        "description": "Does something.",
        "settings": Settings,
        "outputs": lambda _: (OutputSpec(name="text", type="string"),),
        "factory": lambda _: Doing(sound),
    }
    return NodeDescription(**fields | changes)


class Kit(NodeConformance):
    """The kit, for a node that is handed over and not installed."""

    __test__ = False
    entry_point = "x"
    node_type = "x"
    valid_settings: ClassVar[Mapping[str, Any]] = {"text": "hi"}
    invalid_settings: ClassVar[Any] = {"txt": "hi"}


KIT = Kit()


def test_sound_node_passes() -> None:
    found = offer()

    for name in dir(KIT):
        if name.startswith("test_") and name not in {
            "test_import_is_cheap",
            "test_hostile_value_is_a_problem_at_the_most",
        }:
            getattr(KIT, name)(found)
    KIT.test_hostile_value_is_a_problem_at_the_most(found, "lone surrogate")


def give(**outputs: Any) -> Any:
    return lambda _: NodeResult(outputs=outputs)


@pytest.mark.parametrize(
    ("check", "description"),
    [
        ("test_description_is_complete", offer(description="")),
        ("test_description_is_complete", offer(raw_fields=frozenset({"code"}))),
        ("test_description_is_complete", offer(role="answer")),
        ("test_description_is_complete", offer(role="end", effect="strict")),
        ("test_settings_are_frozen_and_closed", offer(settings=Open)),
        (
            "test_valid_settings_declare_outputs_and_ports",
            offer(outputs=lambda _: (OutputSpec(name="text", type="txt"),)),
        ),
        (
            "test_valid_settings_declare_outputs_and_ports",
            offer(outputs=lambda _: (OutputSpec(name="error"),)),
        ),
        ("test_valid_settings_declare_outputs_and_ports", offer(ports=lambda _: ("a", "a"))),
        ("test_valid_settings_declare_outputs_and_ports", offer(ports=lambda _: ("failed",))),
        ("test_result_keeps_to_what_is_declared", offer(give(text="x", more=1))),
        ("test_result_keeps_to_what_is_declared", offer(give(text=3))),
        (
            "test_result_keeps_to_what_is_declared",
            offer(lambda _: NodeResult(outputs={}, port="elsewhere")),
        ),
        (
            "test_pure_node_repeats_itself_and_touches_nothing",
            offer(lambda _: NodeResult(outputs={"text": str(random.random())})),
        ),
    ],
)
def test_broken_promise_is_found(check: str, description: NodeDescription) -> None:
    with pytest.raises(AssertionError):
        getattr(KIT, check)(description)


def assign(target: str) -> Any:
    change = Assignment(target=target, operation="add", value=1)
    return lambda _: NodeResult(writes=(change,))


def test_node_writes_what_it_declares() -> None:
    found = offer(assign("conversation.n"), writes=lambda _: (("conversation.n", "add"),))

    KIT.test_result_keeps_to_what_is_declared(found)
    with pytest.raises(AssertionError, match=r"conversation\.n is not declared"):
        KIT.test_result_keeps_to_what_is_declared(offer(assign("conversation.n")))


class Waiting:
    """An effect that waits for an answer and gives it on."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data

    async def run(self, ctx: NodeContext, settings: Any) -> NodeResult | NodeWait:
        """Wait, unless there is an answer."""
        if ctx.resumption is None:
            return NodeWait(kind="callback", data=self._data)
        return NodeResult(outputs={"text": "said " + ctx.resumption["text"]})


class WaitingKit(WaitingNodeConformance, Kit):
    """The kit, for a node that waits."""

    __test__ = False
    expected_outputs: ClassVar[Mapping[str, Any]] = {"text": "said yes"}
    expected_wait = "callback"

    def make_context(self, **changes: Any) -> FakeNodeContext:
        """Answer."""
        return super().make_context(**{"resumption": {"text": "yes"}, **changes})


def waits(**data: Any) -> NodeDescription:
    return offer(effect="repeatable", factory=lambda _: Waiting(data))


def test_node_that_waits_is_asked_before_and_after() -> None:
    WaitingKit().test_wait_says_what_for(waits(form="x"))
    WaitingKit().test_result_is_as_expected(waits())
    with pytest.raises(InvalidInput):
        WaitingKit().test_wait_says_what_for(waits(form=object()))
    with pytest.raises(TypeError):
        WaitingKit().test_hostile_answer_is_a_problem_at_the_most(waits(), "zero")


class ContainerKit(ContainerConformance):
    """The kit for containers, for one that is handed over."""

    __test__ = False
    entry_point = "x"
    node_type = "x"
    valid_settings: ClassVar[Mapping[str, Any]] = {"text": "{{inner.text}}"}
    invalid_settings: ClassVar[Any] = {"txt": "hi"}


VARIABLE = LoopVariable(name="n", type="number", value=0)


def contain(rounds: Any = None, **changes: Any) -> NodeDescription:
    sound = Rounds(items="{{a.b}}", output="{{c.d}}", max_rounds=9, variables=(VARIABLE,))
    fields: dict[str, Any] = {
        "role": "container",
        "rounds": (lambda _: rounds) if rounds is not None else lambda _: sound,
        "outputs": lambda _: (
            OutputSpec(name="output", type="array[any]"),
            OutputSpec(name="n", type="number"),
            OutputSpec(name="rounds", type="number"),
        ),
        "factory": no_runner,
        "inner_fields": frozenset({"text"}),
    }
    return offer(**fields | changes)


def test_sound_container_passes() -> None:
    for name in dir(ContainerKit):
        if name.startswith("test_") and name != "test_import_is_cheap":
            getattr(ContainerKit(), name)(contain())


@pytest.mark.parametrize(
    ("check", "description"),
    [
        ("test_description_is_complete", contain(inner_fields=frozenset({"other"}))),
        ("test_description_is_complete", contain(effect="strict")),
        ("test_description_is_complete", contain(role="step")),
        ("test_container_is_not_run", contain(factory=lambda _: Doing(None))),
        ("test_container_is_not_run", contain(ports=lambda _: ("a",))),
        (
            "test_rounds_repeat_themselves_and_touch_nothing",
            offer(role="container", rounds=lambda _: Rounds(max_rounds=random.randrange(9**9))),
        ),
        ("test_rounds_are_data", contain(Rounds(max_rounds=1, until=(Condition(op="eq"),)))),
        ("test_rounds_are_bounded", contain(Rounds(max_rounds=0))),
        ("test_rounds_are_bounded", contain(Rounds(max_rounds=1_000_000))),
        ("test_rounds_are_bounded", contain(Rounds(items="{{a.b}}", max_rounds=1, parallel=1000))),
        ("test_rounds_are_bounded", contain(Rounds(max_rounds=1, parallel=2))),
        (
            "test_variables_have_names_of_their_own",
            contain(Rounds(max_rounds=1, variables=(VARIABLE, VARIABLE))),
        ),
        (
            "test_variables_have_names_of_their_own",
            contain(Rounds(max_rounds=1, variables=(LoopVariable(name="index"),))),
        ),
        ("test_container_declares_what_its_rounds_give", contain(outputs=lambda _: ())),
        ("test_container_declares_what_its_rounds_give", contain(Rounds(max_rounds=1))),
    ],
)
def test_broken_promise_of_a_container_is_found(check: str, description: NodeDescription) -> None:
    with pytest.raises((AssertionError, KeyError)):
        getattr(ContainerKit(), check)(description)


def read_a_file(_: PureContext) -> NodeResult:
    return NodeResult(outputs={"text": Path(__file__).read_text(encoding="utf-8")[:1]})


def test_pure_node_that_reads_a_file_is_found() -> None:
    with pytest.raises(TouchedTheWorldError):
        KIT.test_pure_node_repeats_itself_and_touches_nothing(offer(read_a_file))


def crash(ctx: PureContext) -> NodeResult:
    return NodeResult(outputs={"text": "a" + ctx.value("{{a.b}}")})  # type: ignore[operator]  # on purpose


def test_node_that_crashes_on_a_hostile_value_is_found() -> None:
    with pytest.raises(TypeError):
        KIT.test_hostile_value_is_a_problem_at_the_most(offer(crash), "zero")


def test_unknown_entry_point_is_told_with_what_there_is() -> None:
    with pytest.raises(AssertionError, match="no entry point 'nobody'"):
        describe("nobody", "x")


def test_sockets_are_seen_and_refused() -> None:
    with forbidden_io() as witness, pytest.raises(TouchedTheWorldError):
        socket.create_connection(("127.0.0.1", 9))

    assert witness.seen
    Path(__file__).read_bytes()


async def test_scripts_are_taken_in_order_and_the_last_repeats() -> None:
    answer = HttpResponse(status=204, headers={}, body=b"", url="https://example.org/")
    context = FakeNodeContext(http=[RateLimited("Slow."), answer])

    with pytest.raises(RateLimited):
        await context.http.request("GET", "https://example.org/")

    assert await context.http.request("GET", "https://example.org/") is answer
    assert await context.http.request("POST", "https://example.org/", body=b"x") is answer
    assert [sent.method for sent in context.http.sent] == ["GET", "GET", "POST"]


async def test_stored_file_can_be_read_and_an_unknown_one_cannot() -> None:
    context = FakeNodeContext()

    file = await context.store_file(b"abc", name="a.txt", mime_type="text/plain")

    assert await context.read_file(file) == b"abc"
    with pytest.raises(NotFound):
        await FakeNodeContext().read_file(file)


def test_node_must_return_a_result() -> None:
    class Nothing:
        def evaluate(self, ctx: PureContext, settings: Any) -> Any:
            return {"text": "x"}

    with pytest.raises(AssertionError, match="a dict is no NodeResult"):
        run_node(offer(factory=lambda _: Nothing()), Settings(), FakeNodeContext())


async def test_part_that_was_done_is_not_done_again() -> None:
    done = 0

    async def work() -> Any:
        nonlocal done
        done += 1
        return ["written", done]

    context = FakeNodeContext(done={"first": 7})

    assert await context.once("first", work) == 7
    assert await context.once("second", work) == ["written", 1]
    assert await context.once("second", work) == ["written", 1]
    assert (done, context.done) == (1, {"first": 7, "second": ["written", 1]})


def never() -> Any:
    raise AssertionError("a fake context calls no tool")


async def test_tools_and_apps_are_those_that_were_given() -> None:
    tool = ToolDescription(
        name="add", title="Add", description="Adds.", parameters={}, factory=lambda *_: never()
    )
    wait = NodeWait(kind="run", data={"run_id": "run_1"})
    context = FakeNodeContext(
        tools=(tool,),
        tool_results=(lambda call: ToolResult(text=f"{call.arguments['a']}"),),
        apps={"other": wait},
    )

    assert (await context.call_tool("add", {"a": 1}, key="x")).text == "1"
    assert await context.run_app("other", inputs={"q": 1}) is wait
    with pytest.raises(NotFound):
        await context.call_tool("multiply", {})
    with pytest.raises(NotFound):
        await context.run_app("nobody", inputs={})
    assert [call.key for call in context.tool_calls] == ["x"]
    assert [run.app for run in context.app_runs] == ["other", "nobody"]


async def test_document_gives_the_text_that_was_given_for_it() -> None:
    context = FakeNodeContext(parsed={"a.pdf": "text"})
    known = await context.store_file(b"1", name="a.pdf", mime_type="application/pdf")
    other = await context.store_file(b"2", name="b.bin", mime_type="application/x")

    assert (await context.parse_file(known)).text == "text"
    with pytest.raises(InvalidInput):
        await context.parse_file(other)


def test_place_in_a_round_tells_node_and_effect() -> None:
    context = FakeNodeContext(place="each:3/send", attempt=2, resumption={"answer": 1})

    assert context.node_id == "send"
    assert context.effect_key.endswith(":each:3/send:2")
