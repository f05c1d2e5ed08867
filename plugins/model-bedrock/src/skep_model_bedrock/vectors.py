"""Embeddings and rerank scores, from models that are invoked in their makers' own terms."""

import asyncio
from typing import Final

from skep_contracts.plugins.manifest import HttpResponse
from skep_contracts.plugins.models import (
    Embeddings,
    EmbedRequest,
    RerankRequest,
    RerankScores,
    Usage,
)
from skep_contracts.problems import InvalidInput
from skep_contracts.vendor_wire.reading import decoded, float32, malformed
from skep_contracts.vendor_wire.text import estimated_tokens
from skep_model_bedrock.session import AwsSession
from skep_model_bedrock.wire import invocations
from skep_model_bedrock.wire.paths import model_path

SIDE_BY_SIDE: Final = 8
"""How many texts are sent at once to a model that takes one in a request."""
_NO_VECTORS: Final = "something that is no list of vectors"


class Vectors:
    """Sends embedding and rerank requests."""

    def __init__(self, session: AwsSession) -> None:
        self._session = session

    async def embed(self, request: EmbedRequest) -> Embeddings:
        """Embed texts, in as many requests as the model needs."""
        if invocations.TITAN in request.model:
            embed = self._embed_each
        elif invocations.COHERE in request.model:
            embed = self._embed_all
        else:
            raise InvalidInput(
                "Of this provider's embedding models, those of Titan and Cohere are supported.",
                code="not_supported",
            )
        if not request.texts:
            return Embeddings(vectors=(), dimensions=0, usage=Usage(), model=request.model)
        vectors, usage = await embed(request)
        sizes = {len(vector) for vector in vectors}
        if len(vectors) != len(request.texts) or len(sizes) != 1 or sizes == {0}:
            raise malformed("vectors that do not fit the texts")
        return Embeddings(
            vectors=tuple(float32(vector) for vector in vectors),
            dimensions=sizes.pop(),
            usage=usage,
            model=request.model,
        )

    async def _embed_each(self, request: EmbedRequest) -> tuple[list[list[float]], Usage]:
        path = model_path(request.model, invocations.INVOKE)
        places = asyncio.Semaphore(SIDE_BY_SIDE)

        async def one(text: str) -> invocations.TitanVector:
            async with places:
                body = invocations.titan_body(request, text)
                answer = await self._session.invoke(path, body)
            return decoded(invocations.TITAN_VECTORS, answer.body, _NO_VECTORS)

        try:
            async with asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(one(text)) for text in request.texts]
        except ExceptionGroup as failed:  # the first says it; the others ended with it
            raise failed.exceptions[0] from None
        found = [task.result() for task in running]
        counts = [vector.input_text_token_count for vector in found]
        usage = _estimated(request.texts)
        if all(counts):
            usage = Usage(input_tokens=sum(count or 0 for count in counts))
        return [vector.embedding for vector in found], usage

    async def _embed_all(self, request: EmbedRequest) -> tuple[list[list[float]], Usage]:
        path = model_path(request.model, invocations.INVOKE)
        answer = await self._session.invoke(path, invocations.cohere_body(request))
        found = decoded(invocations.COHERE_VECTORS, answer.body, _NO_VECTORS)
        return found.floats(), _counted(answer) or _estimated(request.texts)

    async def rerank(self, request: RerankRequest) -> RerankScores:
        """Score passages, in one request. Searches are billed, so tokens may be estimated."""
        known = (invocations.COHERE_RERANK, invocations.AMAZON_RERANK)
        if not any(name in request.model for name in known):
            raise InvalidInput(
                "Of this provider's models, those of Amazon Rerank and Cohere Rerank order"
                " passages.",
                code="not_supported",
            )
        if not request.passages:
            return RerankScores(scores=(), usage=Usage(), model=request.model)
        path = model_path(request.model, invocations.INVOKE)
        answer = await self._session.invoke(path, invocations.rerank_body(request))
        ranking = decoded(invocations.RANKINGS, answer.body, "something that is no list of scores")
        scores = {ranked.index: ranked.relevance_score for ranked in ranking.results}
        count = len(request.passages)
        if len(ranking.results) != count or scores.keys() != set(range(count)):
            raise malformed("scores that do not fit the passages")
        return RerankScores(
            scores=tuple(scores[at] for at in range(count)),
            usage=_counted(answer) or _estimated((request.query, *request.passages)),
            model=request.model,
        )


def _counted(answer: HttpResponse) -> Usage | None:
    """Return the tokens that the vendor counted; it says them in a header."""
    count = answer.headers.get(invocations.COUNT_HEADER, "")
    if len(count) > 12 or not count.isdecimal() or not int(count):
        return None
    return Usage(input_tokens=int(count))


def _estimated(texts: tuple[str, ...]) -> Usage:
    return Usage(input_tokens=estimated_tokens(sum(map(len, texts))), estimated=True)
