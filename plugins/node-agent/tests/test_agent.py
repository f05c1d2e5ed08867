"""What the agent node does with a strategy, a model and tools; and what it does only once."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from skep_contracts.plugins.agents import AgentAnswer, AgentContext
from skep_contracts.plugins.models import ChatMessage
from skep_contracts.plugins.tools import ToolDescription, ToolResult
from skep_contracts.problems import (
    FieldError,
    InvalidInput,
    NotFound,
    ProviderFailed,
    RateLimited,
    TooLarge,
)
from skep_node_agent.node import AgentNode
from skep_node_agent.settings import AgentSettings
from skep_testing.conformance.agents import SmallestStrategy, says
from skep_testing.conformance.nodes import FakeNodeContext


def no_tool(*_: object) -> Any:
    raise NotImplementedError


ADD = ToolDescription(
    name="add",
    title="Add",
    description="Adds.",
    parameters={
        "type": "object",
        "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
        "required": ["a", "b"],
        "additionalProperties": False,
    },
    factory=no_tool,
)
ONE = ("add", {"a": 1, "b": 2})
TWO = ("add", {"a": 3, "b": 4})


def context(*chat: Any, **rest: Any) -> FakeNodeContext:
    scene: dict[str, Any] = {
        "tools": [ADD],
        "strategies": {"smallest": SmallestStrategy()},
        **rest,
    }
    return FakeNodeContext({"start": {"b": 2, "q": "how much?"}}, chat=chat, **scene)


def run(ctx: FakeNodeContext, **settings: Any) -> Any:
    """Return the node's result; its outputs are read without asking for their types."""
    given = {"strategy": "smallest", "query": "{{start.q}}", "tools": [{"name": "add"}], **settings}
    decoded = msgspec.convert(given, AgentSettings)
    return asyncio.run(AgentNode().run(ctx, decoded))


def told(ctx: FakeNodeContext) -> list[str]:
    """Return what the tools' messages of the last question say."""
    return [m.text() for m in ctx.chats[-1][1].messages if m.role == "tool"]


def test_steps_lead_to_an_answer() -> None:
    ctx = context(says("Wait. ", ONE, TWO), says("Ten."), tool_results=[ToolResult(text="3")])

    result = run(ctx)

    assert result.outputs["text"] == ctx.emitted_text() == "Wait. Ten."
    assert result.outputs["is_complete"] is True
    assert result.outputs["usage"]["total_tokens"] == 24
    assert (result.outputs["usage"]["model_calls"], result.outputs["usage"]["tool_calls"]) == (2, 2)
    assert [step["kind"] for step in result.outputs["steps"]] == ["model", "tool", "tool", "model"]
    assert result.outputs["steps"][1] == {
        "kind": "tool",
        "tool": "add",
        "arguments": {"a": 1, "b": 2},
        "text": "3",
        "is_error": False,
    }
    assert result.logs[1] == '2. add: {"a":1,"b":2} → 3'


def test_every_step_is_done_once() -> None:
    """A worker that takes the node over finds the steps in the log."""
    script = (says("Wait. ", ONE, TWO), says("More. ", ONE), says("Done."))
    whole = context(*script)
    result = run(whole)
    steps = list(whole.done)
    assert steps == ["model-1", "tool-1-0", "tool-1-1", "model-2", "tool-2-0", "model-3"]

    for survived in range(len(steps) + 1):
        done = {key: whole.done[key] for key in steps[:survived]}
        left = [key for key in steps[survived:] if key.startswith("model")]
        again = context(*script[3 - len(left) :] or ("never asked",), done=done)

        assert run(again) == result
        assert len(again.chats) == len(left)
        called = [call.key for call in again.tool_calls]
        assert called == [key for key in steps[survived:] if key.startswith("tool")]
        assert again.emitted_text() == whole.emitted_text()


def test_tools_that_are_asked_for_together_run_side_by_side() -> None:
    active = peak = 0

    class Slow(FakeNodeContext):
        async def call_tool(self, name: str, arguments: Any, *, key: str = "") -> ToolResult:
            nonlocal active, peak
            active += 1
            peak = max(peak, active)
            await asyncio.sleep(0.01)
            active -= 1
            return ToolResult(text=str(arguments["a"]))

    def slow() -> Slow:
        return Slow(
            {"start": {"q": "x"}},
            chat=[says("", ONE, TWO), says("x")],
            tools=[ADD],
            strategies={"smallest": SmallestStrategy()},
        )

    ctx = slow()
    run(ctx)
    assert (peak, told(ctx)) == (2, ["1", "3"])
    peak = 0
    run(slow(), parallel_tools=False)
    assert peak == 1


def test_fixed_arguments_are_hidden_and_win() -> None:
    ctx = context(says("", ("add", {"a": 1, "b": 99})), says("x"))

    result = run(ctx, tools=[{"name": "add", "arguments": {"b": "{{start.b}}"}}])

    assert ctx.tool_calls[0].arguments == {"a": 1, "b": 2}
    spec = ctx.chats[0][1].tools[0]
    assert (set(spec.parameters["properties"]), spec.parameters["required"]) == ({"a"}, ["a"])
    assert result.outputs["steps"][1]["arguments"] == {"a": 1}


def test_same_tool_twice_has_two_names() -> None:
    ctx = context(says("", ("add_2", {"a": 1})), says("x"))

    run(ctx, tools=[{"name": "add"}, {"name": "add", "arguments": {"b": 5}, "description": "+5"}])

    specs = ctx.chats[0][1].tools
    assert [(spec.name, spec.description) for spec in specs] == [("add", "Adds."), ("add_2", "+5")]
    assert ctx.tool_calls[0].arguments == {"a": 1, "b": 5}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (("ad", {}), "There is no tool 'ad'; did you mean `add`?. There are: add."),
        (("add", "{not json"), "not a JSON object"),
        (("add", "[1]"), "not a JSON object"),
        (("add", '{"a": NaN}'), "not a JSON object"),
        (("add", "[" * 10_000), "not a JSON object"),
        (("add\ud800", "{}"), "There is no tool"),
    ],
)
def test_call_that_cannot_be_made_is_told_to_the_model(call: tuple[str, Any], message: str) -> None:
    ctx = context(says("", call), says("I see."))

    result = run(ctx)

    assert message in told(ctx)[0]
    assert ctx.tool_calls == []
    assert result.outputs["steps"][1]["is_error"] is True


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (InvalidInput("Bad.", errors=[FieldError(pointer="/a", message="too big")]), "/a: too big"),
        (RateLimited("Too many."), "later may help"),
        (ToolResult(text="No such sum.", is_error=True), "No such sum."),
        (ToolResult(text="", data={"x": 1}), '{"x":1}'),
        (ToolResult(text=" "), "gave nothing"),
        (ToolResult(text="\ud800"), "?"),
        (ToolResult(text="long " * 100_000), "characters left out"),
    ],
)
def test_what_comes_of_a_tool_is_told_in_words(error: Any, message: str) -> None:
    ctx = context(says("", ONE), says("x"), tool_results=[error])

    run(ctx)

    assert message in told(ctx)[0]
    assert len(told(ctx)[0]) < 60_000


def test_ids_of_calls_are_unique_whatever_the_model_writes() -> None:
    ctx = context(
        says("", ONE, TWO, ids=["same", "same"]), says("", ONE, ids=["same"]), says("x", ids=[])
    )

    run(ctx)

    ids = [m.tool_call_id for m in ctx.chats[-1][1].messages if m.role == "tool"]
    assert ids == ["same", "call_1_1", "call_2_0"]


def test_too_many_calls_at_once_are_not_made() -> None:
    ctx = context(says("", *[ONE] * 40), says("x"))

    run(ctx)

    assert len(ctx.tool_calls) == 32
    assert "no more than 32" in told(ctx)[-1]


def test_used_up_steps_lead_to_an_answer_without_tools() -> None:
    ctx = context(says("", ONE), says("", ONE), says("As far as I got.", ONE))

    result = run(ctx, max_steps=2)

    assert result.outputs["is_complete"] is False
    assert ctx.chats[2][1].tool_choice == "none"
    assert len(ctx.tool_calls) == 2


def test_used_up_steps_may_be_a_failure() -> None:
    with pytest.raises(TooLarge) as failed:
        run(context(says("", ONE)), max_steps=2, on_limit="fail")

    assert failed.value.exact_code == "agent_out_of_steps"


def test_strategy_that_does_not_stop_is_stopped() -> None:
    class Endless:
        async def answer(self, ctx: AgentContext) -> AgentAnswer:
            while True:
                await ctx.ask([ChatMessage(role="user", content="x")])

    with pytest.raises(TooLarge):
        run(context("x", strategies={"smallest": Endless()}), max_steps=3)


SCHEMA = {
    "type": "object",
    "properties": {"sum": {"type": "integer"}},
    "required": ["sum"],
    "additionalProperties": False,
}


def test_answer_is_held_against_the_schema() -> None:
    ctx = context(says('The answer: {"sum": 3}'))

    result = run(ctx, output_schema=SCHEMA)

    assert (result.outputs["data"], result.outputs["text"]) == ({"sum": 3}, '{"sum":3}')
    assert ctx.emitted == []
    assert len(ctx.chats) == 1


def test_answer_that_breaks_the_schema_is_asked_for_once_more() -> None:
    ctx = context(says("", ONE), says('{"sum": "three"}'), says('{"sum": 3}'))

    result = run(ctx, output_schema=SCHEMA, max_steps=1)

    assert result.outputs["data"] == {"sum": 3}
    final = ctx.chats[-1][1]
    assert final.response_schema is not None
    assert final.tool_choice == "none"
    assert "/sum" in final.messages[-1].text()
    assert list(ctx.done)[-1] == "model-final"


def test_second_answer_that_breaks_the_schema_fails_the_node() -> None:
    with pytest.raises(ProviderFailed) as failed:
        run(context(says("no"), says("never")), output_schema=SCHEMA)

    assert failed.value.exact_code == "answer_breaks_schema"


def test_memory_and_parameters_reach_the_model() -> None:
    history = [
        ChatMessage(role=r, content=f"{r} {n}") for n in (1, 2) for r in ("user", "assistant")
    ]
    seen: list[Sequence[ChatMessage]] = []

    class Remembering:
        async def answer(self, ctx: AgentContext) -> AgentAnswer:
            seen.append(ctx.task.history)
            return AgentAnswer(text=(await ctx.ask(())).text)

    ctx = context("x", history=history, strategies={"smallest": Remembering()})
    settings = {"memory": {"window": 1}, "temperature": 0.5, "max_tokens": 9, "extra": {"k": 1}}

    result = run(ctx, model="p/m", **settings)

    assert [message.text() for message in seen[0]] == ["user 2", "assistant 2"]
    model, request = ctx.chats[0]
    assert (model, request.temperature, request.max_tokens) == ("p/m", 0.5, 9)
    assert request.extra == {"k": 1}
    assert request.idempotency_key == f"{ctx.effect_key}/model-1"
    assert result.outputs["text"] == ctx.emitted_text() == "x"


def test_tools_that_are_not_there_are_all_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        run(context("x"), tools=[{"name": "ad"}, {"name": "add", "arguments": {"c": 1}}])

    places = [(fault.pointer, "add" in fault.message) for fault in refused.value.errors]
    assert places == [("/tools/0/name", True), ("/tools/1/arguments/c", True)]


def test_unknown_strategy_fails() -> None:
    with pytest.raises(NotFound):
        run(context("x"), strategy="magic")


def test_failing_model_fails_the_node_and_keeps_what_was_done() -> None:
    ctx = context(says("", ONE), ProviderFailed("Down."))

    with pytest.raises(ProviderFailed) as failed:
        run(ctx)

    assert list(ctx.done) == ["model-1", "tool-1-0"]
    assert [line[:2] for line in failed.value.__notes__] == ["1.", "2."], "the trace shows them"


def test_withheld_reply_is_said() -> None:
    pieces = says("")
    withheld = msgspec.structs.replace(pieces[-1], finish_reason="content_filter")

    with pytest.raises(InvalidInput) as refused:
        run(context([withheld]))

    assert refused.value.exact_code == "content_filtered"


def test_strategy_that_gives_no_answer_is_a_faulty_plugin() -> None:
    class Silent:
        async def answer(self, ctx: AgentContext) -> Any:
            return None

    with pytest.raises(ProviderFailed) as failed:
        run(context("x", strategies={"smallest": Silent()}))

    assert failed.value.exact_code == "bad_plugin"


def test_steps_are_plain_values() -> None:
    ctx = context(says("a", ONE), says("b"))

    run(ctx)

    assert json.loads(json.dumps(ctx.done)) == ctx.done
