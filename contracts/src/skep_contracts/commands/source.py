"""Orders about sources, to ingest."""

from typing import ClassVar

from skep_contracts.envelope import Command


class SyncSource(Command, frozen=True, kw_only=True, tag="source.sync.v1"):
    """Bring a dataset to what a source holds; continues where an earlier try stopped.

    Of a source that was deleted, remove the documents.
    """

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "sync_source"

    dataset_id: str
    source_id: str
    number: int
    """Counts the syncs of the source, from 1."""
