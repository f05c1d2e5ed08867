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
from skep_model_anthropic.wire import answers
from skep_model_anthropic.wire.requests import ANSWER_TOOL, is_answer_by_tool


class _Open(msgspec.Struct):
    """A block that is still coming."""

    kind: str
    id: str = ""
    name: str = ""
    data: str = ""
    signature: str = ""
    pieces: list[str] = []
    mender: Mender = msgspec.field(default_factory=Mender)


class Assembly:
    """Turns events into deltas, and knows whether the message is complete."""

    def __init__(self, request: ChatRequest) -> None:
        self._request = request
        self._is_answer_by_tool = is_answer_by_tool(request)
        self._blocks: dict[int, _Open] = {}
        self._reasoning: list[dict[str, str]] = []
        self._counts = answers.Counts()
        self._characters = 0
        self._model = ""
        self._stop: str | None = None
        self._has_calls = False
        self.is_finished = False

    def take(self, event: answers.Event) -> list[ChatDelta]:
        """Return what an event adds."""
        match event.type:
            case "message_start" if event.message is not None:
                self._model = event.message.model
                self._counts.take(event.message.usage)
            case "content_block_start" if event.content_block is not None:
                return self._begin(event.index, event.content_block)
            case "content_block_delta" if event.delta is not None:
                return self._add(event.index, event.delta)
            case "content_block_stop":
                return self._finish(event.index)
            case "message_delta":
                self._counts.take(event.usage)
                if event.delta is not None and event.delta.stop_reason:
                    self._stop = event.delta.stop_reason
            case "message_stop":
                self.is_finished = True
        return []

    def _begin(self, index: int, block: answers.Block) -> list[ChatDelta]:
        opened = _Open(
            kind=block.type, id=block.id or "", name=block.name or "", data=block.data or ""
        )
        self._blocks[index] = opened
        return self._text(opened, block.text or block.thinking or "")

    def _add(self, index: int, delta: answers.Delta) -> list[ChatDelta]:
        block = self._blocks.get(index)
        if block is None:
            return []
        block.signature += delta.signature or ""
        if delta.partial_json:
            return self._arguments(block, delta.partial_json)
        return self._text(block, delta.text or delta.thinking or "")

    def _arguments(self, block: _Open, piece: str) -> list[ChatDelta]:
        self._characters += len(piece)
        if self._is_answer(block):
            text = block.mender.feed(piece)
            return [TextDelta(text=text)] if text else []
        block.pieces.append(piece)
        return []

    def _is_answer(self, block: _Open) -> bool:
        return self._is_answer_by_tool and block.name == ANSWER_TOOL

    def _text(self, block: _Open, piece: str) -> list[ChatDelta]:
        text = block.mender.feed(piece)
        if not text:
            return []
        self._characters += len(text)
        if block.kind == "thinking":
            block.pieces.append(text)
            return [ReasoningDelta(text=text)]
        return [TextDelta(text=text)] if block.kind == "text" else []

    def _finish(self, index: int) -> list[ChatDelta]:
        block = self._blocks.pop(index, None)
        if block is None:
            return []
        rest = block.mender.end()
        match block.kind:
            case "thinking":
                thought = "".join(block.pieces) + rest
                signed = {"type": "thinking", "thinking": thought, "signature": block.signature}
                self._reasoning.append(signed)
                return [ReasoningDelta(text=rest)] if rest else []
            case "redacted_thinking":
                self._reasoning.append({"type": "redacted_thinking", "data": block.data})
                return []
            case "tool_use" if not self._is_answer(block):
                return [ToolCallDelta(call=self._call(block, index))]
        return [TextDelta(text=rest)] if rest else []

    def _call(self, block: _Open, index: int) -> ToolCall:
        self._has_calls = True
        reasoning, self._reasoning = self._reasoning, []
        return ToolCall(
            id=block.id or f"call_{index}",
            name=block.name,
            arguments=mended("".join(block.pieces)) or "{}",
            state=msgspec.json.encode(reasoning).decode() if reasoning else "",
        )

    def end(self) -> StreamEnd:
        """Return the end of the stream."""
        reason = answers.FINISH.get(self._stop or "end_turn", "other")
        if reason == "tool_calls" and not self._has_calls:
            reason = "stop"  # the tool was the answer
        return StreamEnd(
            finish_reason=reason, usage=self._usage(), model=self._model or self._request.model
        )

    def _usage(self) -> Usage:
        counted = self._counts.total()
        if counted is not None:
            return counted
        sent = sum(len(message.text()) for message in self._request.messages)
        return Usage(
            input_tokens=estimated_tokens(sent),
            output_tokens=estimated_tokens(self._characters),
            estimated=True,
        )
