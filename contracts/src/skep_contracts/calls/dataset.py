"""Datasets and documents, owned by ingest."""

from enum import StrEnum
from typing import Any, ClassVar, Literal

import msgspec

from skep_contracts.envelope import Call, Instant, Reply
from skep_contracts.plugins.parsers import ChunkSpec
from skep_contracts.values import FileRef


class DocumentStatus(StrEnum):
    """Where a document is. It is never between two of these without a live worker holding it."""

    QUEUED = "queued"
    PARSING = "parsing"
    INDEXING = "indexing"
    READY = "ready"
    FAILED = "failed"
    PAUSED = "paused"
    """Somebody stopped it; `ResumeDocument` goes on."""
    CANCELLED = "cancelled"
    """Somebody stopped it for good; `RetryDocument` begins again."""
    DELETING = "deleting"
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> "DocumentStatus":
        return cls.UNKNOWN


class DatasetMove(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A dataset on its way to another store or embedding model. The old place serves until then."""

    store: str
    embedding_model: str
    chunks_done: int = 0
    error: str | None = None
    """Why it does not go on at present; it is tried again."""


class ExternalInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A knowledge base that is kept elsewhere and speaks Dify's contract, as others see it."""

    endpoint: str
    """It is asked at ``{endpoint}/retrieval``."""
    knowledge_id: str


class ExternalSource(ExternalInfo, frozen=True, kw_only=True, omit_defaults=True):
    """The same with its API key, which only the vault can read."""

    sealed_key: bytes | None = None

    def seal_context(self, tenant: str) -> str:
        """Return what the key is sealed for: no other tenant and no other endpoint can use it."""
        return f"external_knowledge.{tenant}.{self.endpoint}"


class DatasetInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A dataset as others see it."""

    id: str
    name: str
    description: str
    embedding_model: str
    dimensions: int
    store: str
    chunker: str
    chunk_spec: ChunkSpec
    documents: int
    chunks: int
    created_at: Instant
    move: DatasetMove | None = None
    external: ExternalInfo | None = None
    """Where its contents are, when they are not here; it has no documents then."""
    tags: tuple[str, ...] = ()
    """Words that people sort datasets by, in order."""
    restricted: bool = False
    """Whether only those who were named know of it; who that is, the gateway keeps."""


class DocumentInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document as others see it. `chunks_done` of `chunks_total` are searchable."""

    id: str
    dataset_id: str
    name: str
    mime_type: str
    size_bytes: int
    status: DocumentStatus
    chunks_done: int
    chunks_total: int | None
    error: str | None
    error_code: str | None
    metadata: dict[str, Any]
    content_hash: str
    created_at: Instant
    updated_at: Instant
    enabled: bool = True
    archived: bool = False
    note: str | None = None
    """What was left out of a document that is ready, such as pages nobody could read."""


class CreateDataset(Call, frozen=True, kw_only=True, tag="dataset.create.v1"):
    """Create a dataset; `Conflict` when the tenant has one of that name."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "create_dataset"

    name: str
    description: str = ""
    embedding_model: str = "default"
    """``provider/name``; ``default`` is the tenant's default at this moment, and is then kept."""
    chunker: str = "general"
    chunk_spec: ChunkSpec = ChunkSpec()
    store: str | None = None
    external: ExternalSource | None = None
    """The contents are there; model, chunker and store do not matter then."""
    tags: tuple[str, ...] = ()


class DatasetReply(Reply, frozen=True, kw_only=True):
    """One dataset."""

    dataset: DatasetInfo


class GetDataset(Call, frozen=True, kw_only=True, tag="dataset.get.v1"):
    """Fetch a dataset by id or name."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "get_dataset"

    dataset: str


class ListDatasets(Call, frozen=True, kw_only=True, tag="dataset.list.v1"):
    """List datasets, newest first."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "list_datasets"

    limit: int = 50
    cursor: str | None = None
    search: str | None = None
    """Words that are all in the name or the description."""
    tag: str | None = None
    granted: tuple[str, ...] | None = ()
    """Ids of restricted datasets that the asker may see; None for all."""


class ListDatasetsReply(Reply, frozen=True, kw_only=True):
    """A page of datasets."""

    items: tuple[DatasetInfo, ...]
    next_cursor: str | None = None


class ListDatasetTags(Call, frozen=True, kw_only=True, tag="dataset.list_tags.v1"):
    """List the tags that datasets have, the most used first."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "list_dataset_tags"

    limit: int = 100
    granted: tuple[str, ...] | None = ()
    """As in `ListDatasets`."""


class DatasetTag(msgspec.Struct, frozen=True, kw_only=True):
    """A tag, and how many datasets have it."""

    tag: str
    datasets: int


class ListDatasetTagsReply(Reply, frozen=True, kw_only=True):
    """The tags."""

    items: tuple[DatasetTag, ...]


class DeleteDataset(Call, frozen=True, kw_only=True, tag="dataset.delete.v1"):
    """Delete a dataset with everything in it; no error when it is gone already."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "delete_dataset"

    dataset: str


class MetadataField(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A field that documents carry. `type` is ``any`` when they do not agree on one."""

    name: str
    type: Literal["string", "number", "boolean", "array", "any"] = "any"
    documents: int = 0
    examples: tuple[str | float | bool, ...] = ()
    """Some of its values, or of the items of its arrays."""


class ListDatasetFields(Call, frozen=True, kw_only=True, tag="dataset.list_fields.v1"):
    """List what filters can ask about documents of some datasets, by name of the field."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "list_dataset_fields"

    datasets: tuple[str, ...]
    """Ids or names."""
    granted: tuple[str, ...] = ()
    """Those of `datasets` that the asker may read though they are restricted."""


class ListDatasetFieldsReply(Reply, frozen=True, kw_only=True):
    """The fields of the newest documents, at most 200."""

    fields: tuple[MetadataField, ...]


class DoneReply(Reply, frozen=True, kw_only=True):
    """It is so now."""

    changed: bool = True


class CreateDocument(Call, frozen=True, kw_only=True, tag="document.create.v1"):
    """Add a stored file to a dataset and queue its indexing.

    A document of the same name and content is returned unchanged; of the same name and other
    content it becomes a new version that replaces the old one when it is ready.
    """

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "create_document"

    dataset: str
    file: FileRef
    name: str
    metadata: dict[str, Any] = msgspec.field(default_factory=dict)


class DocumentReply(Reply, frozen=True, kw_only=True):
    """One document."""

    document: DocumentInfo


class GetDocument(Call, frozen=True, kw_only=True, tag="document.get.v1"):
    """Fetch a document."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "get_document"

    dataset: str
    document_id: str


class ListDocuments(Call, frozen=True, kw_only=True, tag="document.list.v1"):
    """List a dataset's documents, newest first."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "list_documents"

    dataset: str
    limit: int = 50
    cursor: str | None = None
    status: DocumentStatus | None = None
    search: str | None = None
    """Words that are all in the name."""


class ListDocumentsReply(Reply, frozen=True, kw_only=True):
    """A page of documents."""

    items: tuple[DocumentInfo, ...]
    next_cursor: str | None = None


class DeleteDocument(Call, frozen=True, kw_only=True, tag="document.delete.v1"):
    """Delete a document and its chunks; no error when it is gone already."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "delete_document"

    dataset: str
    document_id: str


class RetryDocument(Call, frozen=True, kw_only=True, tag="document.retry.v1"):
    """Queue a failed or cancelled document again."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "retry_document"

    dataset: str
    document_id: str
