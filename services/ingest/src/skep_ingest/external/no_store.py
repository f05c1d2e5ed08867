"""In place of a store, for datasets whose chunks are kept elsewhere: it holds nothing."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from skep_contracts.plugins.stores import CollectionRef, Hit, StoredChunk, StoreQuery
from skep_contracts.problems import Conflict

NO_STORE: Final = "external"
"""What stands in place of the name of a store."""


class NoStore:
    """Implements `VectorStore`; there is nothing in it and nothing can be put there."""

    async def ensure(self, collection: CollectionRef) -> None:
        """Do nothing."""

    async def upsert(self, collection: CollectionRef, chunks: Sequence[StoredChunk]) -> None:
        """Refuse.

        Raises:
            Conflict: Always.
        """
        raise Conflict("The contents of this dataset are kept elsewhere.", code="dataset_external")

    async def delete_document(
        self, collection: CollectionRef, document_id: str, *, before_version: int | None = None
    ) -> int:
        """Return 0."""
        return 0

    async def delete_chunks(self, collection: CollectionRef, chunk_ids: Sequence[str]) -> int:
        """Return 0."""
        return 0

    async def drop(self, collection: CollectionRef) -> None:
        """Do nothing."""

    async def search(self, collection: CollectionRef, query: StoreQuery) -> list[Hit]:
        """Return nothing."""
        return []

    async def count(self, collection: CollectionRef, *, document_id: str | None = None) -> int:
        """Return 0."""
        return 0

    async def scan(
        self, collection: CollectionRef, *, document_id: str | None = None, after_seq: int = -1
    ) -> AsyncIterator[StoredChunk]:
        """Yield nothing."""
        nothing: tuple[StoredChunk, ...] = ()
        for chunk in nothing:
            yield chunk

    async def close(self) -> None:
        """Do nothing."""
