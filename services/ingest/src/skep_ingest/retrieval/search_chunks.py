"""Answers `SearchChunks`."""

import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Final, Protocol

from skep_contracts.calls.chunk import FoundChunk, SearchChunks, SearchChunksReply
from skep_contracts.plugins.models import ChatDelta, ChatRequest, Embeddings, RerankScores
from skep_contracts.plugins.stores import SearchMode
from skep_inference import CallScope
from skep_ingest.datasets.collections import Collections
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.external.ask_source import ExternalKnowledge
from skep_ingest.retrieval.asking_stores import DEEPEST, StoreSearch, datasets_of, together
from skep_ingest.retrieval.check_search import check
from skep_ingest.retrieval.merging import by_scale, merge, rescored
from skep_ingest.retrieval.ranking import distinct, fuse
from skep_ingest.retrieval.rewording import reworded
from skep_ingest.retrieval.whole_passages import is_child, one_a_passage, whole_passages
from skep_ingest.retrieval.widening import spans, widened
from skep_runtime.bus import Bus, Incoming
from skep_runtime.database import Database
from skep_runtime.telemetry import tracer

_TRACER: Final = tracer(__name__)
_RERANKED: Final = (4, 50, 200)
"""How many passages are reranked: so many times `top_k`, but at least, and at most."""


class Models(Protocol):
    """What is needed of `Inference`."""

    async def embed(
        self, model: str, texts: list[str], *, purpose: str, scope: CallScope
    ) -> Embeddings:
        """Return one vector a text."""
        ...

    def chat(
        self, model: str, request: ChatRequest, *, scope: CallScope
    ) -> AsyncGenerator[ChatDelta, None]:
        """Stream an answer."""
        ...

    async def rerank(
        self, model: str, query: str, passages: Sequence[str], *, scope: CallScope
    ) -> RerankScores:
        """Return one score a passage."""
        ...


class ChunkSearch:
    """Finds passages in the datasets of a tenant."""

    def __init__(
        self,
        database: Database,
        collections: Collections,
        models: Any,
        *,
        external: ExternalKnowledge,
    ) -> None:
        """Search in `collections` and in what is `external`; `models` is an `Inference`."""
        self._external = external
        self._database = database
        self._collections = collections
        self._models: Models = models

    def register(self, bus: Bus) -> None:
        """Begin to answer."""
        bus.answer(SearchChunks, self.search)

    async def search(self, call: SearchChunks, incoming: Incoming) -> SearchChunksReply:
        """Return at most `top_k` passages, best first.

        Raises:
            NotFound: A dataset is unknown; it is named.
            InvalidInput: The query makes no sense.
        """
        started = time.monotonic()
        check(call)
        with _TRACER.start_as_current_span("retrieval chunks"):
            datasets, weights = await datasets_of(self._database, call, incoming.tenant)
            written = await reworded(self._models, call, tenant=incoming.tenant)
            call = written.call
            chunks = await self._passages(call, datasets, weights)
        return SearchChunksReply(
            chunks=tuple(chunks),
            elapsed_s=time.monotonic() - started,
            wordings=written.wordings,
            notes=written.notes,
        )

    async def _passages(
        self, call: SearchChunks, datasets: list[DatasetRow], weights: Mapping[str, float]
    ) -> list[FoundChunk]:
        search = StoreSearch(
            self._database,
            self._collections,
            call=call,
            datasets=datasets,
            external=self._external,
        )
        queries = list(dict.fromkeys((call.query, *call.other_queries)))
        if call.mode is not SearchMode.FULL_TEXT:
            await search.embed(self._models, queries)
        depth = _depth(call)
        by_id = {row.id: row for row in datasets}
        while True:
            found, is_all = await _candidates(search, call, queries, weights, depth=depth)
            chosen = await self._chosen(call, found, weights, tenant=datasets[0].tenant)
            # The threshold only removes: nothing further down takes the place of what it cut.
            is_reranked = call.rerank_model is not None and len(found) >= call.top_k
            is_all = is_all or is_reranked or len(chosen) < len(found)
            # Passages that are whole already get no neighbours.
            if call.expand and not any(map(is_child, chosen)):
                wide = spans(chosen, around=call.expand, most=call.top_k)
                if len(wide) == call.top_k or is_all:
                    return await widened(wide, self._collections, by_id)
            elif len(chosen) >= call.top_k or is_all:
                return await whole_passages(chosen[: call.top_k], self._collections, by_id)
            # Hits became one, or said the same: look further.
            depth = min(depth * 4, DEEPEST)

    async def _chosen(
        self,
        call: SearchChunks,
        found: list[FoundChunk],
        weights: Mapping[str, float],
        *,
        tenant: str,
    ) -> list[FoundChunk]:
        """Rerank what was found, and leave out what scores too low."""
        if call.rerank_model is not None and found:
            made = await self._models.rerank(
                call.rerank_model,
                call.query,
                [chunk.text for chunk in found],
                scope=CallScope(tenant=tenant, dataset_id=found[0].dataset_id),
            )
            found = rescored(found, made.scores, weights)
        least = call.score_threshold
        return [chunk for chunk in found if least is None or chunk.score >= least]


def _depth(call: SearchChunks) -> int:
    """Return how many candidates are looked at first."""
    if call.rerank_model is None:
        return call.top_k
    times, least, most = _RERANKED
    return max(call.top_k, min(max(call.top_k * times, least), most))


async def _candidates(
    search: StoreSearch,
    call: SearchChunks,
    queries: Sequence[str],
    weights: Mapping[str, float],
    *,
    depth: int,
) -> tuple[list[FoundChunk], bool]:
    """Return the best, best first, and whether there are no more.

    Rankings are joined as far as they go, whatever `depth` is: more candidates change no score.
    """
    is_by_ranks = call.mode is SearchMode.HYBRID and call.fusion == "ranks"
    modes = (SearchMode.SEMANTIC, SearchMode.FULL_TEXT) if is_by_ranks else (call.mode,)
    lanes = [(query, mode) for query in queries for mode in modes]
    is_joined = len(lanes) > 1
    asked = await together(
        search.by_scale(query, mode, depth=DEEPEST if is_joined else depth) for query, mode in lanes
    )
    if is_joined:
        found, is_all = fuse([by_scale(each) for each in asked], weights), True
    else:
        found = merge(asked[0], weights)
        is_all = depth >= DEEPEST or all(len(chunks) < depth for _, chunks in asked[0])
        found = found[:depth]
    found = one_a_passage(found)
    if call.rerank_model is not None:
        found = found[:depth]
    return (distinct(found) if call.distinct else found), is_all
