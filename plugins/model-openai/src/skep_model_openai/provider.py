"""The provider: one endpoint, one credential."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatRequest,
    Embeddings,
    EmbedRequest,
    ModelInfo,
    RerankRequest,
    RerankScores,
)
from skep_contracts.problems import ProviderFailed
from skep_contracts.vendor_wire.text import encode_json
from skep_model_openai.chat import Chat
from skep_model_openai.media.provider import OpenAIMedia
from skep_model_openai.session import Session
from skep_model_openai.vectors import Vectors
from skep_model_openai.vendors.table import describe, models, vendors
from skep_model_openai.vendors.vendor import OPENAI, Vendor
from skep_model_openai.wire import answers, requests


class OpenAIProvider(OpenAIMedia):
    """Models behind one OpenAI-compatible endpoint."""

    def __init__(
        self, context: PluginContext, credential: Mapping[str, Any], *, vendor: Vendor | None = None
    ) -> None:
        super().__init__(Session(context, credential, vendor or vendors()[OPENAI]))
        self._chat = Chat(self._session)
        self._vectors = Vectors(self._session)

    def chat(self, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        """Stream a completion; closing the iterator closes the connection."""
        return self._chat.stream(request)

    async def embed(self, request: EmbedRequest) -> Embeddings:
        """Embed texts, in one request."""
        return await self._vectors.embed(request)

    async def rerank(self, request: RerankRequest) -> RerankScores:
        """Score passages against a query, in one request."""
        return await self._vectors.rerank(request)

    async def check(self) -> None:
        """List the models, or where there is no list, send a request that costs nothing."""
        answer = await self._session.send("GET", requests.MODELS_PATH)
        if answer.status in {404, 405}:
            body = encode_json(requests.EMPTY_CHAT)
            probe = await self._session.send("POST", requests.CHAT_PATH, body)
            if probe.status in {400, 422}:
                return  # it looked at the request, so it knows us
            answer = probe
        if answer.status >= 400:
            raise self._session.failure(answer)

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return what the endpoint lists, with what the catalogue knows; else the catalogue."""
        known = models(self._vendor.name)
        if not self._vendor.lists_models:
            return known
        answer = await self._session.send("GET", requests.MODELS_PATH)
        if answer.status in {404, 405}:
            return known
        if answer.status >= 400:
            raise self._session.failure(answer)
        try:
            listed = answers.decode_models(answer.body)
        except answers.MalformedError as error:
            raise ProviderFailed(
                "The model provider sent something that is no list of models.",
                code="malformed_answer",
            ) from error
        names = sorted({model.id for model in listed.data})
        return [info for name in names if (info := describe(name, self._vendor))]

    async def close(self) -> None:
        """Do nothing: connections belong to the host's client."""
