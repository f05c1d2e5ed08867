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
from skep_model_bedrock.wire import answers
from skep_model_bedrock.wire.requests import ANSWER_TOOL, is_answer_by_tool
from skep_model_bedrock.wire.turns import STATE


class _Open(msgspec.Struct):
    """A block that is still coming. One of text has no beginning of its own."""

    tool: answers.ToolUse | None = None
    pieces: list[str] = []
    signature: str = ""
    redacted: str = ""
    is_reasoning: bool = False
    mender: Mender = msgspec.field(default_factory=Mender)


class Assembly:
    """Turns events into deltas, and knows whether the message is complete."""

    def __init__(self, request: ChatRequest) -> None:
        self._request = request
        self._is_answer_by_tool = is_answer_by_tool(request)
        self._blocks: dict[int, _Open] = {}
        self._reasoning: list[dict[str, object]] = []
        self._characters = 0
        self._has_calls = False
        self._stop: str | None = None
        self._usage: answers.UsageObject | None = None

    @property
    def is_finished(self) -> bool:
        """Whether the model said why it stopped."""
        return self._stop is not None

    @property
    def is_counted(self) -> bool:
        """Whether the vendor said what was used, which is the last that it says."""
        return self._usage is not None

    def take(self, kind: str, event: answers.Event) -> list[ChatDelta]:
        """Return what an event adds."""
        match kind:
            case "contentBlockStart" if event.start is not None:
                self._blocks[event.content_block_index] = _Open(tool=event.start.tool_use)
            case "contentBlockDelta" if event.delta is not None:
                block = self._blocks.setdefault(event.content_block_index, _Open())
                return self._add(block, event.delta)
            case "contentBlockStop":
                return self._finish(event.content_block_index)
            case "messageStop":
                self._stop = event.stop_reason or "end_turn"
            case "metadata":
                self._usage = event.usage
        return []

    def _add(self, block: _Open, delta: answers.Delta) -> list[ChatDelta]:
        if delta.tool_use is not None:
            return self._arguments(block, delta.tool_use.input or "")
        if (thought := delta.reasoning_content) is not None:
            block.is_reasoning = True
            block.signature += thought.signature or ""
            block.redacted += thought.redacted_content or ""
            text = self._mended(block, thought.text or "")
            if not text:
                return []
            block.pieces.append(text)
            return [ReasoningDelta(text=text)]
        text = self._mended(block, delta.text or "")
        return [TextDelta(text=text)] if text else []

    def _arguments(self, block: _Open, piece: str) -> list[ChatDelta]:
        if self._is_answer(block):
            text = self._mended(block, piece)
            return [TextDelta(text=text)] if text else []
        self._characters += len(piece)
        block.pieces.append(piece)
        return []

    def _mended(self, block: _Open, piece: str) -> str:
        self._characters += len(piece)
        return block.mender.feed(piece)

    def _is_answer(self, block: _Open) -> bool:
        return self._is_answer_by_tool and block.tool is not None and block.tool.name == ANSWER_TOOL

    def _finish(self, index: int) -> list[ChatDelta]:
        block = self._blocks.pop(index, None)
        if block is None:
            return []
        rest = block.mender.end()
        if block.is_reasoning:
            self._reasoning.append({"reasoningContent": _signed(block, rest)})
            return [ReasoningDelta(text=rest)] if rest else []
        if block.tool is not None and not self._is_answer(block):
            return [ToolCallDelta(call=self._call(block, block.tool, index))]
        return [TextDelta(text=rest)] if rest else []

    def _call(self, block: _Open, tool: answers.ToolUse, index: int) -> ToolCall:
        self._has_calls = True
        reasoning, self._reasoning = self._reasoning, []
        return ToolCall(
            id=tool.tool_use_id or f"call_{index}",
            name=tool.name or "",
            arguments=mended("".join(block.pieces)) or "{}",
            state=f"{STATE}{msgspec.json.encode(reasoning).decode()}" if reasoning else "",
        )

    def end(self) -> list[ChatDelta]:
        """Return what is left to say, and the end."""
        deltas: list[ChatDelta] = []
        for index in sorted(self._blocks):  # of a vendor that did not end them
            deltas += self._finish(index)
        reason = answers.FINISH.get(self._stop or "", "other")
        if reason == "tool_calls" and not self._has_calls:
            reason = "stop"  # the tool was the answer
        deltas.append(
            StreamEnd(finish_reason=reason, usage=self._total(), model=self._request.model)
        )
        return deltas

    def _total(self) -> Usage:
        if self._usage is not None and self._usage.to_usage().input_tokens:
            return self._usage.to_usage()
        sent = sum(len(message.text()) for message in self._request.messages)
        return Usage(
            input_tokens=estimated_tokens(sent),
            output_tokens=estimated_tokens(self._characters),
            estimated=True,
        )


def _signed(block: _Open, rest: str) -> dict[str, object]:
    """Return a block of reasoning as the vendor wants it back."""
    if block.redacted:
        return {"redactedContent": block.redacted}
    text: dict[str, str] = {"text": "".join(block.pieces) + rest}
    if block.signature:
        text["signature"] = block.signature
    return {"reasoningText": text}
