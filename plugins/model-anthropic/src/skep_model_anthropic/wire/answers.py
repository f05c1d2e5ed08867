"""What comes in: the events of a streamed message, and the list of models."""

from typing import Any, Final, Literal

import msgspec

from skep_contracts.plugins.models import Usage

FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "other"]
FINISH: Final[dict[str, FinishReason]] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}


class OutputDetails(msgspec.Struct):
    """Details of what was written."""

    thinking_tokens: int | None = None


class UsageObject(msgspec.Struct):
    """Token counts. What is read from the cache, or written to it, is not among `input_tokens`."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    output_tokens_details: OutputDetails | None = None


class Message(msgspec.Struct):
    """The message a stream begins with."""

    model: str = ""
    usage: UsageObject | None = None


class Block(msgspec.Struct):
    """The beginning of a block."""

    type: str = ""
    id: str | None = None
    name: str | None = None
    text: str | None = None
    thinking: str | None = None
    data: str | None = None
    """Of reasoning that the vendor shows to nobody."""


class Delta(msgspec.Struct):
    """More of a block, or of the message."""

    type: str = ""
    text: str | None = None
    thinking: str | None = None
    signature: str | None = None
    partial_json: str | None = None
    stop_reason: str | None = None


class Event(msgspec.Struct):
    """Any event of a stream."""

    type: str
    index: int = 0
    message: Message | None = None
    content_block: Block | None = None
    delta: Delta | None = None
    usage: UsageObject | None = None
    error: Any = None


class Listed(msgspec.Struct):
    """A model on offer."""

    id: str
    display_name: str = ""


class ModelList(msgspec.Struct):
    """The models on offer."""

    data: list[Listed]


EVENTS: Final = msgspec.json.Decoder(Event, strict=False)
MODELS: Final = msgspec.json.Decoder(ModelList, strict=False)


class Counts:
    """Adds up what the events of a stream say of usage; later counts replace earlier ones."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def take(self, usage: UsageObject | None) -> None:
        """Note the counts of an event."""
        if usage is None:
            return
        for name in ("input_tokens", "output_tokens"):
            self._note(name, getattr(usage, name))
        self._note("read", usage.cache_read_input_tokens)
        self._note("written", usage.cache_creation_input_tokens)
        if usage.output_tokens_details is not None:
            self._note("thought", usage.output_tokens_details.thinking_tokens)

    def _note(self, name: str, count: int | None) -> None:
        if count is not None and count >= 0:
            self._known[name] = count

    def total(self) -> Usage | None:
        """Return the counts in our terms; None when there were none."""
        known = self._known
        if not known:
            return None
        read, written = known.get("read", 0), known.get("written", 0)
        return Usage(
            input_tokens=known.get("input_tokens", 0) + read + written,
            output_tokens=known.get("output_tokens", 0),
            cached_input_tokens=read,
            reasoning_tokens=known.get("thought", 0),
        )
