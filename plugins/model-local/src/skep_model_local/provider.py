"""The provider: one model, computed in a thread."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

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
from skep_model_local import MODELS
from skep_model_local.embedding import DIMENSIONS, Embedder
from skep_model_local.weights import MissingWeightsError

_embedder = Embedder()
"""One for the process: all providers share what is in memory."""


class LocalProvider:
    """Embeds texts on this machine."""

    def chat(self, request: ChatRequest) -> AsyncGenerator[ChatDelta, None]:
        """Refuse: there is no chat model here.

        Raises:
            InvalidInput: Always.
        """
        raise _no_such_model(request.model)

    async def embed(self, request: EmbedRequest) -> Embeddings:
        """Embed texts; queries and documents alike.

        Raises:
            InvalidInput: Another model, or other dimensions, than there are.
            ProviderFailed: The model's files are missing.
        """
        if request.model != MODELS[0].name:
            raise _no_such_model(request.model)
        if request.dimensions not in {None, DIMENSIONS}:
            raise InvalidInput(f"Vectors of {request.model} have {DIMENSIONS} dimensions.")
        try:
            vectors, tokens = await asyncio.to_thread(_embedder.embed, request.texts)
        except MissingWeightsError as error:
            raise _no_weights(error) from error
        return Embeddings(
            vectors=tuple(vectors),
            dimensions=DIMENSIONS,
            usage=Usage(input_tokens=tokens),
            model=request.model,
        )

    async def rerank(self, request: RerankRequest) -> RerankScores:
        """Refuse: there is no rerank model here.

        Raises:
            InvalidInput: Always.
        """
        raise _no_such_model(request.model)

    async def check(self) -> None:
        """Read the model's files.

        Raises:
            ProviderFailed: They are missing.
        """
        try:
            await asyncio.to_thread(_embedder.embed, ("ready",))
        except MissingWeightsError as error:
            raise _no_weights(error) from error

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return the one there is."""
        return MODELS

    async def close(self) -> None:
        """Do nothing: what is in memory belongs to the process."""


def _no_such_model(name: str) -> InvalidInput:
    return InvalidInput(
        f"{name} does not run on this machine: there is {MODELS[0].name}, for embeddings."
    )


def _no_weights(error: MissingWeightsError) -> ProviderFailed:
    return ProviderFailed(
        f"The model's files are missing: {error}. Install skep-model-local anew.",
        code="model_files_missing",
    )
