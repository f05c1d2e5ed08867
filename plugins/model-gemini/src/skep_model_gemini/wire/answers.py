"""What comes in: pieces of streamed answers, vectors, and the list of models."""

from typing import Any, Final, Literal

import msgspec

from skep_contracts.plugins.models import Usage

FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "other"]
FINISH: Final[dict[str, FinishReason]] = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "SAFETY": "content_filter",
    "RECITATION": "content_filter",
    "BLOCKLIST": "content_filter",
    "PROHIBITED_CONTENT": "content_filter",
    "SPII": "content_filter",
    "IMAGE_SAFETY": "content_filter",
}


class FunctionCall(msgspec.Struct):
    """A tool call, always whole."""

    name: str = ""
    args: dict[str, Any] | None = None
    id: str | None = None


class InlineData(msgspec.Struct, rename="camel"):
    """Sound or an image, as base64."""

    mime_type: str = ""
    data: str = ""


class Part(msgspec.Struct, rename="camel"):
    """A part of what the model said."""

    text: str | None = None
    inline_data: InlineData | None = None
    thought: bool = False
    function_call: FunctionCall | None = None
    thought_signature: str | None = None


class Content(msgspec.Struct):
    """What the model said."""

    parts: list[Part] | None = None


class Candidate(msgspec.Struct, rename="camel"):
    """One answer."""

    content: Content | None = None
    finish_reason: str | None = None


class UsageMetadata(msgspec.Struct, rename="camel"):
    """Token counts. Reasoning is not among the candidates' tokens."""

    prompt_token_count: int | None = None
    candidates_token_count: int | None = None
    thoughts_token_count: int | None = None
    cached_content_token_count: int | None = None
    tool_use_prompt_token_count: int | None = None

    def to_usage(self) -> Usage:
        """Return the counts in our terms."""
        thought = self.thoughts_token_count or 0
        return Usage(
            input_tokens=(self.prompt_token_count or 0) + (self.tool_use_prompt_token_count or 0),
            output_tokens=(self.candidates_token_count or 0) + thought,
            cached_input_tokens=self.cached_content_token_count or 0,
            reasoning_tokens=thought,
        )


class Feedback(msgspec.Struct, rename="camel"):
    """Why a prompt got no answer."""

    block_reason: str | None = None


class Chunk(msgspec.Struct, rename="camel"):
    """A piece of a streamed answer."""

    candidates: list[Candidate] | None = None
    usage_metadata: UsageMetadata | None = None
    model_version: str | None = None
    prompt_feedback: Feedback | None = None
    error: Any = None


class Values(msgspec.Struct):
    """A vector."""

    values: list[float]


class VectorList(msgspec.Struct):
    """The vectors, in the order of the texts."""

    embeddings: list[Values]


class Listed(msgspec.Struct, rename="camel"):
    """A model on offer."""

    name: str
    display_name: str = ""
    input_token_limit: int | None = None
    output_token_limit: int | None = None
    supported_generation_methods: list[str] = []


class ModelList(msgspec.Struct):
    """The models on offer."""

    models: list[Listed]


CHUNKS: Final = msgspec.json.Decoder(Chunk, strict=False)
VECTORS: Final = msgspec.json.Decoder(VectorList, strict=False)
MODELS: Final = msgspec.json.Decoder(ModelList, strict=False)
