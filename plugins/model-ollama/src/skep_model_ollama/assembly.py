"""Puts a streamed answer together: text, reasoning, tool calls, usage, the end."""

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
from skep_model_ollama.wire import answers
from skep_model_ollama.wire.requests import STATE


class Assembly:
    """Turns lines into deltas, and knows whether the answer is complete."""

    def __init__(self, request: ChatRequest) -> None:
        self._request = request
        self._text = Mender()
        self._thought = Mender()
        self._reasoning: list[str] = []
        self._calls = 0
        self._characters = 0
        self._last: answers.Chunk | None = None
        self._model = ""

    @property
    def is_finished(self) -> bool:
        """Whether the server said that the answer is complete."""
        return self._last is not None

    def take(self, chunk: answers.Chunk) -> list[ChatDelta]:
        """Return what a line adds."""
        self._model = chunk.model or self._model
        if chunk.done:
            self._last = chunk
        message = chunk.message
        if message is None:
            return []
        deltas: list[ChatDelta] = []
        if message.thinking and (thought := self._thought.feed(message.thinking)):
            self._reasoning.append(thought)
            deltas.append(ReasoningDelta(text=thought))
        if message.content and (text := self._text.feed(message.content)):
            deltas.append(TextDelta(text=text))
        self._characters += len(message.thinking or "") + len(message.content or "")
        deltas += [ToolCallDelta(call=self._call(call)) for call in message.tool_calls or ()]
        return deltas

    def _call(self, call: answers.Call) -> ToolCall:
        self._calls += 1
        given = call.function.arguments
        if isinstance(given, str):
            arguments = mended(given) or "{}"
        else:
            arguments = msgspec.json.encode(given or {}).decode()
        self._characters += len(arguments)
        thought, self._reasoning = "".join(self._reasoning), []
        return ToolCall(
            id=call.id or f"call_{self._calls}",
            name=call.function.name,
            arguments=arguments,
            state=f"{STATE}{thought}" if thought else "",
        )

    def end(self) -> list[ChatDelta]:
        """Return what is left to say, and the end."""
        deltas: list[ChatDelta] = []
        if thought := self._thought.end():
            deltas.append(ReasoningDelta(text=thought))
        if text := self._text.end():
            deltas.append(TextDelta(text=text))
        said = self._last.done_reason if self._last is not None else None
        reason = answers.FINISH.get(said or "stop", "other")
        if self._calls and reason == "stop":
            reason = "tool_calls"
        model = self._model or self._request.model
        deltas.append(StreamEnd(finish_reason=reason, usage=self._usage(), model=model))
        return deltas

    def _usage(self) -> Usage:
        """Return what the server counted. A prompt that it had in its cache is left out of that."""
        taken = self._last.prompt_eval_count if self._last is not None else None
        given = self._last.eval_count if self._last is not None else None
        sent = sum(len(message.text()) for message in self._request.messages)
        return Usage(
            input_tokens=taken or estimated_tokens(sent),
            output_tokens=given or estimated_tokens(self._characters),
            estimated=not (taken and (given or not self._characters)),
        )
