"""Extension point: a vector store, which holds chunks with their vectors and finds them again."""

from collections.abc import AsyncIterator, Callable, Sequence
from enum import StrEnum
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

from skep_contracts.plugins.manifest import PluginContext, hookspec


class CollectionRef(msgspec.Struct, frozen=True, kw_only=True):
    """Where a dataset's chunks live. Two tenants never share one."""

    tenant: str
    dataset_id: str
    dimensions: int
    generation: int = 1
    """Counts re-indexings: a new embedding model fills the next while the old one serves."""


class StoredChunk(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A chunk as the store keeps it."""

    id: str
    document_id: str
    document_version: int
    seq: int
    """Position in the document, from 0."""
    text: str
    vector: bytes
    """float32, little-endian; `CollectionRef.dimensions` of them."""
    metadata: dict[str, Any] = {}
    """Document name, page, heading path, offsets, and the user's own fields."""
    enabled: bool = True


ConditionOperator: TypeAlias = Literal[
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "in",
    "contains",
    "starts_with",
    "ends_with",
    "exists",
]


class Condition(msgspec.Struct, frozen=True, kw_only=True, tag="is", tag_field="kind"):
    """Compares one metadata field."""

    field: str
    op: ConditionOperator
    value: Any = None


class Group(msgspec.Struct, frozen=True, kw_only=True, tag="group", tag_field="kind"):
    """Joins conditions."""

    match: Literal["all", "any", "none"]
    of: tuple["Filter", ...]


Filter: TypeAlias = Condition | Group


class SearchMode(StrEnum):
    """What a search compares."""

    SEMANTIC = "semantic"
    FULL_TEXT = "full_text"
    HYBRID = "hybrid"


class StoreQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A search in one collection."""

    text: str
    vector: bytes | None
    """float32, little-endian; None only for full text."""
    mode: SearchMode = SearchMode.HYBRID
    limit: int = 10
    vector_weight: float = 0.5
    """In hybrid search: 1 is vectors alone, 0 is text alone."""
    filter: Filter | None = None


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A chunk that was found. Scores are in [0, 1], higher is better; None where not computed."""

    id: str
    document_id: str
    seq: int
    text: str
    metadata: dict[str, Any]
    score: float
    vector_score: float | None = None
    text_score: float | None = None


class VectorStore(Protocol):
    """Keeps chunks. Every write is idempotent by chunk id and durable when it returns."""

    async def ensure(self, collection: CollectionRef) -> None:
        """Create the collection when it is missing."""
        ...

    async def upsert(self, collection: CollectionRef, chunks: Sequence[StoredChunk]) -> None:
        """Insert or replace chunks by id."""
        ...

    async def delete_document(
        self, collection: CollectionRef, document_id: str, *, before_version: int | None = None
    ) -> int:
        """Delete a document's chunks, or only those of versions before one; return how many."""
        ...

    async def delete_chunks(self, collection: CollectionRef, chunk_ids: Sequence[str]) -> int:
        """Delete chunks by id; unknown ids are ignored. Return how many went."""
        ...

    async def drop(self, collection: CollectionRef) -> None:
        """Delete the collection; no error when it is missing."""
        ...

    async def search(self, collection: CollectionRef, query: StoreQuery) -> list[Hit]:
        """Return at most `limit` hits, best first; ties by id. A missing collection has none."""
        ...

    async def count(self, collection: CollectionRef, *, document_id: str | None = None) -> int:
        """Count the chunks kept."""
        ...

    def scan(
        self, collection: CollectionRef, *, document_id: str | None = None, after_seq: int = -1
    ) -> AsyncIterator[StoredChunk]:
        """Yield chunks by document and position."""
        ...

    async def close(self) -> None:
        """Flush and free."""
        ...


class StoreDescription(msgspec.Struct, frozen=True, kw_only=True):
    """A vector store that a plugin offers."""

    name: str
    title: str
    settings_schema: dict[str, Any] = {}
    factory: Callable[[PluginContext], VectorStore]


class StoreHooks:
    """Hooks of the group ``skep.stores``."""

    @hookspec
    def skep_stores(self) -> list[StoreDescription]:  # type: ignore[empty-body]  # a specification
        """Describe the vector stores this plugin offers. Synchronous and cheap."""
