"""The provider: one credential."""

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import Any

from skep_contracts.plugins.manifest import HttpStream, PluginContext
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatRequest,
    Embeddings,
    EmbedRequest,
    ModelInfo,
    RerankRequest,
    RerankScores,
    Usage,
)
from skep_contracts.problems import InvalidInput, ProviderFailed
from skep_contracts.vendor_wire.reading import decoded, float32, malformed
from skep_contracts.vendor_wire.session import VendorSession
from skep_contracts.vendor_wire.text import estimated_tokens
from skep_model_ollama.assembly import Assembly
from skep_model_ollama.server import read_credential
from skep_model_ollama.wire import answers, requests
from skep_model_ollama.wire.lines import LineParser, LineTooLongError


class OllamaProvider:
    """The models of one server."""

    def __init__(self, context: PluginContext, credential: Mapping[str, Any]) -> None:
        self._server = read_credential(credential)
        key = self._server.api_key
        self._session = VendorSession(
            context,
            base_url=self._server.base_url,
            headers={"authorization": f"Bearer {key}"} if key else {},
            secret=key,
        )

    async def chat(self, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        """Stream a completion; closing the iterator closes the connection."""
        body = requests.chat_body(request, self._server)
        async with await self._session.open_well(requests.CHAT_PATH, body) as answer:
            assembly = Assembly(request)
            async with contextlib.aclosing(_chunks(answer)) as chunks:
                async for chunk in chunks:
                    if chunk.error is not None:
                        raise self._session.failure_in_stream(chunk.error)
                    for delta in assembly.take(chunk):
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

    async def embed(self, request: EmbedRequest) -> Embeddings:
        """Embed texts, in one request."""
        if not request.texts:
            return Embeddings(vectors=(), dimensions=0, usage=Usage(), model=request.model)
        body = requests.embed_body(request, self._server)
        raw = await self._session.post(requests.EMBED_PATH, body)
        found = decoded(answers.VECTORS, raw, "something that is no list of vectors")
        sizes = {len(vector) for vector in found.embeddings}
        if len(found.embeddings) != len(request.texts) or len(sizes) != 1 or sizes == {0}:
            raise malformed("vectors that do not fit the texts")
        counted = found.prompt_eval_count
        tokens = counted or estimated_tokens(sum(map(len, request.texts)))
        return Embeddings(
            vectors=tuple(float32(vector) for vector in found.embeddings),
            dimensions=sizes.pop(),
            usage=Usage(input_tokens=tokens, estimated=not counted),
            model=found.model or request.model,
        )

    async def rerank(self, request: RerankRequest) -> RerankScores:
        """Refuse: the server has none."""
        raise InvalidInput("Ollama offers no rerank models.", code="not_supported")

    async def check(self) -> None:
        """List the models, which loads none of them."""
        await self.list_models()

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return what the server has."""
        raw = await self._session.get(requests.MODELS_PATH)
        listed = decoded(answers.MODELS, raw, "something that is no list of models")
        num_ctx = self._server.num_ctx
        return [answers.describe(model, num_ctx=num_ctx) for model in listed.models]

    async def close(self) -> None:
        """Do nothing: connections belong to the host's client."""


async def _chunks(answer: HttpStream) -> AsyncGenerator[answers.Chunk, None]:
    parser = LineParser()
    async for piece in answer.chunks():
        try:
            lines = parser.feed(piece)
        except LineTooLongError as error:
            raise malformed("a line without end") from error
        for line in lines:
            yield decoded(answers.CHUNKS, line, "something that is no answer of a model")
    for line in parser.end():
        with contextlib.suppress(ProviderFailed):  # one that was cut off
            yield decoded(answers.CHUNKS, line, "something that is no answer of a model")
