"""Extension point: a model provider. Chat, embeddings, rerank; async calls and streams.

What else models do, a provider may offer as well: see `skep_contracts.plugins.modalities`.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal, Protocol, TypeAlias

import msgspec

from skep_contracts.plugins.manifest import PluginContext, hookspec


class ModelKind(StrEnum):
    """What a model does."""

    CHAT = "chat"
    EMBEDDING = "embedding"
    RERANK = "rerank"
    MODERATION = "moderation"
    TRANSCRIPTION = "transcription"
    SPEECH = "speech"
    IMAGE = "image"


class TextPart(msgspec.Struct, frozen=True, kw_only=True, tag="text", tag_field="kind"):
    """Text in a message."""

    text: str


class ImagePart(msgspec.Struct, frozen=True, kw_only=True, tag="image", tag_field="kind"):
    """An image in a message: either `url`, or base64 `data` with its `mime_type`."""

    mime_type: str = "image/png"
    url: str | None = None
    data: str | None = None
    detail: Literal["auto", "low", "high"] = "auto"


class ToolCall(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A model asks for a tool. `arguments` is the JSON text the model wrote, perhaps malformed."""

    id: str
    name: str
    arguments: str
    state: str = ""
    """What the provider wants back with the call in the next request, such as signed reasoning."""


Part: TypeAlias = TextPart | ImagePart


class ChatMessage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message of a conversation with a model."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str | tuple[Part, ...] = ""
    tool_calls: tuple[ToolCall, ...] = ()
    """Of an assistant message only."""
    tool_call_id: str | None = None
    """Of a tool message: the call it answers."""
    name: str | None = None

    def text(self) -> str:
        """Return the text parts, joined."""
        if isinstance(self.content, str):
            return self.content
        return "".join(part.text for part in self.content if isinstance(part, TextPart))


class ToolSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A tool a model may ask for. `parameters` is a JSON Schema object."""

    name: str
    description: str
    parameters: dict[str, Any]


class ResponseSchema(msgspec.Struct, frozen=True, kw_only=True):
    """Asks for an answer that is JSON following `schema`."""

    name: str
    schema: dict[str, Any]
    strict: bool = True


class SimilarChoice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Lets an answer count for a question that means nearly the same, in the same frame."""

    least: Annotated[float, msgspec.Meta(ge=0.5, le=1.0)] = 0.95
    """The least cosine between the embeddings of the questions."""
    embedding_model: Annotated[str, msgspec.Meta(min_length=1, max_length=300)] = "default"


class CacheChoice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Lets an answer to the very same request be given again, and keeps a new one."""

    ttl_s: Annotated[float, msgspec.Meta(ge=1, le=604_800)] = 3_600.0
    """How old the answer may be."""
    mode: Literal["use", "refresh"] = "use"
    """``refresh``: ask the model, and keep what it says in place of what is kept."""
    similar: SimilarChoice | None = None
    """Whether a question that only means the same counts, too; each is embedded then."""


class ChatRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A chat completion. Parameters left out are the provider's defaults."""

    model: str
    """The provider's own name of the model."""
    messages: tuple[ChatMessage, ...]
    tools: tuple[ToolSpec, ...] = ()
    tool_choice: str | None = None
    """``auto``, ``none``, ``required`` or the name of a tool."""
    response_schema: ResponseSchema | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    extra: dict[str, Any] = {}
    """Vendor parameters, sent as they are."""
    idempotency_key: str | None = None
    cache: CacheChoice | None = None
    """For the host alone; providers never see it."""


class Usage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a call used, as the provider counted it; `estimated` when it did not say."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    """Part of `input_tokens`."""
    reasoning_tokens: int = 0
    """Part of `output_tokens`."""
    audio_s: float = 0.0
    """Seconds of sound that were listened to."""
    characters: int = 0
    """Characters that were spoken."""
    images: int = 0
    image_form: str = ""
    """Which of `ModelInfo.image_prices` the images have."""
    searches: int = 0
    """Of a rerank model that is billed by the search."""
    estimated: bool = False


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """A token that a model might have chosen."""

    token: str
    logprob: float
    """Natural logarithm of its probability."""
    bytes: list[int] | None = None


class TokenLogprob(msgspec.Struct, frozen=True, kw_only=True):
    """A token of an answer, how likely it was, and the likeliest in its place."""

    token: str
    logprob: float
    bytes: list[int] | None = None
    top_logprobs: list[Alternative] = []


class TextDelta(msgspec.Struct, frozen=True, kw_only=True, tag="text", tag_field="kind"):
    """More answer text."""

    text: str
    logprobs: tuple[TokenLogprob, ...] = ()
    """Of the tokens of the text, where they were asked for and the vendor gives them."""


class ReasoningDelta(msgspec.Struct, frozen=True, kw_only=True, tag="reasoning", tag_field="kind"):
    """More reasoning text, kept apart from the answer."""

    text: str


class ToolCallDelta(msgspec.Struct, frozen=True, kw_only=True, tag="tool_call", tag_field="kind"):
    """A whole tool call; providers assemble the fragments before they yield it."""

    call: ToolCall


class StreamEnd(msgspec.Struct, frozen=True, kw_only=True, tag="end", tag_field="kind"):
    """The last item of every stream that did not fail."""

    finish_reason: Literal["stop", "length", "tool_calls", "content_filter", "other"]
    usage: Usage
    model: str
    is_cache_hit: bool = False
    """Set by the host: the answer was kept, so nothing was used."""
    similarity: float | None = None
    """Set by the host: the answer was kept for another question, and how near that is."""
    answered_by: str = ""
    """Set by the host: the fallback that answered in the model's place, as ``provider/name``."""


ChatDelta: TypeAlias = TextDelta | ReasoningDelta | ToolCallDelta | StreamEnd


class EmbedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Texts to embed, at most `ModelInfo.max_batch` of them."""

    model: str
    texts: tuple[str, ...]
    purpose: Literal["document", "query"] = "document"
    dimensions: int | None = None


class Embeddings(msgspec.Struct, frozen=True, kw_only=True):
    """`vectors`: one per text, same order; float32, little-endian, as ``array('f')`` bytes."""

    vectors: tuple[bytes, ...]
    dimensions: int
    usage: Usage
    model: str


class RerankRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Passages to order by how well they answer `query`."""

    model: str
    query: str
    passages: tuple[str, ...]


class RerankScores(msgspec.Struct, frozen=True, kw_only=True):
    """`scores`: one per passage, same order, higher is better."""

    scores: tuple[float, ...]
    usage: Usage
    model: str


class Provider(Protocol):
    """A provider with one credential. Concurrent calls are allowed.

    Every method raises only the classes of `skep_contracts.problems`: `Unauthenticated` for a
    refused credential, `RateLimited` with `retry_after_s`, `InvalidInput` for a request the vendor
    refuses, `TooLarge` when the context is exceeded, `ProviderFailed`, `ProviderTimedOut`.
    Providers never retry; the inference library does.
    """

    def chat(self, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        """Stream a completion; closing the iterator closes the connection."""
        ...

    async def embed(self, request: EmbedRequest) -> Embeddings:
        """Embed texts."""
        ...

    async def rerank(self, request: RerankRequest) -> RerankScores:
        """Score passages against a query."""
        ...

    async def check(self) -> None:
        """Make the cheapest call that shows whether the credential works."""
        ...

    async def list_models(self) -> "Sequence[ModelInfo]":
        """Return the models this credential can use, from the vendor where it can tell."""
        ...

    async def close(self) -> None:
        """Free connections."""
        ...


class ModelInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A model in a provider's catalogue."""

    name: str
    kind: ModelKind
    title: str = ""
    context_tokens: int | None = None
    max_output_tokens: int | None = None
    dimensions: int | None = None
    """Of an embedding model's vectors."""
    max_batch: int = 64
    """Texts per embedding call."""
    tools: bool = False
    vision: bool = False
    json_schema: bool = False
    input_price: float | None = None
    """US dollars per million tokens; None when unknown, never 0 for unknown."""
    output_price: float | None = None
    cached_input_price: float | None = None
    """Of input tokens read from the provider's cache; `input_price` when None."""
    minute_price: float | None = None
    """US dollars per minute of sound. A model with this price or one of those below costs that, and
    tokens nothing besides."""
    character_price: float | None = None
    """US dollars per million characters that are spoken."""
    image_price: float | None = None
    """US dollars per image."""
    image_prices: dict[str, float] = {}
    """US dollars per image by its form, quality and size as in ``hd 1024x1792``, where that differs
    from `image_price`."""
    search_price: float | None = None
    """US dollars per thousand searches."""


class ProviderDescription(msgspec.Struct, frozen=True, kw_only=True):
    """A model provider that a plugin offers."""

    name: str
    """Lower-case, unique, as in ``openai/gpt-4o``."""
    title: str
    description: str = ""
    credential_schema: dict[str, Any] = {}
    """JSON Schema of the credential form; secret fields carry ``"writeOnly": true``."""
    needs_credential: bool = True
    models: tuple[ModelInfo, ...] = ()
    """The known catalogue; other model names are passed on when `open_catalogue`."""
    open_catalogue: bool = False
    factory: Callable[[PluginContext, dict[str, Any]], Provider]
    """Builds a provider from a context and one credential's values."""
    is_stand_in: bool = False
    """It understands nothing: its models are defaults only where there is no other."""


class ModelHooks:
    """Hooks of the group ``skep.models``."""

    @hookspec
    def skep_providers(self) -> list[ProviderDescription]:  # type: ignore[empty-body]  # a specification
        """Describe the model providers this plugin offers. Synchronous and cheap."""
