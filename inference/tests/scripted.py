"""A provider that does what a test says, and hosts and buses without processes behind them."""

import asyncio
import logging
from array import array
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, cast

from inference.tests.scripted_media import MEDIA_MODELS, MediaScript, ScriptedMedia
from skep_contracts.envelope import Command, Event
from skep_contracts.events.usage import UsageRecorded
from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatMessage,
    ChatRequest,
    Embeddings,
    EmbedRequest,
    ModelInfo,
    ModelKind,
    ProviderDescription,
    RerankRequest,
    RerankScores,
    StreamEnd,
    TextDelta,
    Usage,
)
from skep_contracts.topology import BucketSpec
from skep_runtime.bus import Bus
from skep_runtime.plugins import PluginHost

USAGE = Usage(input_tokens=1_000, output_tokens=500)
END = StreamEnd(finish_reason="stop", usage=USAGE, model="smart")
HELLO: "list[Step]" = [TextDelta(text="Hel"), TextDelta(text="lo"), END]

Step = ChatDelta | BaseException | float
"""A delta to yield, an error to raise, seconds to wait."""

MODELS = (
    ModelInfo(name="smart", kind=ModelKind.CHAT, input_price=2.0, output_price=8.0),
    ModelInfo(name="free", kind=ModelKind.CHAT),
    ModelInfo(name="vectors", kind=ModelKind.EMBEDDING, max_batch=2, dimensions=2, input_price=1.0),
    ModelInfo(name="order", kind=ModelKind.RERANK, input_price=0.0),
    ModelInfo(name="order-by-search", kind=ModelKind.RERANK, search_price=2.0),
    *MEDIA_MODELS,
)


class Scripted:
    """What the providers of a test do, and what they were asked.

    `chats` holds one script per attempt; the last one repeats. `embeds` likewise.
    """

    def __init__(self) -> None:
        self.chats: list[list[Step]] = [list(HELLO)]
        self.embeds: list[BaseException | float] = [0.0]
        self.scores: tuple[float, ...] | None = None
        self.requests: list[ChatRequest] = []
        self.batches: list[tuple[str, ...]] = []
        self.values: list[dict[str, Any]] = []
        self.active = 0
        self.peak = 0
        self.left_early = 0
        self.closed: list[dict[str, Any]] = []
        self.checks: list[BaseException | float] = [0.0]
        self.listed: list[ModelInfo] | BaseException = []
        self.list_calls = 0
        self.media = MediaScript()

    def description(self, name: str = "acme", **changes: Any) -> ProviderDescription:
        """Return a description whose providers follow this script."""
        fields: dict[str, Any] = {
            "name": name,
            "title": name.title(),
            "models": MODELS,
            "credential_schema": {
                "type": "object",
                "properties": {"key": {"type": "string", "writeOnly": True}},
                "required": ["key"],
                "additionalProperties": False,
            },
            "factory": self._build,
        }
        return ProviderDescription(**{**fields, **changes})

    def _build(self, context: PluginContext, values: dict[str, Any]) -> "ScriptedProvider":
        self.values.append(values)
        return ScriptedProvider(self, values)


def _next(script: list[Any]) -> Any:
    return script.pop(0) if len(script) > 1 else script[0]


class ScriptedProvider(ScriptedMedia):
    """Follows the script."""

    def __init__(self, script: Scripted, values: dict[str, Any]) -> None:
        super().__init__(script.media)
        self._script = script
        self._values = values

    async def chat(self, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        script = self._script
        script.requests.append(request)
        script.active += 1
        script.peak = max(script.peak, script.active)
        is_whole = False
        try:
            for step in _next(script.chats):
                if isinstance(step, BaseException):
                    raise step
                if isinstance(step, float):
                    await asyncio.sleep(step)
                else:
                    is_whole = isinstance(step, StreamEnd)
                    yield step
        finally:
            script.active -= 1
            script.left_early += not is_whole

    async def embed(self, request: EmbedRequest) -> Embeddings:
        self._script.batches.append(request.texts)
        step = _next(self._script.embeds)
        if isinstance(step, BaseException):
            raise step
        await asyncio.sleep(step)
        vectors = tuple(array("f", [float(len(text)), 1.0]).tobytes() for text in request.texts)
        usage = Usage(input_tokens=len(request.texts))
        return Embeddings(vectors=vectors, dimensions=2, usage=usage, model=request.model)

    async def rerank(self, request: RerankRequest) -> RerankScores:
        scores = self._script.scores
        if scores is None:
            scores = tuple(float(len(passage)) for passage in request.passages)
        return RerankScores(scores=scores, usage=Usage(input_tokens=3), model=request.model)

    async def check(self) -> None:
        step = _next(self._script.checks)
        if isinstance(step, BaseException):
            raise step
        await asyncio.sleep(step)

    async def list_models(self) -> Sequence[ModelInfo]:
        self._script.list_calls += 1
        if isinstance(self._script.listed, BaseException):
            raise self._script.listed
        return self._script.listed

    async def close(self) -> None:
        self._script.closed.append(self._values)


class Context:
    """Enough of a context for providers that touch nothing."""

    logger = logging.getLogger("skep.plugin.scripted")
    data_dir = ""
    settings: Mapping[str, Any] = {}

    @property
    def http(self) -> Any:
        raise AssertionError("scripted providers send nothing")

    def now_s(self) -> float:
        return 0.0


class Host:
    """A plugin host with given providers."""

    def __init__(self, *descriptions: ProviderDescription) -> None:
        self.providers = {each.name: each for each in descriptions}
        self._listeners: list[Callable[[], None]] = []

    def context(self, owner: str) -> Context:
        return Context()

    def on_change(self, callback: Callable[[], None]) -> None:
        self._listeners.append(callback)

    def replace(self, *descriptions: ProviderDescription) -> None:
        self.providers = {each.name: each for each in descriptions}
        for listener in self._listeners:
            listener()


class NoBucket:
    """Forgets what it is told."""

    async def put(self, key: str, value: bytes) -> int:
        return 1

    async def delete(self, key: str) -> None:
        pass

    async def keys(self) -> list[str]:
        return []


class LedgerBus:
    """A bus that only takes the ledger; it can be away."""

    def __init__(self) -> None:
        self.published: dict[str, tuple[UsageRecorded, str]] = {}
        self.batches: list[int] = []
        self.is_away = False

    def bucket(self, spec: BucketSpec) -> NoBucket:
        return NoBucket()

    async def publish_many(
        self, payloads: Sequence[tuple[Event | Command, str, str | None]]
    ) -> None:
        await asyncio.sleep(0)
        if self.is_away:
            raise ConnectionError("away")
        self.batches.append(len(payloads))
        for payload, tenant, message_id in payloads:
            assert isinstance(payload, UsageRecorded)
            assert message_id == payload.entry_id
            self.published.setdefault(message_id, (payload, tenant))

    @property
    def entries(self) -> list[UsageRecorded]:
        return [entry for entry, _ in self.published.values()]


def as_host(host: Host) -> PluginHost:
    return cast("PluginHost", host)


def as_bus(bus: LedgerBus) -> Bus:
    return cast("Bus", bus)


def asking(text: str = "What is it?", **more: Any) -> ChatRequest:
    return ChatRequest(model="", messages=(ChatMessage(role="user", content=text),), **more)
