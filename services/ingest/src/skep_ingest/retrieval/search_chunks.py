"""Answers `SearchChunks`."""

import asyncio
import time
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any, Final, Protocol, TypeVar

from skep_contracts.calls.chunk import FoundChunk, SearchChunks, SearchChunksReply
from skep_contracts.plugins.models import Embeddings, RerankScores
from skep_contracts.plugins.stores import Hit, SearchMode, StoreQuery
from skep_contracts.problems import Conflict, FieldError, InvalidInput
from skep_inference import CallScope
from skep_ingest.datasets.collections import Collection, Collections
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.documents.repository import DocumentRepository
from skep_ingest.indexing.chunk_facts import version_of
from skep_ingest.retrieval.merging import found_chunk, merge, rescored
from skep_runtime.bus import Bus, Incoming
from skep_runtime.database import Database
from skep_runtime.telemetry import tracer

T = TypeVar("T")

_TRACER: Final = tracer(__name__)
_MOST: Final = 1000
_MOST_DATASETS: Final = 50
_MOST_QUERY_CHARS: Final = 10_000
_RERANKED: Final = (4, 50, 200)
"""How many passages are reranked: so many times `top_k`, but at least, and at most."""
_FURTHEST: Final = 20_000
"""How far down a store is asked when passages that must not be found stand in the way."""


class Models(Protocol):
    """What is needed of `Inference`."""

    async def embed(
        self, model: str, texts: list[str], *, purpose: str, scope: CallScope
    ) -> Embeddings:
        """Return one vector a text."""
        ...

    async def rerank(
        self, model: str, query: str, passages: Sequence[str], *, scope: CallScope
    ) -> RerankScores:
        """Return one score a passage."""
        ...


class ChunkSearch:
    """Finds passages in the datasets of a tenant."""

    def __init__(self, database: Database, collections: Collections, models: Any) -> None:
        """Search in `collections`; `models` is an `Inference`."""
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
        _check(call)
        with _TRACER.start_as_current_span("retrieval chunks"):
            datasets = await self._find_datasets(call, incoming.tenant)
            found = await self._search_all(call, datasets)
            if call.rerank_model is not None and found:
                found = await self._rerank(call, found, incoming.tenant)
        threshold = call.score_threshold
        chunks = [c for c in found if threshold is None or c.score >= threshold]
        return SearchChunksReply(
            chunks=tuple(chunks[: call.top_k]), elapsed_s=time.monotonic() - started
        )

    async def _find_datasets(self, call: SearchChunks, tenant: str) -> list[DatasetRow]:
        async with self._database.reading() as session:
            repository = DatasetRepository(session, tenant)
            rows = [await repository.get(dataset) for dataset in dict.fromkeys(call.datasets)]
        return list({row.id: row for row in rows}.values())

    async def _search_all(self, call: SearchChunks, datasets: list[DatasetRow]) -> list[FoundChunk]:
        limit = call.top_k
        if call.rerank_model is not None:
            times, least, most = _RERANKED
            limit = max(limit, min(max(limit * times, least), most))
        vectors = await self._embed(call, datasets)
        found = await _together(
            self._search_one(call, row, vectors.get(row.embedding_model), limit=limit)
            for row in datasets
        )
        # Similarities of different models say nothing about each other; shares of words do.
        is_by_words = call.mode is SearchMode.FULL_TEXT
        scales = ["" if is_by_words else row.embedding_model for row in datasets]
        return merge(zip(scales, found, strict=True))[:limit]

    async def _embed(self, call: SearchChunks, datasets: list[DatasetRow]) -> dict[str, bytes]:
        """Embed the query once for each model."""
        if call.mode is SearchMode.FULL_TEXT:
            return {}
        wanted = {row.embedding_model: row for row in datasets}

        async def embed(row: DatasetRow) -> bytes:
            made = await self._models.embed(
                row.embedding_model,
                [call.query],
                purpose="query",
                scope=CallScope(tenant=row.tenant, dataset_id=row.id),
            )
            if made.dimensions != row.dimensions:
                raise Conflict(
                    f"{row.embedding_model} now gives vectors of {made.dimensions} dimensions; "
                    f"the dataset {row.name!r} holds {row.dimensions}.",
                    code="dimensions_changed",
                )
            return made.vectors[0]

        made = await _together(embed(row) for row in wanted.values())
        return dict(zip(wanted, made, strict=True))

    async def _search_one(
        self, call: SearchChunks, row: DatasetRow, vector: bytes | None, *, limit: int
    ) -> list[FoundChunk]:
        collection = await self._collections.of(row)
        fetched = limit
        while True:
            hits = await _ask(collection, call, vector, limit=fetched)
            found = await self._keep_served(row, hits)
            if len(found) >= limit or len(hits) < fetched or fetched >= _FURTHEST:
                return found[:limit]
            # Chunks of contents that were replaced or deleted stood in the way: look further.
            fetched = min(fetched * 4, _FURTHEST)

    async def _keep_served(self, row: DatasetRow, hits: list[Hit]) -> list[FoundChunk]:
        """Leave out what is being indexed to replace another, replaced, or deleted."""
        async with self._database.reading() as session:
            documents = DocumentRepository(session, row.tenant)
            served = await documents.served({hit.document_id for hit in hits})
        return [
            found_chunk(
                hit,
                dataset_id=row.id,
                dataset_name=row.name,
                document_name=served[hit.document_id][1],
            )
            for hit in hits
            if hit.document_id in served and served[hit.document_id][0] == version_of(hit.id)
        ]

    async def _rerank(
        self, call: SearchChunks, found: list[FoundChunk], tenant: str
    ) -> list[FoundChunk]:
        made = await self._models.rerank(
            call.rerank_model or "default",
            call.query,
            [chunk.text for chunk in found],
            scope=CallScope(tenant=tenant, dataset_id=found[0].dataset_id),
        )
        return rescored(found, made.scores)


async def _together(works: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Await side by side; of several errors the first is raised."""
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(work) for work in works]
    except ExceptionGroup as group:
        raise group.exceptions[0] from None
    return [task.result() for task in running]


async def _ask(
    collection: Collection, call: SearchChunks, vector: bytes | None, *, limit: int
) -> list[Hit]:
    query = StoreQuery(
        text=call.query,
        vector=vector,
        mode=call.mode,
        limit=limit,
        vector_weight=call.vector_weight,
        filter=call.filter,
    )
    return await collection.store.search(collection.ref, query)


def _check(call: SearchChunks) -> None:
    threshold = call.score_threshold
    faults = [
        FieldError(pointer=pointer, message=message)
        for pointer, is_good, message in (
            ("/query", bool(call.query.strip()), "is empty"),
            (
                "/query",
                len(call.query) <= _MOST_QUERY_CHARS,
                f"over {_MOST_QUERY_CHARS} characters",
            ),
            ("/datasets", bool(call.datasets), "name at least one"),
            ("/datasets", len(call.datasets) <= _MOST_DATASETS, f"more than {_MOST_DATASETS}"),
            ("/top_k", 1 <= call.top_k <= _MOST, f"must be from 1 to {_MOST}"),
            ("/vector_weight", 0 <= call.vector_weight <= 1, "must be from 0 to 1"),
            ("/score_threshold", threshold is None or 0 <= threshold <= 1, "must be from 0 to 1"),
        )
        if not is_good
    ]
    if faults:
        raise InvalidInput(f"The search cannot be made: {faults[0].message}.", errors=faults)
