"""Asks the stores of datasets, and leaves out what is not served."""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any, Final, Protocol, TypeVar

from skep_contracts.calls.chunk import FoundChunk, SearchChunks
from skep_contracts.calls.dataset import ExternalSource
from skep_contracts.plugins.models import Embeddings
from skep_contracts.plugins.stores import Hit, SearchMode, StoreQuery
from skep_contracts.problems import Conflict
from skep_inference import CallScope
from skep_ingest.datasets.collections import Collections
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.documents.repository import DocumentRepository
from skep_ingest.external.ask_source import ExternalKnowledge
from skep_ingest.external.source import source_of
from skep_ingest.indexing.chunk_facts import version_of
from skep_ingest.retrieval.merging import found_chunk
from skep_runtime.database import Database

T = TypeVar("T")

DEEPEST: Final = 1_000
"""How far down a store is asked, and to which rank rankings are joined."""


class Embedder(Protocol):
    """What is needed of `Inference`."""

    async def embed(
        self, model: str, texts: list[str], *, purpose: str, scope: CallScope
    ) -> Embeddings:
        """Return one vector a text."""
        ...


class StoreSearch:
    """Searches the stores for one call."""

    def __init__(
        self,
        database: Database,
        collections: Collections,
        *,
        call: SearchChunks,
        datasets: Sequence[DatasetRow],
        external: ExternalKnowledge,
    ) -> None:
        """Search `datasets` as `call` says."""
        self._external = external
        self._answers: dict[tuple[str, str], list[FoundChunk]] = {}
        self._asking: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._database = database
        self._collections = collections
        self._call = call
        self._datasets = datasets
        self._vectors: dict[tuple[str, str], bytes] = {}

    async def embed(self, models: Embedder, queries: list[str]) -> None:
        """Embed what will be looked for, once for each model.

        Raises:
            Conflict: A model now gives vectors of another length.
        """

        async def embed(row: DatasetRow) -> None:
            made = await models.embed(
                row.embedding_model,
                queries,
                purpose="query",
                scope=CallScope(tenant=row.tenant, dataset_id=row.id),
            )
            if made.dimensions != row.dimensions:
                raise Conflict(
                    f"{row.embedding_model} now gives vectors of {made.dimensions} dimensions; "
                    f"the dataset {row.name!r} holds {row.dimensions}.",
                    code="dimensions_changed",
                )
            for query, vector in zip(queries, made.vectors, strict=True):
                self._vectors[row.embedding_model, query] = vector

        here = [row for row in self._datasets if row.external is None]
        await together(embed(row) for row in {row.embedding_model: row for row in here}.values())

    async def by_scale(
        self, query: str, mode: SearchMode, *, depth: int
    ) -> list[tuple[str, list[FoundChunk]]]:
        """Return the best of each dataset, with the scale that its scores are on.

        Similarities of different models say nothing about each other; shares of words do.
        """
        found = await together(
            self._search_one(row, query, mode, depth=depth) for row in self._datasets
        )
        scales = (_scale(row, mode) for row in self._datasets)
        return list(zip(scales, found, strict=True))

    async def _search_one(
        self, row: DatasetRow, query: str, mode: SearchMode, *, depth: int
    ) -> list[FoundChunk]:
        source = source_of(row)
        if source is not None:
            return await self._ask_elsewhere(row, source, query, depth=depth)
        collection = await self._collections.of(row)
        is_by_words = mode is SearchMode.FULL_TEXT
        vector = None if is_by_words else self._vectors[row.embedding_model, query]
        fetched = depth
        while True:
            asked = StoreQuery(
                text=query,
                vector=vector,
                mode=mode,
                limit=fetched,
                vector_weight=self._call.vector_weight,
                filter=self._call.filter,
            )
            hits = await collection.store.search(collection.ref, asked)
            found = await self._keep_served(row, hits)
            if len(found) >= depth or len(hits) < fetched or fetched >= DEEPEST:
                return found[:depth]
            # Chunks of contents that were replaced or deleted stood in the way: look further.
            fetched = min(fetched * 4, DEEPEST)

    async def _ask_elsewhere(
        self, row: DatasetRow, source: ExternalSource, query: str, *, depth: int
    ) -> list[FoundChunk]:
        """Ask once for a query: there is one order there, whatever is compared here."""
        asked = row.id, query
        async with self._asking[asked]:
            if asked not in self._answers:
                self._answers[asked] = await self._external.ask(
                    row, source, self._call, query=query, top_k=depth
                )
        return self._answers[asked]

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


def _scale(row: DatasetRow, mode: SearchMode) -> str:
    if row.external is not None:
        return row.id
    return "" if mode is SearchMode.FULL_TEXT else row.embedding_model


async def datasets_of(
    database: Database, call: SearchChunks, tenant: str
) -> tuple[list[DatasetRow], dict[str, float]]:
    """Return the datasets of a call, each once, and their weights by id.

    Raises:
        NotFound: A dataset is unknown; it is named.
    """
    rows: dict[str, DatasetRow] = {}
    weights: dict[str, float] = {}
    async with database.reading() as session:
        repository = DatasetRepository(session, tenant)
        for name in dict.fromkeys(call.datasets):
            row = await repository.get_granted(name, call.granted)
            rows[row.id] = row
            if name in call.dataset_weights:
                weights[row.id] = call.dataset_weights[name]
    return list(rows.values()), weights


async def together(works: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Await side by side; of several errors the first is raised."""
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(work) for work in works]
    except ExceptionGroup as group:
        raise group.exceptions[0] from None
    return [task.result() for task in running]
