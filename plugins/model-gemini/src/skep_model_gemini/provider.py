"""The provider: one credential."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from skep_contracts.plugins.manifest import HttpStream, PluginContext
from skep_contracts.plugins.modalities.images import ImageRequest, MadeImages
from skep_contracts.plugins.modalities.speech import Speech, SpeechRequest
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatRequest,
    Embeddings,
    EmbedRequest,
    ModelInfo,
    ModelKind,
    RerankRequest,
    RerankScores,
    Usage,
)
from skep_contracts.problems import InvalidInput, ProviderFailed, SkepError, Unauthenticated
from skep_contracts.vendor_wire.address import api_key, base_url
from skep_contracts.vendor_wire.reading import float32, malformed
from skep_contracts.vendor_wire.session import VendorSession
from skep_contracts.vendor_wire.sse import EventParser, EventTooLargeError
from skep_contracts.vendor_wire.text import estimated_tokens
from skep_model_gemini import media
from skep_model_gemini.assembly import Assembly
from skep_model_gemini.catalogue import BASE_URL, describe, kind_of
from skep_model_gemini.wire import answers, requests

_WRONG_KEY: Final = "API key"
_AFTER_END_S: Final = 2.0
"""How long to wait for usage, once the answer is complete."""
_KINDS: Final = {
    "generateContent": ModelKind.CHAT,
    "embedContent": ModelKind.EMBEDDING,
}


class GeminiProvider:
    """Gemini models behind one credential."""

    def __init__(self, context: PluginContext, credential: Mapping[str, Any]) -> None:
        key = api_key(credential, is_needed=True)
        self._session = VendorSession(
            context,
            base_url=base_url(credential, default=BASE_URL, example="https://host/v1beta"),
            headers={"x-goog-api-key": key},
            secret=key,
        )

    async def chat(self, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        """Stream a completion; closing the iterator closes the connection."""
        async with await self._open(request) as answer:
            assembly = Assembly(request)
            async with contextlib.aclosing(_chunks(answer, assembly)) as chunks:
                async for chunk in chunks:
                    if chunk.error is not None:
                        raise self._session.failure_in_stream(chunk.error)
                    for delta in assembly.take(chunk):
                        yield delta
            if not assembly.is_finished:
                raise ProviderFailed(
                    "The model provider closed the connection before the answer was complete.",
                    code="answer_cut_off",
                )
            for delta in assembly.end():
                yield delta

    async def _open(self, request: ChatRequest) -> HttpStream:
        body = requests.chat_body(request)
        try:
            return await self._session.open_well(requests.chat_path(request.model), body)
        except SkepError as error:
            raise _plainly(error) from None

    async def embed(self, request: EmbedRequest) -> Embeddings:
        """Embed texts, in one request."""
        if not request.texts:
            return Embeddings(vectors=(), dimensions=0, usage=Usage(), model=request.model)
        path = requests.model_path(request.model, "batchEmbedContents")
        try:
            body = await self._session.post(path, requests.embed_body(request))
        except SkepError as error:
            raise _plainly(error) from None
        try:
            found = answers.VECTORS.decode(body).embeddings
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise malformed("something that is no list of vectors") from error
        sizes = {len(vector.values) for vector in found}
        if len(found) != len(request.texts) or len(sizes) != 1 or sizes == {0}:
            raise malformed("vectors that do not fit the texts")
        tokens = estimated_tokens(sum(map(len, request.texts)))
        return Embeddings(
            vectors=tuple(float32(vector.values) for vector in found),
            dimensions=sizes.pop(),
            usage=Usage(input_tokens=tokens, estimated=True),
            model=request.model,
        )

    async def rerank(self, request: RerankRequest) -> RerankScores:
        """Refuse: the vendor has none behind this credential."""
        raise InvalidInput("This provider offers no rerank models.", code="not_supported")

    async def speak(self, request: SpeechRequest) -> Speech:
        """Speak a text, in one request."""
        try:
            return await media.speak(self._session, request)
        except SkepError as error:
            raise _plainly(error) from None

    async def make_images(self, request: ImageRequest) -> MadeImages:
        """Make an image, in one request."""
        try:
            return await media.make_images(self._session, request)
        except SkepError as error:
            raise _plainly(error) from None

    async def check(self) -> None:
        """List the models, which costs nothing."""
        await self._list()

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return what the credential can use."""
        try:
            listed = answers.MODELS.decode(await self._list())
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise malformed("something that is no list of models") from error
        return [
            describe(
                model.name.removeprefix("models/"),
                kind=kind_of(model.name, kind),
                title=model.display_name,
                takes=model.input_token_limit,
                gives=model.output_token_limit,
            )
            for model in listed.models
            for method, kind in _KINDS.items()
            if method in model.supported_generation_methods
        ]

    async def _list(self) -> bytes:
        try:
            return await self._session.get(requests.MODELS_PATH)
        except SkepError as error:
            raise _plainly(error) from None

    async def close(self) -> None:
        """Do nothing: connections belong to the host's client."""


def _plainly(error: SkepError) -> SkepError:
    """Return a refusal as what it is: a wrong key is answered with status 400 here."""
    if isinstance(error, InvalidInput) and _WRONG_KEY in error.detail:
        return Unauthenticated(
            "The model provider refused the credential. Check the API key and what it may do.",
            code="credential_refused",
        )
    return error


async def _chunks(answer: HttpStream, assembly: Assembly) -> AsyncGenerator[answers.Chunk, None]:
    if "event-stream" not in answer.headers.get("content-type", ""):
        raise malformed("something that is no stream of events")
    parser = EventParser()
    pieces = answer.chunks()
    while True:
        piece = await _next(pieces, is_finished=assembly.is_finished)
        try:
            events = parser.end() if piece is None else parser.feed(piece)
        except EventTooLargeError as error:
            raise malformed("an event without end") from error
        for event in events:
            try:
                yield answers.CHUNKS.decode(event.data)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                if piece is None:
                    return  # an event that was cut off
                raise malformed("something that is no answer of a model") from error
        if piece is None:
            return


async def _next(pieces: AsyncIterator[bytes], *, is_finished: bool) -> bytes | None:
    """Return the next piece; once the model has finished, only usage may be missing."""
    if not is_finished:
        return await anext(pieces, None)
    try:
        async with asyncio.timeout(_AFTER_END_S):
            return await anext(pieces, None)
    except (SkepError, TimeoutError):
        return None
