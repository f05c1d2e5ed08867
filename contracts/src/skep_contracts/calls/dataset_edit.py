"""Changes of datasets and documents, and what there is to know about them; answered by ingest."""

from typing import Any, ClassVar

import msgspec

from skep_contracts.envelope import Call, Reply
from skep_contracts.plugins.parsers import ChunkSpec


class UpdateDataset(Call, frozen=True, kw_only=True, tag="dataset.update.v1"):
    """Change how a dataset is called, described and sorted; what is None stays as it is."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "update_dataset"

    dataset: str
    name: str | None = None
    description: str | None = None
    tags: tuple[str, ...] | None = None
    restricted: bool | None = None


class MoveDataset(Call, frozen=True, kw_only=True, tag="dataset.move.v1"):
    """Begin to move a dataset to another store, or to another embedding model, or both.

    The present place serves until all chunks are in the new one. Documents that are added meanwhile
    wait; chunks cannot be changed meanwhile.
    """

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "move_dataset"

    dataset: str
    store: str | None = None
    embedding_model: str | None = None
    """``provider/name`` or ``default``; every chunk is embedded anew."""


class CancelDatasetMove(Call, frozen=True, kw_only=True, tag="dataset.cancel_move.v1"):
    """Stop a move; the dataset stays where it is. No error when it does not move."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "cancel_dataset_move"

    dataset: str


class ReindexDataset(Call, frozen=True, kw_only=True, tag="dataset.reindex.v1"):
    """Split and embed every document anew; each is served as it was until it is done.

    Chunks that were written or changed by hand are lost.
    """

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "reindex_dataset"

    dataset: str
    chunker: str | None = None
    chunk_spec: ChunkSpec | None = None
    """From now on; as before where left out."""


class ReindexReply(Reply, frozen=True, kw_only=True):
    """How many documents were queued."""

    documents: int


class DescribeDataset(Call, frozen=True, kw_only=True, tag="dataset.describe.v1"):
    """Count what a dataset holds."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "describe_dataset"

    dataset: str


class FailureCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many documents failed for one reason; `example` is what one of them was told."""

    code: str
    documents: int
    example: str


class DescribeDatasetReply(Reply, frozen=True, kw_only=True):
    """What a dataset holds. Sizes are in bytes of the files as they were sent."""

    by_status: dict[str, int]
    """Documents by status."""
    disabled: int
    """Documents that are switched off or archived."""
    size_bytes: int
    chunks: int
    """Chunks that can be found."""
    stored_chunks: int
    """Chunks in the store: also those of contents that are being replaced or removed."""
    failures: tuple[FailureCount, ...] = ()


class UpdateDocument(Call, frozen=True, kw_only=True, tag="document.update.v1"):
    """Change a document without its content; what is None stays as it is."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "update_document"

    dataset: str
    document_id: str
    name: str | None = None
    metadata: dict[str, Any] | None = None
    """Fields to set; a field that is null is removed. Other fields stay."""
    enabled: bool | None = None
    """A document that is switched off keeps its chunks, and is not found."""
    archived: bool | None = None
    """An archived document is not found and cannot be changed."""


class PauseDocument(Call, frozen=True, kw_only=True, tag="document.pause.v1"):
    """Stop the indexing of a document until it is resumed; what is done is kept."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "pause_document"

    dataset: str
    document_id: str


class ResumeDocument(Call, frozen=True, kw_only=True, tag="document.resume.v1"):
    """Queue a paused document again; it goes on where it stopped."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "resume_document"

    dataset: str
    document_id: str


class CancelDocument(Call, frozen=True, kw_only=True, tag="document.cancel.v1"):
    """Stop the indexing of a document for good; a version that was ready before is still found."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "cancel_document"

    dataset: str
    document_id: str
