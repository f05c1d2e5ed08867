"""What comes in: the events of a streamed message, vectors, scores, and the list of models."""

from typing import Any, Final, Literal

import msgspec

from skep_contracts.plugins.models import Usage

FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "other"]
FINISH: Final[dict[str, FinishReason]] = {
    "COMPLETE": "stop",
    "STOP_SEQUENCE": "stop",
    "MAX_TOKENS": "length",
    "ERROR_LIMIT": "length",
    "TOOL_CALL": "tool_calls",
    "ERROR_TOXIC": "content_filter",
}
FAILED: Final = "ERROR"
TIMED_OUT: Final = "TIMEOUT"


class Content(msgspec.Struct):
    """More of a block: of the answer, or of the reasoning before it."""

    text: str | None = None
    thinking: str | None = None


class Function(msgspec.Struct):
    """More of what a model wants to be called."""

    name: str | None = None
    arguments: str | None = None


class Call(msgspec.Struct):
    """More of a tool call."""

    id: str | None = None
    function: Function | None = None


class Message(msgspec.Struct):
    """More of a message. The event that begins one has empty lists here."""

    content: Content | list[Any] | str | None = None
    tool_plan: str | None = None
    tool_calls: Call | list[Any] | None = None


class Count(msgspec.Struct):
    """Tokens; the vendor writes them with a decimal point."""

    input_tokens: float | None = None
    output_tokens: float | None = None
    search_units: float | None = None


class UsageObject(msgspec.Struct):
    """Token counts. What is billed leaves out the vendor's own part of the prompt."""

    billed_units: Count | None = None
    tokens: Count | None = None
    cached_tokens: float | None = None

    def to_usage(self) -> Usage | None:
        """Return what is billed in our terms, or all that was counted; None without either."""
        for count in (self.billed_units, self.tokens):
            if count is not None and (count.input_tokens or count.output_tokens):
                taken = int(count.input_tokens or 0)
                return Usage(
                    input_tokens=taken,
                    output_tokens=int(count.output_tokens or 0),
                    cached_input_tokens=min(int(self.cached_tokens or 0), taken),
                )
        return None

    def searches(self) -> int:
        """Return how many searches are billed; 0 where that is not said."""
        billed = self.billed_units
        return 0 if billed is None else int(billed.search_units or 0)


class Delta(msgspec.Struct):
    """What an event adds."""

    message: Message | None = None
    finish_reason: str | None = None
    error: Any = None
    usage: UsageObject | None = None


class Event(msgspec.Struct):
    """Any event of a stream; without a type it is an error, whose `message` is a text."""

    type: str = ""
    index: int | None = None
    delta: Delta | None = None
    message: Any = None


class Floats(msgspec.Struct):
    """Vectors of one type, in the order of the texts."""

    vectors: list[list[float]] = msgspec.field(name="float")


class VectorList(msgspec.Struct):
    """The vectors by their type."""

    embeddings: Floats
    meta: UsageObject | None = None


class Ranked(msgspec.Struct):
    """A passage, and how well it answers."""

    index: int
    relevance_score: float


class Ranking(msgspec.Struct):
    """The passages, best first."""

    results: list[Ranked]
    meta: UsageObject | None = None


class Listed(msgspec.Struct):
    """A model on offer."""

    name: str
    endpoints: list[str] = []
    context_length: float | None = None
    features: list[str] | None = None
    is_deprecated: bool = False


class ModelList(msgspec.Struct):
    """The models on offer."""

    models: list[Listed]


EVENTS: Final = msgspec.json.Decoder(Event, strict=False)
VECTORS: Final = msgspec.json.Decoder(VectorList, strict=False)
RANKINGS: Final = msgspec.json.Decoder(Ranking, strict=False)
MODELS: Final = msgspec.json.Decoder(ModelList, strict=False)
