"""Facts about sources."""

from typing import ClassVar

from skep_contracts.envelope import Event
from skep_contracts.ids import DatasetId, SourceId
from skep_contracts.problems import Problem


class SourceSynced(Event, frozen=True, kw_only=True, tag="source.synced.v1"):
    """A sync has ended, and the dataset has what the source holds as far as it could be had.

    Documents that were added or changed are still to be indexed.
    """

    noun_id_field: ClassVar[str] = "source_id"

    dataset_id: DatasetId
    source_id: SourceId
    name: str
    number: int
    """Counts the syncs of the source, from 1."""
    added: int
    changed: int
    unchanged: int
    removed: int
    failed: int
    """Items that could not be fetched or kept; their documents stay as they were."""
    elapsed_s: float
    """Seconds from the order to the end."""


class SourceFailed(Event, frozen=True, kw_only=True, tag="source.failed.v1"):
    """A sync was given up; the problem says why. No document was removed."""

    noun_id_field: ClassVar[str] = "source_id"

    dataset_id: DatasetId
    source_id: SourceId
    name: str
    number: int
    """Counts the syncs of the source, from 1."""
    problem: Problem
