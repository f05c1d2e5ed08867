"""Puts a streamed message together: text, reasoning, tool calls, usage, the end."""

import msgspec

from skep_contracts.plugins.models import (
    ChatDelta,
    ChatRequest,
    ReasoningDelta,
    StreamEnd,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    Usage,
)
from skep_contracts.vendor_wire.text import Mender, estimated_tokens, mended
from skep_model_cohere.wire import answers
from skep_model_cohere.wire.requests import STATE, Plan


class _Open(msgspec.Struct):
    """A tool call that is still coming."""

    id: str = ""
    name: str = ""
    pieces: list[str] = []


class Assembly:
    """Turns events into deltas, and knows whether the message is complete."""

    def __init__(self, request: ChatRequest) -> None:
        self._request = request
        self._text = Mender()
        self._thought = Mender()
        self._plan = Plan()
        self._open: dict[int, _Open] = {}
        self._calls = 0
        self._characters = 0
        self._usage: answers.UsageObject | None = None
        self._finish = ""
        self.is_finished = False

    def take(self, event: answers.Event) -> list[ChatDelta]:
        """Return what an event adds."""
        delta = event.delta or answers.Delta()
        message = delta.message or answers.Message()
        match event.type:
            case "content-start" | "content-delta":
                return self._content(message.content)
            case "tool-plan-delta":
                return self._thinking(message.tool_plan or "", is_plan=True)
            case "tool-call-start" | "tool-call-delta":
                self._add(event.index or 0, message.tool_calls)
            case "tool-call-end":
                return self._finished(event.index or 0)
            case "message-end":
                self._finish = delta.finish_reason or ""
                self._usage = delta.usage
                self.is_finished = True
        return []

    def _content(self, content: object) -> list[ChatDelta]:
        if not isinstance(content, answers.Content):
            return []
        deltas = self._thinking(content.thinking or "", is_plan=False)
        if content.text:
            self._characters += len(content.text)
            if text := self._text.feed(content.text):
                deltas.append(TextDelta(text=text))
        return deltas

    def _thinking(self, piece: str, *, is_plan: bool) -> list[ChatDelta]:
        self._characters += len(piece)
        text = self._thought.feed(piece)
        if not text:
            return []
        if is_plan:
            self._plan.plan += text
        else:
            self._plan.thinking += text
        return [ReasoningDelta(text=text)]

    def _add(self, index: int, found: object) -> None:
        if not isinstance(found, answers.Call):
            return
        call = self._open.setdefault(index, _Open())
        function = found.function or answers.Function()
        call.id = call.id or found.id or ""
        call.name = call.name or function.name or ""
        if function.arguments:
            self._characters += len(function.arguments)
            call.pieces.append(function.arguments)

    def _finished(self, index: int) -> list[ChatDelta]:
        call = self._open.pop(index, None)
        if call is None:
            return []
        self._calls += 1
        plan, self._plan = self._plan, Plan()
        state = f"{STATE}{msgspec.json.encode(plan).decode()}" if plan != Plan() else ""
        return [
            ToolCallDelta(
                call=ToolCall(
                    id=call.id or f"call_{self._calls}",
                    name=call.name,
                    arguments=mended("".join(call.pieces)) or "{}",
                    state=state,
                )
            )
        ]

    def end(self) -> list[ChatDelta]:
        """Return what is left to say, and the end."""
        deltas: list[ChatDelta] = []
        for index in sorted(self._open):
            deltas += self._finished(index)
        if thought := self._thought.end():
            deltas.append(ReasoningDelta(text=thought))
        if text := self._text.end():
            deltas.append(TextDelta(text=text))
        reason = answers.FINISH.get(self._finish, "other")
        if self._calls and reason == "stop":
            reason = "tool_calls"
        deltas.append(
            StreamEnd(finish_reason=reason, usage=self._total(), model=self._request.model)
        )
        return deltas

    def _total(self) -> Usage:
        counted = self._usage.to_usage() if self._usage is not None else None
        if counted is not None:
            return counted
        sent = sum(len(message.text()) for message in self._request.messages)
        return Usage(
            input_tokens=estimated_tokens(sent),
            output_tokens=estimated_tokens(self._characters),
            estimated=True,
        )
