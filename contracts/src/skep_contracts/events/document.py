"""Facts about documents."""

from typing import ClassVar, Literal

from skep_contracts.envelope import Event
from skep_contracts.ids import DatasetId, DocumentId
from skep_contracts.problems import Problem


class DocumentProgressed(Event, frozen=True, kw_only=True, tag="document.progressed.v1"):
    """A document that is not ready at once went a step further.

    Told when it is split, when questions were written for it, and about every two seconds while
    its chunks are stored. Another worker may tell a step again.
    """

    noun_id_field: ClassVar[str] = "document_id"

    dataset_id: DatasetId
    document_id: DocumentId
    name: str
    version: int
    """Counts contents of the same name, from 1."""
    stage: Literal["split", "enriched", "stored"]
    """What was done last; ``stored`` is of the first `chunks_done`."""
    chunks_done: int
    chunks_total: int


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
