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
from skep_contracts.problems import InvalidInput
from skep_contracts.vendor_wire.text import Mender, estimated_tokens
from skep_model_gemini.wire import answers
from skep_model_gemini.wire.requests import STATE


class Assembly:
    """Turns pieces into deltas, and knows whether the answer is complete."""

    def __init__(self, request: ChatRequest) -> None:
        self._request = request
        self._text = Mender()
        self._thought = Mender()
        self._calls = 0
        self._characters = 0
        self._finish: str | None = None
        self._usage: answers.UsageMetadata | None = None
        self._model = ""

    @property
    def is_finished(self) -> bool:
        """Whether the model said why it stopped."""
        return self._finish is not None

    def take(self, chunk: answers.Chunk) -> list[ChatDelta]:
        """Return what a piece adds.

        Raises:
            InvalidInput: The vendor refuses the content of the request.
        """
        self._usage = chunk.usage_metadata or self._usage
        self._model = chunk.model_version or self._model
        if chunk.prompt_feedback is not None and chunk.prompt_feedback.block_reason:
            raise InvalidInput(
                "The model provider refuses the content of the request.", code="content_refused"
            )
        deltas: list[ChatDelta] = []
        for candidate in (chunk.candidates or ())[:1]:
            for part in (candidate.content.parts if candidate.content else None) or ():
                deltas += self._take_part(part)
            self._finish = candidate.finish_reason or self._finish
        return deltas

    def _take_part(self, part: answers.Part) -> list[ChatDelta]:
        if part.function_call is not None:
            return [ToolCallDelta(call=self._call(part.function_call, part.thought_signature))]
        if not part.text:
            return []
        self._characters += len(part.text)
        if part.thought:
            text = self._thought.feed(part.text)
            return [ReasoningDelta(text=text)] if text else []
        text = self._text.feed(part.text)
        return [TextDelta(text=text)] if text else []

    def _call(self, call: answers.FunctionCall, signature: str | None) -> ToolCall:
        arguments = msgspec.json.encode(call.args or {}).decode()
        self._characters += len(arguments)
        self._calls += 1
        return ToolCall(
            id=call.id or f"call_{self._calls}",
            name=call.name,
            arguments=arguments,
            state=f"{STATE}{signature}" if signature else "",
        )

    def end(self) -> list[ChatDelta]:
        """Return what is left to say, and the end."""
        deltas: list[ChatDelta] = []
        if thought := self._thought.end():
            deltas.append(ReasoningDelta(text=thought))
        if text := self._text.end():
            deltas.append(TextDelta(text=text))
        reason = answers.FINISH.get(self._finish or "", "other")
        if self._calls and reason == "stop":
            reason = "tool_calls"
        model = self._model or self._request.model
        deltas.append(StreamEnd(finish_reason=reason, usage=self._total(), model=model))
        return deltas

    def _total(self) -> Usage:
        if self._usage is not None and self._usage.prompt_token_count:
            return self._usage.to_usage()
        sent = sum(len(message.text()) for message in self._request.messages)
        return Usage(
            input_tokens=estimated_tokens(sent),
            output_tokens=estimated_tokens(self._characters),
            estimated=True,
        )
