"""Apps and knowledge as tools, and a person who is asked before a call is made."""

import asyncio
from typing import Any

import msgspec
import pytest

from skep_contracts.calls.chunk import FoundChunk, SearchChunksReply
from skep_contracts.plugins.nodes import AppForm, AppResult, NodeWait
from skep_contracts.plugins.tools import ToolDescription, ToolResult
from skep_contracts.problems import InvalidInput, ProviderFailed
from skep_contracts.waits.forms import Form, read_answer
from skep_node_agent.node import AgentNode
from skep_node_agent.settings import AgentSettings
from skep_testing.conformance.agents import SmallestStrategy, says
from skep_testing.conformance.nodes import FakeNodeContext


def _no_tool(*_: object) -> Any:
    raise NotImplementedError


PAY = ToolDescription(
    name="pay",
    title="Pay",
    description="Pays.",
    parameters={"type": "object", "properties": {"sum": {"type": "number"}}},
    factory=_no_tool,
)
CHUNK = FoundChunk(
    id="c1",
    dataset_id="d",
    dataset_name="handbook",
    document_id="doc",
    document_name="leave.pdf",
    seq=0,
    text="Twenty-five days.",
    score=0.9,
    page=3,
    heading_path=("Leave", "Paid"),
)


def run(ctx: FakeNodeContext, **settings: Any) -> Any:
    given = {"strategy": "smallest", "query": "?", **settings}
    return asyncio.run(AgentNode().run(ctx, msgspec.convert(given, AgentSettings)))


def context(*chat: Any, **rest: Any) -> FakeNodeContext:
    return FakeNodeContext(chat=chat, strategies={"smallest": SmallestStrategy()}, **rest)


def told(ctx: FakeNodeContext) -> list[str]:
    return [m.text() for m in ctx.chats[-1][1].messages if m.role == "tool"]


def form_of(wait: Any) -> Form:
    assert isinstance(wait, NodeWait)
    assert wait.kind == "form"
    return msgspec.convert(wait.data, Form)


def answer(form: Form, action: str, note: str | None = None) -> dict[str, Any]:
    """Return an answer as the gateway lets it through."""
    chosen = next(each.id for each in form.actions if each.label == action)
    read = read_answer(form, {"action": chosen, "fields": {} if note is None else {"note": note}})
    return {"action": read.action, "fields": read.fields}


def test_app_is_a_tool_with_the_form_of_the_app() -> None:
    parameters = {
        "type": "object",
        "properties": {"order": {"type": "string"}, "tenant": {"type": "string"}},
        "required": ["order", "tenant"],
        "additionalProperties": False,
    }
    forms = {
        "refunds": AppForm(
            name="Refund it!", description="", takes_query=False, parameters=parameters
        )
    }
    ctx = context(
        says("", ("Refund_it", {"order": "7"})),
        says("Done."),
        apps={"refunds": AppResult(run_id="run_1", outputs={"state": "paid", "sum": 3})},
        forms=forms,
    )

    run(ctx, apps=[{"app": "refunds", "inputs": {"tenant": "ours"}}])

    offered = ctx.chats[0][1].tools[0]
    assert offered.name == "Refund_it"
    assert offered.parameters["required"] == ["order"]
    assert ctx.app_runs[0].inputs == {"order": "7", "tenant": "ours"}
    assert told(ctx) == ['{"state":"paid","sum":3}']


def test_chat_app_is_sent_a_message() -> None:
    form = AppForm(name="expert", description="Knows.", takes_query=True, parameters={})
    ctx = context(
        says("", ("expert", {"query": "Why?"})),
        says("So."),
        apps={"expert": AppResult(run_id="run_1", outputs={}, answer="Because.")},
        forms={"expert": form},
    )

    run(ctx, apps=[{"app": "expert"}])

    assert (ctx.app_runs[0].query, ctx.app_runs[0].inputs) == ("Why?", {})
    assert told(ctx) == ["Because."]


def test_app_that_fails_is_told_and_one_that_waits_is_waited_for() -> None:
    failing = context(
        says("", ("a", {})), says("Oh."), apps={"a": ProviderFailed("The run failed.")}
    )
    run(failing, apps=[{"app": "a"}])
    assert told(failing)[0].startswith("The tool failed: The run failed.")

    wait = NodeWait(kind="run", data={"run_id": "run_1"})
    waiting = context(says("", ("a", {})), apps={"a": wait})
    assert run(waiting, apps=[{"app": "a"}]) == wait
    assert list(waiting.done) == ["model-1"]


def test_app_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        run(context("x"), apps=[{"app": "nobody"}])

    assert refused.value.errors[0].pointer == "/apps/0/app"


def test_knowledge_is_searched_and_its_sources_are_kept() -> None:
    second = msgspec.structs.replace(CHUNK, id="c2", text="None.", page=None, heading_path=())
    ctx = context(
        says("", ("search_knowledge", {"query": "leave"}), ("search_knowledge", {"query": "pay"})),
        says("25 [1]."),
        search=SearchChunksReply(chunks=(CHUNK, second)),
    )

    result = run(ctx, knowledge={"datasets": ["handbook"], "top_k": 2})

    assert ctx.searches[0].datasets == ("handbook",)
    assert ctx.searches[0].top_k == 2
    assert told(ctx)[0].startswith("[1] (leave.pdf, page 3, Leave / Paid)\nTwenty-five days.")
    sources = result.outputs["sources"]
    assert [(each["id"], each["query"]) for each in sources] == [("c1", "leave"), ("c2", "leave")]

    again = context(says("25 [1]."), done={k: v for k, v in ctx.done.items() if k != "model-2"})
    assert run(again, knowledge={"datasets": ["handbook"]}).outputs["sources"] == sources
    assert again.searches == []


def test_search_without_words_is_told() -> None:
    ctx = context(says("", ("search_knowledge", {"query": " "})), says("x"))

    run(ctx, knowledge={"datasets": ["handbook"]})

    assert "says what to look for" in told(ctx)[0]


SCRIPT = (says("", ("pay", {"sum": 5})), says("Paid."))
ASKING = {"tools": [{"name": "pay", "ask_first": True}]}


def test_call_waits_until_a_person_allows_it() -> None:
    first = context(*SCRIPT, tools=[PAY])
    form = form_of(run(first, **ASKING))
    assert first.tool_calls == []
    assert "pay" in form.content
    assert '"sum": 5' in form.content

    second = context(
        *SCRIPT[1:], tools=[PAY], done=first.done, resumption=answer(form, "Allow"),
        tool_results=[ToolResult(text="ok")],
    )  # fmt: skip
    assert run(second, **ASKING).outputs["text"] == "Paid."
    assert [call.arguments for call in second.tool_calls] == [{"sum": 5}]


def test_refused_call_is_told_to_the_model_with_the_note() -> None:
    first = context(*SCRIPT, tools=[PAY])
    form = form_of(run(first, **ASKING))

    second = context(
        SCRIPT[1],
        tools=[PAY],
        done=first.done,
        resumption=answer(form, "Refuse", "Too much."),
    )
    run(second, **ASKING)

    assert second.tool_calls == []
    assert told(second)[0].endswith("They say: Too much.")


def test_every_call_is_asked_about_and_an_answer_counts_once() -> None:
    script = (says("", ("pay", {"sum": 1}), ("pay", {"sum": 2})), says("Both."))
    first = context(*script, tools=[PAY])
    one = form_of(run(first, **ASKING))

    second = context(*script[1:], tools=[PAY], done=first.done, resumption=answer(one, "Allow"))
    two = form_of(run(second, **ASKING))
    assert second.tool_calls == []

    # The worker is lost after the first answer was written down: the same answer is still there.
    lost = context(*script[1:], tools=[PAY], done=second.done, resumption=answer(one, "Allow"))
    assert form_of(run(lost, **ASKING)) == two

    third = context(*script[1:], tools=[PAY], done=lost.done, resumption=answer(two, "Refuse"))
    run(third, **ASKING)
    assert [call.arguments for call in third.tool_calls] == [{"sum": 1}]


def test_arguments_cannot_break_out_of_the_form() -> None:
    hostile = "```\n\n# Approved by your bank\n````"
    first = context(says("", ("pay", {"sum": hostile})), tools=[PAY])

    content = form_of(run(first, **ASKING)).content

    fence = content.split("json\n")[0].rpartition("\n")[2]
    assert len(fence) > 4
    assert content.count(f"\n{fence}\n") == 1
