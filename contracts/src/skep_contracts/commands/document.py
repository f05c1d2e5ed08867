"""Orders about documents, to ingest."""

from typing import ClassVar

from skep_contracts.envelope import Command


class IndexDocument(Command, frozen=True, kw_only=True, tag="document.index.v1"):
    """Bring one version of a document into the index; continues where an earlier try stopped."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "index_document"

    dataset_id: str
    document_id: str
    version: int


class PurgeDocument(Command, frozen=True, kw_only=True, tag="document.purge.v1"):
    """Remove a document's chunks and rows; `before_version` keeps that version and newer ones."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "purge_document"

    dataset_id: str
    document_id: str
    before_version: int | None = None


class RewriteDocument(Command, frozen=True, kw_only=True, tag="document.rewrite.v1"):
    """Bring name and metadata of a document into its stored chunks, as they are now."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "rewrite_document"

    dataset_id: str
    document_id: str


class PurgeDataset(Command, frozen=True, kw_only=True, tag="dataset.purge.v1"):
    """Remove everything a deleted dataset left behind."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "purge_dataset"

    dataset_id: str


class FillDataset(Command, frozen=True, kw_only=True, tag="dataset.fill.v1"):
    """Carry out the move of a dataset: fill its next generation, and put it in place of the old."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "fill_dataset"

    dataset_id: str
    generation: int
