"""What a strategy works with: each model call and each tool call is a step that is done once."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from skep_contracts.asking.dialogue import ask
from skep_contracts.asking.json_text import can_be_strict
from skep_contracts.asking.said import Said
from skep_contracts.plugins.agents import AgentTask, ModelReply, ToolOutcome
from skep_contracts.plugins.models import (
    ChatMessage,
    ChatRequest,
    ResponseSchema,
    ToolCall,
    ToolSpec,
)
from skep_contracts.plugins.nodes import NodeContext
from skep_contracts.problems import InvalidInput, SkepError, TooLarge
from skep_node_agent.acting import decision, perform, refusal
from skep_node_agent.offering import OfferedTool
from skep_node_agent.settings import AgentSettings
from skep_node_agent.trace import Trace
from skep_node_agent.using import ReadCall, cleaned, read_call, told

MAX_CALLS: Final = 32
"""Tools that one reply may ask for."""
_SIDE_BY_SIDE: Final = 8


class AgentHost:
    """Implements `AgentContext` for one run of an agent.

    Steps are named by their order, so that a strategy that is run again finds those that were done.
    """

    def __init__(
        self,
        ctx: NodeContext,
        settings: AgentSettings,
        task: AgentTask,
        tools: Mapping[str, OfferedTool],
    ) -> None:
        self.trace = Trace()
        self._ctx = ctx
        self._settings = settings
        self._task = task
        self._tools = tools
        self._model = ctx.text(settings.model).strip() or "default"
        self._extra: Any = ctx.value(settings.extra)
        self._asked = 0
        self._used = 0
        self._ids: set[str] = set()
        self._shown: list[str] = []
        self._decisions: dict[str, Any] = {}

    @property
    def task(self) -> AgentTask:
        """What is asked."""
        return self._task

    @property
    def steps_left(self) -> int:
        """Model calls left in which tools may be asked for."""
        return max(0, self._task.max_steps - self._asked)

    @property
    def logger(self) -> logging.Logger:
        """Knows the run and the node."""
        return self._ctx.logger

    @property
    def shown(self) -> str:
        """All that the strategy showed."""
        return "".join(self._shown)

    def emit_text(self, text: str) -> None:
        """Show more text, unless the answer is held against a schema first."""
        if text and self._settings.output_schema is None:
            self._shown.append(text)
            self._ctx.emit_text(text)

    async def ask(
        self,
        messages: Sequence[ChatMessage],
        *,
        tools: Sequence[ToolSpec] = (),
        tool_choice: str | None = None,
        stop: Sequence[str] = (),
        on_text: Callable[[str], None] | None = None,
    ) -> ModelReply:
        """Ask the model; see `AgentContext.ask`."""
        if self._asked >= self._task.max_steps:
            self._check_limit()
            tool_choice = "none" if tools else None
        self._asked += 1
        request = self._request(messages, tools=tools, tool_choice=tool_choice, stop=stop)
        reply = await self._reply(f"model-{self._asked}", request, on_text)
        if tool_choice == "none" and reply.tool_calls:
            reply = msgspec.structs.replace(reply, tool_calls=())
        return reply

    def _check_limit(self) -> None:
        is_over = self._asked > self._task.max_steps
        if is_over or self._settings.on_limit == "fail":
            raise TooLarge(
                f"The agent was not done after {self._task.max_steps} steps. Raise `max_steps`, "
                "give it less to do, or let it answer with what it has (`on_limit: answer`).",
                code="agent_out_of_steps",
            )

    async def ask_for_value(
        self, messages: Sequence[ChatMessage], schema: dict[str, Any]
    ) -> ModelReply:
        """Ask for the answer in its final form. No step: it is asked once at the most."""
        # Where tools were used in what was said, some vendors want to be told of them again.
        tools = self._task.tools if any(m.role == "tool" for m in messages) else ()
        request = self._request(messages, tools=tools, tool_choice="none" if tools else None)
        wanted = ResponseSchema(name="answer", schema=schema, strict=can_be_strict(schema))
        request = msgspec.structs.replace(request, response_schema=wanted)
        return await self._reply("model-final", request, None)

    def _request(
        self,
        messages: Sequence[ChatMessage],
        *,
        tools: Sequence[ToolSpec] = (),
        tool_choice: str | None = None,
        stop: Sequence[str] = (),
    ) -> ChatRequest:
        settings = self._settings
        return ChatRequest(
            model=self._model,
            messages=tuple(messages),
            tools=tuple(tools),
            tool_choice=tool_choice,
            stop=tuple(stop),
            temperature=settings.temperature,
            top_p=settings.top_p,
            max_tokens=settings.max_tokens,
            extra=self._extra,
        )

    async def _reply(
        self, key: str, request: ChatRequest, on_text: Callable[[str], None] | None
    ) -> ModelReply:
        is_heard = False

        async def work() -> Any:
            nonlocal is_heard
            is_heard = True
            said = await ask(self._ctx, request, key=key, emit=on_text)
            _check_not_withheld(said)
            return self._to_value(key, said)

        value = await self._ctx.once(key, work)
        reply = msgspec.convert(value, ModelReply)
        self._ids.update(call.id for call in reply.tool_calls)
        if not is_heard and reply.text and on_text is not None:
            on_text(reply.text)
        self.trace.replied(reply)
        return reply

    def _to_value(self, key: str, said: Said) -> Any:
        """Return what the model said as a step is written down, with ids that tell calls apart."""
        ids = set(self._ids)
        calls = []
        for place, call in enumerate(said.calls):
            is_good = call.id.isascii() and call.id not in ids and 0 < len(call.id) <= 64
            name = call.id if is_good else f"call_{key.rpartition('-')[2]}_{place}"
            ids.add(name)
            arguments = cleaned(call.arguments)
            calls.append(ToolCall(id=name, name=cleaned(call.name), arguments=arguments))
        reply = ModelReply(
            text=cleaned(said.text),
            reasoning=cleaned(said.reasoning),
            tool_calls=tuple(calls),
            finish_reason=said.finish_reason,  # type: ignore[arg-type]  # as the stream's end says
            usage=said.usage,
        )
        return msgspec.to_builtins(reply)

    async def use(self, calls: Sequence[ToolCall]) -> tuple[ToolOutcome, ...]:
        """Call tools; see `AgentContext.use`."""
        self._used += 1
        read = [read_call(call, self._tools) for call in calls]
        keys = [f"tool-{self._used}-{place}" for place in range(len(calls))]
        pairs = list(zip(keys, read, strict=True))
        for key, call in pairs:
            await self._ask_person(key, call)
        if self._settings.parallel_tools and len(pairs) > 1:
            outcomes = await self._side_by_side(pairs)
        else:
            outcomes = [await self._call(key, call) for key, call in pairs]
        for call, outcome in zip(read, outcomes, strict=True):
            self.trace.used(call, outcome)
        return tuple(outcomes)

    async def _side_by_side(self, pairs: Sequence[tuple[str, ReadCall]]) -> list[ToolOutcome]:
        import asyncio  # services have it already; node types are described without

        limit = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def one(key: str, call: ReadCall) -> ToolOutcome:
            async with limit:
                return await self._call(key, call)

        try:
            async with asyncio.TaskGroup() as tasks:
                started = [tasks.create_task(one(key, call)) for key, call in pairs]
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None
        return [task.result() for task in started]

    async def _ask_person(self, key: str, read: ReadCall) -> None:
        """Have a person decide about a call that they are to be asked about, one at a time."""
        offered = self._tools.get(read.call.name)
        if offered is None or not offered.asks_first or not _is_made(key, read):
            return

        async def decide() -> Any:
            return decision(self._ctx, offered, read, key)

        self._decisions[key] = await self._ctx.once(f"asked-{key}", decide)

    async def _call(self, key: str, read: ReadCall) -> ToolOutcome:
        call = read.call
        if read.fault is not None:
            return ToolOutcome(call=call, text=read.fault, is_error=True)
        if not _is_made(key, read):
            text = f"Not called: no more than {MAX_CALLS} tools can be asked for at a time."
            return ToolOutcome(call=call, text=text, is_error=True)
        decided = self._decisions.get(key)
        if decided is not None and not decided["is_allowed"]:
            return ToolOutcome(call=call, **refusal(decided["note"]))

        async def work() -> Any:
            try:
                return await perform(self._ctx, self._tools[call.name], read, key)
            except SkepError as error:
                return {"text": told(error), "is_error": True}

        value: Any = await self._ctx.once(key, work)
        self.trace.found(key, value.get("sources", ()))
        return ToolOutcome(call=call, text=value["text"], is_error=value["is_error"])


def _is_made(key: str, read: ReadCall) -> bool:
    return read.fault is None and int(key.rpartition("-")[2]) < MAX_CALLS


def _check_not_withheld(said: Said) -> None:
    if said.finish_reason == "content_filter" and not said.text.strip() and not said.calls:
        raise InvalidInput(
            "The provider's content filter withheld a whole reply.", code="content_filtered"
        )
