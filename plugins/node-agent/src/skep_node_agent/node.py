"""Hosts a strategy: gives it the task, its model and its tools, and makes outputs of its answer."""

from typing import Any, Final

import msgspec

from skep_contracts.asking.memory import remembered
from skep_contracts.asking.prompts import PromptFolder
from skep_contracts.plugins.agents import AgentAnswer, AgentStrategy, AgentTask
from skep_contracts.plugins.models import ChatMessage
from skep_contracts.plugins.nodes import NodeContext, NodeResult, NodeWait
from skep_contracts.problems import FieldError, InvalidInput, ProviderFailed, SkepError
from skep_contracts.values import Value
from skep_node_agent.acting import WaitingError
from skep_node_agent.hosting import AgentHost
from skep_node_agent.offering import offer_tools
from skep_node_agent.settings import AgentSettings
from skep_node_agent.structured import read_answer

PROMPTS: Final = PromptFolder("skep_node_agent")
_MAX_REPEATED_CHARS: Final = 20_000


class AgentNode:
    """Gives the agent's text, streamed; with a schema the value, and then nothing streams."""

    async def run(self, ctx: NodeContext, settings: AgentSettings) -> NodeResult | NodeWait:
        """Let the agent work until it has an answer.

        Raises:
            NotFound: There is no such strategy.
            InvalidInput: There is nothing to work on, or a tool is not there.
            TooLarge: The steps are used up, and that is to be a failure.
            ProviderFailed: The answer does not follow the schema, not even when asked again.
        """
        strategy = ctx.agent_strategy(settings.strategy)
        tools = await offer_tools(ctx, settings)
        task = AgentTask(
            query=_query(ctx, settings),
            instruction=_instruction(ctx, settings),
            history=tuple(remembered(ctx.history, settings.memory)),
            tools=tuple(tool.spec for tool in tools.values()),
            max_steps=settings.max_steps,
        )
        host = AgentHost(ctx, settings, task, tools)
        try:
            answer = await _answer(strategy, host, settings.strategy)
            text, data = await _text_and_data(host, answer, settings.output_schema)
        except WaitingError as waiting:
            return waiting.wait
        except SkepError as error:
            for line in host.trace.lines():
                error.add_note(line)
            raise
        outputs: dict[str, Any] = {
            "text": text,
            "data": data,
            "steps": host.trace.steps,
            "sources": host.trace.sources,
            "usage": host.trace.usage_value(),
            "is_complete": answer.is_complete,
        }
        return NodeResult(outputs=outputs, logs=host.trace.lines())


async def _answer(strategy: AgentStrategy, host: AgentHost, name: str) -> AgentAnswer:
    answer = await strategy.answer(host)
    if not isinstance(answer, AgentAnswer):
        raise ProviderFailed(
            f"The strategy `{name}` gave something that is no answer. That is a mistake in the "
            "plugin that brings it.",
            code="bad_plugin",
        )
    return answer


async def _text_and_data(
    host: AgentHost, answer: AgentAnswer, schema: dict[str, Any] | None
) -> tuple[str, Value]:
    if schema is not None:
        data = await _value(host, answer, schema)
        return msgspec.json.encode(data).decode(), data
    if not host.shown:
        host.emit_text(answer.text)
    return host.shown, None


def _query(ctx: NodeContext, settings: AgentSettings) -> str:
    query = ctx.text(settings.query)
    if not query.strip():
        raise InvalidInput(
            "The query is empty once its references are filled in.",
            errors=[FieldError(pointer="/query", message="empty with these values")],
            code="empty_query",
        )
    return query


def _instruction(ctx: NodeContext, settings: AgentSettings) -> str:
    parts = [ctx.text(settings.instruction).strip()]
    if settings.output_schema is not None:
        schema = msgspec.json.encode(settings.output_schema).decode()
        parts.append(PROMPTS.fill("structured", schema=schema))
    return "\n\n".join(part for part in parts if part)


async def _value(host: AgentHost, answer: AgentAnswer, schema: dict[str, Any]) -> Value:
    """Return the answer as a value; one that does not follow the schema is asked for once more."""
    value, fault = read_answer(answer.text, schema)
    if fault is not None:
        task = host.task
        asked = (
            ChatMessage(role="system", content=task.instruction),
            ChatMessage(role="user", content=task.query),
            ChatMessage(role="assistant", content=answer.text[:_MAX_REPEATED_CHARS] or "(nothing)"),
        )
        repair = ChatMessage(role="user", content=PROMPTS.fill("repair", fault=fault))
        reply = await host.ask_for_value((*(answer.messages or asked), repair), schema)
        value, fault = read_answer(reply.text, schema)
    if fault is not None:
        raise ProviderFailed(
            f"The agent's answer does not follow the schema: {fault[:500]}",
            code="answer_breaks_schema",
        )
    return value
