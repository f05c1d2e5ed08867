"""What comes in: the events of a streamed message, and the lists of models."""

from typing import Final, Literal

import msgspec

from skep_contracts.plugins.models import Usage

FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "other"]
FINISH: Final[dict[str, FinishReason]] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "guardrail_intervened": "content_filter",
    "content_filtered": "content_filter",
}


class ToolUse(msgspec.Struct, rename="camel"):
    """The beginning of a tool call, or more of its arguments."""

    tool_use_id: str | None = None
    name: str | None = None
    input: str | None = None


class Reasoning(msgspec.Struct, rename="camel"):
    """More reasoning, its signature, or reasoning that the vendor shows to nobody."""

    text: str | None = None
    signature: str | None = None
    redacted_content: str | None = None


class Delta(msgspec.Struct, rename="camel"):
    """More of a block."""

    text: str | None = None
    tool_use: ToolUse | None = None
    reasoning_content: Reasoning | None = None


class Start(msgspec.Struct, rename="camel"):
    """How a block begins that is no text."""

    tool_use: ToolUse | None = None


class UsageObject(msgspec.Struct, rename="camel"):
    """Token counts. What is read from the cache, or written to it, is not among `input_tokens`."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_write_input_tokens: int | None = None

    def to_usage(self) -> Usage:
        """Return the counts in our terms."""
        read = self.cache_read_input_tokens or 0
        return Usage(
            input_tokens=(self.input_tokens or 0) + read + (self.cache_write_input_tokens or 0),
            output_tokens=self.output_tokens or 0,
            cached_input_tokens=read,
        )


class Event(msgspec.Struct, rename="camel"):
    """The payload of any event; which it is stands in the frame's headers."""

    content_block_index: int = 0
    start: Start | None = None
    delta: Delta | None = None
    stop_reason: str | None = None
    usage: UsageObject | None = None


class Listed(msgspec.Struct, rename="camel"):
    """A model in the region."""

    model_id: str
    model_name: str = ""
    input_modalities: list[str] = []
    output_modalities: list[str] = []
    inference_types_supported: list[str] = []
    response_streaming_supported: bool | None = None


class ModelList(msgspec.Struct, rename="camel"):
    """The models in the region."""

    model_summaries: list[Listed] = []


class ProfiledModel(msgspec.Struct, rename="camel"):
    """A model that a profile leads to."""

    model_arn: str = ""


class Profile(msgspec.Struct, rename="camel"):
    """A name that leads to a model in several regions, or is an application's own."""

    inference_profile_id: str
    inference_profile_name: str = ""
    inference_profile_arn: str = ""
    type: str = ""
    status: str = ""
    models: list[ProfiledModel] = []


class ProfileList(msgspec.Struct, rename="camel"):
    """The inference profiles in the region."""

    inference_profile_summaries: list[Profile] = []


EVENTS: Final = msgspec.json.Decoder(Event, strict=False)
MODELS: Final = msgspec.json.Decoder(ModelList, strict=False)
PROFILES: Final = msgspec.json.Decoder(ProfileList, strict=False)
