"""How the model and its tools take turns."""

import asyncio

from skep_agent_function_calling.strategy import FunctionCalling
from skep_contracts.plugins.agents import AgentTask, ModelReply
from skep_contracts.plugins.models import ChatMessage, ToolCall, ToolSpec
from skep_testing.conformance.agents import FakeAgentContext

TOOLS = (ToolSpec(name="add", description="Adds.", parameters={"type": "object"}),)
TASK = AgentTask(
    query="How much?",
    instruction="Be brief.",
    history=(ChatMessage(role="user", content="hello"),),
    tools=TOOLS,
    max_steps=2,
)


def call(number: int) -> ToolCall:
    return ToolCall(id=f"c{number}", name="add", arguments="{}")


def test_results_answer_the_calls_in_order() -> None:
    replies = [ModelReply(text="I add.", tool_calls=(call(1), call(2))), ModelReply(text="3.")]
    context = FakeAgentContext(TASK, replies, outcomes=["one", "two"])

    answer = asyncio.run(FunctionCalling().answer(context))

    assert answer.text == "3."
    assert answer.is_complete
    assert context.text == "I add.\n\n3."
    asked = context.asked[1]
    assert [message.role for message in asked.messages] == [
        "system",
        "user",
        "user",
        "assistant",
        "tool",
        "tool",
    ]
    results = [(m.tool_call_id, m.text()) for m in asked.messages if m.role == "tool"]
    assert results == [("c1", "one"), ("c2", "two")]
    assert asked.tools == TOOLS


def test_last_question_allows_no_tools() -> None:
    replies = [
        ModelReply(tool_calls=(call(1),)),
        ModelReply(tool_calls=(call(2),)),
        ModelReply(text="I could not finish.", tool_calls=(call(3),)),
    ]
    context = FakeAgentContext(TASK, replies)

    answer = asyncio.run(FunctionCalling().answer(context))

    assert (answer.text, answer.is_complete) == ("I could not finish.", False)
    assert context.asked[2].tool_choice == "none"
    assert "all the steps" in context.asked[2].messages[-1].text()
    assert len(context.used) == 2


def test_replies_without_text_leave_no_empty_paragraphs() -> None:
    replies = [ModelReply(tool_calls=(call(1),)), ModelReply(text="\n\nDone.")]
    context = FakeAgentContext(TASK, replies)

    asyncio.run(FunctionCalling().answer(context))

    assert context.text == "\n\nDone."
