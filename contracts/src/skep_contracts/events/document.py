"""Facts about documents."""

from typing import ClassVar

from skep_contracts.envelope import Event
from skep_contracts.ids import DatasetId, DocumentId
from skep_contracts.problems import Problem


class DocumentIndexed(Event, frozen=True, kw_only=True, tag="document.indexed.v1"):
    """Every chunk of a document version can be found."""

    noun_id_field: ClassVar[str] = "document_id"

    dataset_id: DatasetId
    document_id: DocumentId
    name: str
    version: int
    """Counts contents of the same name, from 1."""
    chunks: int
    elapsed_s: float
    """Seconds from the order to the last chunk."""


class DocumentFailed(Event, frozen=True, kw_only=True, tag="document.failed.v1"):
    """A document could not be indexed; the problem says why."""

    noun_id_field: ClassVar[str] = "document_id"

    dataset_id: DatasetId
    document_id: DocumentId
    name: str
    version: int
    """Counts contents of the same name, from 1."""
    problem: Problem


class DocumentDeleted(Event, frozen=True, kw_only=True, tag="document.deleted.v1"):
    """A document and all its chunks are gone."""

    noun_id_field: ClassVar[str] = "document_id"

    dataset_id: DatasetId
    document_id: DocumentId
