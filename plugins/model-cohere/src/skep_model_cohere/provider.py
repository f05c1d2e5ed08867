"""The provider: one credential."""

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import Any, Final

from skep_contracts.plugins.manifest import HttpStream, PluginContext
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatRequest,
    Embeddings,
    EmbedRequest,
    ModelInfo,
    ModelKind,
    RerankRequest,
    RerankScores,
)
from skep_contracts.problems import ProviderFailed, ProviderTimedOut
from skep_contracts.vendor_wire.address import api_key, base_url
from skep_contracts.vendor_wire.reading import decoded, malformed
from skep_contracts.vendor_wire.session import VendorSession
from skep_contracts.vendor_wire.sse import EventParser, EventTooLargeError
from skep_model_cohere.assembly import Assembly
from skep_model_cohere.catalogue import BASE_URL, describe
from skep_model_cohere.vectors import Vectors
from skep_model_cohere.wire import answers, requests

_KINDS: Final = {
    "chat": ModelKind.CHAT,
    "embed": ModelKind.EMBEDDING,
    "rerank": ModelKind.RERANK,
}
_NO_EVENT: Final = "something that is no event of a message"


class CohereProvider:
    """Cohere's models behind one credential."""

    def __init__(self, context: PluginContext, credential: Mapping[str, Any]) -> None:
        key = api_key(credential, is_needed=True)
        url = base_url(credential, default=BASE_URL, example=BASE_URL)
        for version in ("/v1", "/v2"):  # people paste the address of one
            url = url.removesuffix(version)
        self._session = VendorSession(
            context,
            base_url=url,
            headers={"authorization": f"Bearer {key}"},
            secret=key,
        )
        self._vectors = Vectors(self._session)

    async def chat(self, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        """Stream a completion; closing the iterator closes the connection."""
        body = requests.chat_body(request)
        async with await self._session.open_well(requests.CHAT_PATH, body) as answer:
            assembly = Assembly(request)
            async with contextlib.aclosing(_events(answer)) as events:
                async for event in events:
                    self._check(event)
                    for delta in assembly.take(event):
                        yield delta
                    if assembly.is_finished:
                        break
            if not assembly.is_finished:
                raise ProviderFailed(
                    "The model provider closed the connection before the answer was complete.",
                    code="answer_cut_off",
                )
            for delta in assembly.end():
                yield delta

    def _check(self, event: answers.Event) -> None:
        """Raise what an event says went wrong."""
        if not event.type:
            raise self._session.failure_in_stream(event.message)
        delta = event.delta
        if event.type != "message-end" or delta is None:
            return
        if delta.finish_reason == answers.TIMED_OUT:
            raise ProviderTimedOut("The model provider did not finish its answer in time.")
        if delta.error is not None or delta.finish_reason == answers.FAILED:
            raise self._session.failure_in_stream(delta.error)

    async def embed(self, request: EmbedRequest) -> Embeddings:
        """Embed texts, in one request."""
        return await self._vectors.embed(request)

    async def rerank(self, request: RerankRequest) -> RerankScores:
        """Score passages, in one request."""
        return await self._vectors.rerank(request)

    async def check(self) -> None:
        """List the models, which costs nothing."""
        await self._session.get(requests.MODELS_PATH)

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return what the credential can use."""
        raw = await self._session.get(requests.MODELS_PATH)
        listed = decoded(answers.MODELS, raw, "something that is no list of models")
        return [
            describe(
                model.name,
                kind=kind,
                window=int(model.context_length or 0) or None,
                able=model.features or [],
            )
            for model in listed.models
            if not model.is_deprecated
            for endpoint, kind in _KINDS.items()
            if endpoint in model.endpoints
        ]

    async def close(self) -> None:
        """Do nothing: connections belong to the host's client."""


async def _events(answer: HttpStream) -> AsyncGenerator[answers.Event, None]:
    if "event-stream" not in answer.headers.get("content-type", ""):
        raise malformed("something that is no stream of events")
    parser = EventParser()
    async for piece in answer.chunks():
        try:
            events = parser.feed(piece)
        except EventTooLargeError as error:
            raise malformed("an event without end") from error
        for event in events:
            yield decoded(answers.EVENTS, event.data, _NO_EVENT)
    for event in parser.end():
        with contextlib.suppress(ProviderFailed):  # one that was cut off
            yield decoded(answers.EVENTS, event.data, _NO_EVENT)
