"""The provider: one credential."""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec

from skep_contracts.plugins.manifest import HttpStream, PluginContext
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatRequest,
    Embeddings,
    EmbedRequest,
    ModelInfo,
    RerankRequest,
    RerankScores,
)
from skep_contracts.problems import InvalidInput, ProviderFailed
from skep_contracts.vendor_wire.address import api_key, base_url
from skep_contracts.vendor_wire.reading import malformed
from skep_contracts.vendor_wire.session import VendorSession
from skep_contracts.vendor_wire.sse import Event, EventParser, EventTooLargeError
from skep_model_anthropic.assembly import Assembly
from skep_model_anthropic.catalogue import BASE_URL, describe
from skep_model_anthropic.wire import answers, requests


class AnthropicProvider:
    """Claude models behind one credential."""

    def __init__(self, context: PluginContext, credential: Mapping[str, Any]) -> None:
        key = api_key(credential, is_needed=True)
        self._session = VendorSession(
            context,
            base_url=base_url(credential, default=BASE_URL),
            headers={"x-api-key": key, "anthropic-version": requests.VERSION},
            secret=key,
        )

    async def chat(self, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        """Stream a completion; closing the iterator closes the connection."""
        body = requests.messages_body(request)
        key = request.idempotency_key
        async with await self._session.open_well(
            requests.MESSAGES_PATH, body, idempotency_key=key
        ) as answer:
            assembly = Assembly(request)
            async for event in _events(answer):
                if event.type == "error":
                    raise self._session.failure_in_stream(event.error)
                for delta in assembly.take(event):
                    yield delta
                if assembly.is_finished:
                    break
            if not assembly.is_finished:
                raise ProviderFailed(
                    "The model provider closed the connection before the answer was complete.",
                    code="answer_cut_off",
                )
            yield assembly.end()

    async def embed(self, request: EmbedRequest) -> Embeddings:
        """Refuse: the vendor has none."""
        raise InvalidInput("Anthropic offers no embedding models.", code="not_supported")

    async def rerank(self, request: RerankRequest) -> RerankScores:
        """Refuse: the vendor has none."""
        raise InvalidInput("Anthropic offers no rerank models.", code="not_supported")

    async def check(self) -> None:
        """List the models, which costs nothing."""
        await self._session.get(requests.MODELS_PATH)

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return what the credential can use."""
        body = await self._session.get(requests.MODELS_PATH)
        try:
            listed = answers.MODELS.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ProviderFailed(
                "The model provider sent something that is no list of models.",
                code="malformed_answer",
            ) from error
        return [
            msgspec.structs.replace(info, title=info.title or each.display_name)
            for each in listed.data
            for info in (describe(each.id),)
        ]

    async def close(self) -> None:
        """Do nothing: connections belong to the host's client."""


async def _events(answer: HttpStream) -> AsyncIterator[answers.Event]:
    if "event-stream" not in answer.headers.get("content-type", ""):
        raise malformed("something that is no stream of events")
    parser = EventParser()
    async for piece in answer.chunks():
        try:
            events = parser.feed(piece)
        except EventTooLargeError as error:
            raise malformed("an event without end") from error
        for event in events:
            yield _decoded(event)
    for event in parser.end():
        with contextlib.suppress(ProviderFailed):  # one that was cut off
            yield _decoded(event)


def _decoded(event: Event) -> answers.Event:
    try:
        return answers.EVENTS.decode(event.data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise malformed("something that is no message") from error
