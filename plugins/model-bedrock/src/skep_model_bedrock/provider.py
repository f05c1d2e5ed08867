"""The provider: one credential."""

import asyncio
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
    RerankRequest,
    RerankScores,
)
from skep_contracts.problems import Forbidden, ProviderFailed, SkepError
from skep_contracts.vendor_wire.reading import decoded, malformed
from skep_model_bedrock.access import read_credential
from skep_model_bedrock.assembly import Assembly
from skep_model_bedrock.aws.frames import CorruptFrameError, Frame, FrameParser
from skep_model_bedrock.catalogue import describe
from skep_model_bedrock.session import AwsSession
from skep_model_bedrock.vectors import Vectors
from skep_model_bedrock.wire import answers, paths, requests

_AFTER_END_S: Final = 2.0
"""How long to wait for usage, once the answer is complete."""
_NO_LIST: Final = "something that is no list of models"


class BedrockProvider:
    """The models of one region behind one credential."""

    def __init__(self, context: PluginContext, credential: Mapping[str, Any]) -> None:
        self._session = AwsSession(context, read_credential(credential))
        self._vectors = Vectors(self._session)

    async def chat(self, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        """Stream a completion; closing the iterator closes the connection."""
        path = paths.model_path(request.model, requests.CONVERSE)
        async with await self._session.open(path, requests.converse_body(request)) as answer:
            assembly = Assembly(request)
            async with contextlib.aclosing(_frames(answer, assembly)) as frames:
                async for frame in frames:
                    for delta in self._take(frame, assembly):
                        yield delta
                    if assembly.is_finished and assembly.is_counted:
                        break
            if not assembly.is_finished:
                raise ProviderFailed(
                    "The model provider closed the connection before the answer was complete.",
                    code="answer_cut_off",
                )
            for delta in assembly.end():
                yield delta

    def _take(self, frame: Frame, assembly: Assembly) -> list[ChatDelta]:
        """Return what a frame adds; raise what it says went wrong."""
        headers = frame.headers
        kind = headers.get(":message-type")
        if kind == "exception":
            name = headers.get(":exception-type", "")
            raise self._session.failure_in_stream(name, frame.payload)
        if kind == "error":
            raise self._session.failure_in_stream(headers.get(":error-code", ""), b"{}")
        event = decoded(answers.EVENTS, frame.payload, "something that is no event of a message")
        return assembly.take(headers.get(":event-type", ""), event)

    async def embed(self, request: EmbedRequest) -> Embeddings:
        """Embed texts, in as many requests as the model needs."""
        return await self._vectors.embed(request)

    async def rerank(self, request: RerankRequest) -> RerankScores:
        """Score passages, in one request."""
        return await self._vectors.rerank(request)

    async def check(self) -> None:
        """List the models, which costs nothing. One that may not list them is recognised, too."""
        with contextlib.suppress(Forbidden):
            await self._session.list(paths.MODELS_PATH)

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return what the region has, as far as the credential may know."""
        raw = await self._session.list(paths.MODELS_PATH)
        listed = decoded(answers.MODELS, raw, _NO_LIST).model_summaries
        profiles: list[answers.Profile] = []
        with contextlib.suppress(Forbidden):
            raw = await self._session.list(paths.PROFILES_PATH)
            profiles = decoded(answers.PROFILES, raw, _NO_LIST).inference_profile_summaries
        return list(describe(listed, profiles))

    async def close(self) -> None:
        """Do nothing: connections belong to the host's client."""


async def _frames(answer: HttpStream, assembly: Assembly) -> AsyncGenerator[Frame, None]:
    if "eventstream" not in answer.headers.get("content-type", ""):
        raise malformed("something that is no stream of events")
    parser = FrameParser()
    pieces = answer.chunks()
    while (piece := await _next(pieces, is_finished=assembly.is_finished)) is not None:
        try:
            frames = parser.feed(piece)
        except CorruptFrameError as error:
            raise malformed("a stream that was damaged on its way") from error
        for frame in frames:
            yield frame


async def _next(pieces: AsyncIterator[bytes], *, is_finished: bool) -> bytes | None:
    """Return the next piece; once the model has finished, only usage may be missing."""
    if not is_finished:
        return await anext(pieces, None)
    try:
        async with asyncio.timeout(_AFTER_END_S):
            return await anext(pieces, None)
    except (SkepError, TimeoutError):
        return None
