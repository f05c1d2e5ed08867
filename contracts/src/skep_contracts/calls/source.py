"""Sources from which the documents of datasets are kept in step, owned by ingest."""

from enum import StrEnum
from typing import Any, ClassVar, Literal

import msgspec

from skep_contracts.envelope import Call, Instant, Reply


def source_seal_context(tenant: str, source_id: str) -> str:
    """Return what the secret settings of a source are sealed for: no other source can use them."""
    return f"source.{tenant}.{source_id}"


class SyncStatus(StrEnum):
    """Where a sync is. A queued one has an order on the bus, a running one a live worker."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> "SyncStatus":
        return cls.UNKNOWN


class SyncCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What a sync did, in items."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: int = 0
    """Could not be fetched or kept; their documents stay as they were."""


class SyncInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The latest sync of a source."""

    number: int
    """Counts the syncs of the source, from 1."""
    status: SyncStatus
    counts: SyncCounts
    ordered_at: Instant
    ended_at: Instant | None = None
    error: str | None = None
    """Why it failed or, while it goes on, why it waits for another try."""
    error_code: str | None = None
    note: str | None = None
    """Why nothing was removed, when parts of the listing could not be had."""


class SourceInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A source as others see it."""

    id: str
    dataset_id: str
    name: str
    kind: str
    settings: dict[str, Any]
    """Without what is secret."""
    secrets: tuple[str, ...]
    """Names of the secret settings that were entered."""
    every_hours: int | None
    """How often it is synced by itself; None when somebody must ask for it."""
    documents: int
    created_at: Instant
    next_at: Instant | None = None
    sync: SyncInfo | None = None
    """The latest; None before the first."""


class SourceReply(Reply, frozen=True, kw_only=True):
    """One source."""

    source: SourceInfo


class CreateSource(Call, frozen=True, kw_only=True, tag="source.create.v1"):
    """Add a source to a dataset and order its first sync.

    `Conflict` when the dataset has another one of that name; the same id again changes nothing.
    """

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "create_source"

    source_id: str
    """Chosen by the caller, because the secrets are sealed for it."""
    dataset: str
    name: str
    kind: str
    settings: dict[str, Any]
    sealed_secrets: bytes | None = None
    """The secret settings as a JSON object, sealed for `source_seal_context`."""
    every_hours: int | None = None


class UpdateSource(Call, frozen=True, kw_only=True, tag="source.update.v1"):
    """Change a source; what is left out stays as it is. New settings order a sync."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "update_source"

    dataset: str
    source: str
    name: str | None = None
    settings: dict[str, Any] | None = None
    """All that are not secret."""
    sealed_secrets: bytes | None = None
    """Secret settings to replace; the others stay."""
    every_hours: int | None = None
    """0 for a source that is synced only when somebody asks for it."""


class GetSource(Call, frozen=True, kw_only=True, tag="source.get.v1"):
    """Fetch a source by id or name."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "get_source"

    dataset: str
    source: str


class ListSources(Call, frozen=True, kw_only=True, tag="source.list.v1"):
    """List the sources of a dataset, oldest first; there are at most fifty."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "list_sources"

    dataset: str


class ListSourcesReply(Reply, frozen=True, kw_only=True):
    """All sources of a dataset."""

    items: tuple[SourceInfo, ...]


class DeleteSource(Call, frozen=True, kw_only=True, tag="source.delete.v1"):
    """Delete a source; no error when it is gone already."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "delete_source"

    dataset: str
    source: str
    keep_documents: bool
    """Kept, they are documents like any other; else they are removed soon after."""


class StartSourceSync(Call, frozen=True, kw_only=True, tag="source.start_sync.v1"):
    """Order a sync; one that is queued or running already is not doubled."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "start_source_sync"

    dataset: str
    source: str
    allow_empty: bool = False
    """Remove documents even when the source suddenly has hardly anything left."""


class CancelSourceSync(Call, frozen=True, kw_only=True, tag="source.cancel_sync.v1"):
    """Stop a sync that is queued or running; what it did stays, and what it did not meet, too."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "cancel_source_sync"

    dataset: str
    source: str


ItemOutcome = Literal["added", "changed", "unchanged", "failed"]


class SourceItemInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is remembered of an item."""

    id: str
    """As the source calls it, such as an address."""
    name: str
    outcome: ItemOutcome
    """Of the latest sync that met it."""
    sync: int
    """The number of that sync."""
    document_id: str | None = None
    error: str | None = None
    error_code: str | None = None


class ListSourceItems(Call, frozen=True, kw_only=True, tag="source.list_items.v1"):
    """List what is remembered of the items of a source, in the order in which they were met."""

    owner: ClassVar[str] = "ingest"
    imperative: ClassVar[str] = "list_source_items"

    dataset: str
    source: str
    limit: int = 50
    cursor: str | None = None
    outcome: ItemOutcome | None = None


class ListSourceItemsReply(Reply, frozen=True, kw_only=True):
    """A page of items."""

    items: tuple[SourceItemInfo, ...]
    next_cursor: str | None = None
