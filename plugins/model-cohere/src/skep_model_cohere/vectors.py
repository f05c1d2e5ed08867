"""Embeddings and rerank scores."""

import msgspec

from skep_contracts.plugins.models import (
    Embeddings,
    EmbedRequest,
    RerankRequest,
    RerankScores,
    Usage,
)
from skep_contracts.vendor_wire.reading import decoded, float32, malformed
from skep_contracts.vendor_wire.session import VendorSession
from skep_contracts.vendor_wire.text import estimated_tokens
from skep_model_cohere.wire import answers, requests


class Vectors:
    """Sends embedding and rerank requests."""

    def __init__(self, session: VendorSession) -> None:
        self._session = session

    async def embed(self, request: EmbedRequest) -> Embeddings:
        """Embed texts, in one request."""
        if not request.texts:
            return Embeddings(vectors=(), dimensions=0, usage=Usage(), model=request.model)
        raw = await self._session.post(requests.EMBED_PATH, requests.embed_body(request))
        answer = decoded(answers.VECTORS, raw, "something that is no list of vectors")
        found = answer.embeddings.vectors
        sizes = {len(vector) for vector in found}
        if len(found) != len(request.texts) or len(sizes) != 1 or sizes == {0}:
            raise malformed("vectors that do not fit the texts")
        return Embeddings(
            vectors=tuple(float32(vector) for vector in found),
            dimensions=sizes.pop(),
            usage=_usage(answer.meta, request.texts),
            model=request.model,
        )

    async def rerank(self, request: RerankRequest) -> RerankScores:
        """Score passages, in one request. The vendor bills searches; tokens are estimated."""
        if not request.passages:
            return RerankScores(scores=(), usage=Usage(), model=request.model)
        raw = await self._session.post(requests.RERANK_PATH, requests.rerank_body(request))
        answer = decoded(answers.RANKINGS, raw, "something that is no list of scores")
        scores = {ranked.index: ranked.relevance_score for ranked in answer.results}
        count = len(request.passages)
        if len(answer.results) != count or scores.keys() != set(range(count)):
            raise malformed("scores that do not fit the passages")
        return RerankScores(
            scores=tuple(scores[at] for at in range(count)),
            usage=msgspec.structs.replace(
                _usage(answer.meta, (request.query, *request.passages)),
                searches=0 if answer.meta is None else answer.meta.searches(),
            ),
            model=request.model,
        )


def _usage(found: answers.UsageObject | None, texts: tuple[str, ...]) -> Usage:
    counted = found.to_usage() if found is not None else None
    if counted is not None:
        return counted
    return Usage(input_tokens=estimated_tokens(sum(map(len, texts))), estimated=True)
