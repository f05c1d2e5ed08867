"""Goes through what a source lists, and fetches what changed."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable
from typing import Final, TypeVar

import msgspec

from skep_contracts.ids import FileId, new_id
from skep_contracts.plugins.sources.kinds import (
    FetchedItem,
    KnownItem,
    Source,
    SourceFault,
    SourceItem,
)
from skep_contracts.problems import (
    BusOutcome,
    Conflict,
    Defect,
    Forbidden,
    Gone,
    InvalidInput,
    NotFound,
    ProviderTimedOut,
    RateLimited,
    SkepError,
    TooLarge,
    Unauthenticated,
)
from skep_contracts.values import FileRef
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.documents.create_document import check_fields, check_name
from skep_ingest.sources.claimed_source import ClaimedSource, NotOursError
from skep_ingest.sources.items import facts_of, key_of
from skep_ingest.sources.keep_item import Kept, keep_item, note_failure
from skep_ingest.sources.tables import SourceItemRow
from skep_runtime.bus.blobs import Blobs

logger = logging.getLogger(__name__)
T = TypeVar("T")

_STEP_S: Final = 600.0
_MARKED_AT_ONCE: Final = 100
_MAX_ID: Final = 2_000
_MAX_MEMO: Final = 64 * 1024
_MAX_VERSION: Final = 1_000
_MAX_TYPE: Final = 255
_MOST_FAILURES: Final = 10
"""Once so many items in a row cannot be had, for reasons that may pass, the source is away."""
_ATTEMPTS: Final = 3
_PASSING: Final = (BusOutcome.REDELIVER, BusOutcome.RETRY_THEN_TERMINATE)
_SETTLED: Final = (NotFound, Gone, InvalidInput, TooLarge)
_ENDING: Final = (Unauthenticated, Forbidden, RateLimited)
_NOT_THERE: Final = (NotFound, Gone)


class SourceReader:
    """Reads one source once. `gap` is a part of the listing that could not be had, the first."""

    def __init__(
        self, claimed: ClaimedSource, source: Source, *, blobs: Blobs, max_file_bytes: int
    ) -> None:
        """Write through `claimed`, contents into `blobs`."""
        self.gap: SourceFault | None = None
        self._claimed = claimed
        self._source = source
        self._blobs = blobs
        self._max_file_bytes = max_file_bytes
        self._unchanged: list[str] = []
        self._failures = 0

    async def read(self) -> None:
        """Go through the listing; what this sync has done before is not done again.

        Raises:
            NotOursError: The source is another worker's by now.
            SkepError: The source cannot be read, now or at all.
        """
        listing = self._source.list_items(self._known)
        try:
            while True:
                try:
                    found = await _within(anext(listing))
                except StopAsyncIteration:
                    break
                except Exception as raised:
                    raise _explained(raised) from raised
                if isinstance(found, SourceFault):
                    await self._fault(found)
                else:
                    await self._item(found)
        finally:
            if isinstance(listing, AsyncGenerator):
                await listing.aclose()
        await self._flush()

    async def _known(self, item_id: str) -> KnownItem | None:
        return _remembered(await self._claimed.find(key_of(item_id)))

    async def _fault(self, fault: SourceFault) -> None:
        row = await self._claimed.find(key_of(fault.id))
        if isinstance(fault.error, _NOT_THERE) and row is not None and row.document_id is not None:
            return  # nor is it listed: it goes with what is gone
        if not isinstance(fault.error, _SETTLED):
            self.gap = self.gap or fault
        await self._failed(SourceItem(id=fault.id, name=fault.id), fault.error)

    async def _item(self, item: SourceItem) -> None:
        key = key_of(item.id)
        row = await self._claimed.find(key)
        if row is not None and row.sync == self._claimed.row.sync and row.outcome != "failed":
            return
        known = _remembered(row)
        if known is not None and _is_as_known(item, known, row):
            await self._met(key)
            return
        try:
            _check(item)
            fetched = item.fetched or await _within(self._source.fetch(item, known))
            kept = self._kept(item, fetched, known)
        except Exception as raised:  # noqa: BLE001  # judged there, and logged
            await self._not_had(item, row, _explained(raised))
            return
        self._failures = 0
        is_same = known is not None and kept.version == known.version
        if fetched is not None and not (is_same and kept.version):
            file = await self._stored(item, fetched)
            await self._keep(msgspec.structs.replace(kept, file=file))
        elif row is not None and kept == _as_before(item, row):
            await self._met(key)
        else:
            await self._keep(kept)

    def _kept(self, item: SourceItem, fetched: FetchedItem | None, known: KnownItem | None) -> Kept:
        if fetched is None:
            if known is None:
                raise Defect("The source says of an item that is new that it did not change.")
            version = item.version[:_MAX_VERSION] or known.version
            return Kept(item=item, version=version, memo=known.memo)
        if len(fetched.content) > self._max_file_bytes:
            raise TooLarge(
                f"It has {len(fetched.content):,} bytes;"
                f" at most {self._max_file_bytes:,} can be indexed."
            )
        is_kept = len(fetched.memo) <= _MAX_MEMO and _is_storable(fetched.memo)
        memo = fetched.memo if is_kept else ""
        return Kept(item=item, version=(item.version or fetched.version)[:_MAX_VERSION], memo=memo)

    async def _stored(self, item: SourceItem, fetched: FetchedItem) -> FileRef:
        blob = await self._blobs.put(self._claimed.row.tenant, fetched.content)
        return FileRef(
            id=FileId(new_id("file")),
            name=item.name,
            mime_type=fetched.media_type[:_MAX_TYPE],
            size_bytes=len(fetched.content),
            blob=blob,
        )

    async def _keep(self, kept: Kept) -> None:
        source = self._claimed.row
        for attempt in range(_ATTEMPTS):
            try:
                async with self._claimed.transaction() as session:
                    datasets = DatasetRepository(session, source.tenant)
                    dataset = await datasets.find(source.dataset_id, is_locked=True)
                    if dataset is None:
                        raise NotOursError  # it is being deleted, and this with it
                    await keep_item(session, source, dataset, kept)
                return
            except (Conflict, InvalidInput) as error:
                is_race = error.exact_code == Conflict.code and attempt < _ATTEMPTS - 1
                if not is_race:
                    await self._fail(kept.item, error)
                    return

    async def _not_had(self, item: SourceItem, row: SourceItemRow | None, error: SkepError) -> None:
        """Go on without an item, unless the error is about more than this one."""
        if isinstance(error, _ENDING):
            raise error
        if isinstance(error, _NOT_THERE) and row is not None and row.document_id is not None:
            return  # as if it were not listed
        await self._failed(item, error)

    async def _failed(self, item: SourceItem, error: SkepError) -> None:
        is_passing = error.bus_outcome in _PASSING
        self._failures = self._failures + 1 if is_passing else 0
        await self._fail(item, error)
        if self._failures >= _MOST_FAILURES:
            raise error

    async def _fail(self, item: SourceItem, error: SkepError) -> None:
        shown = (_shown(item.id), _shown(item.name))
        item = msgspec.structs.replace(item, id=shown[0], name=shown[1])
        async with self._claimed.transaction(is_progress=False) as session:
            await note_failure(session, self._claimed.row, item, error)

    async def _met(self, key: str) -> None:
        self._unchanged.append(key)
        if len(self._unchanged) >= _MARKED_AT_ONCE:
            await self._flush()

    async def _flush(self) -> None:
        keys, self._unchanged = self._unchanged, []
        await self._claimed.mark(keys, "unchanged")


def _remembered(row: SourceItemRow | None) -> KnownItem | None:
    if row is None or row.document_id is None or not row.version:
        return None
    return KnownItem(version=row.version, memo=row.memo)


def _is_as_known(item: SourceItem, known: KnownItem, row: SourceItemRow | None) -> bool:
    """Tell whether an item needs no fetching and no writing."""
    is_same = bool(item.version) and item.version[:_MAX_VERSION] == known.version
    has_memo = item.fetched is not None and item.fetched.memo != known.memo
    return is_same and not has_memo and row is not None and row.facts == facts_of(item)


def _as_before(item: SourceItem, row: SourceItemRow) -> Kept | None:
    """Return what was kept of an item before, None when something else is said about it now."""
    if row.facts != facts_of(item):
        return None
    return Kept(item=item, version=row.version, memo=row.memo)


def _check(item: SourceItem) -> None:
    if not 0 < len(item.id) <= _MAX_ID or not item.id.isprintable():
        raise InvalidInput(f"The id of an item has 1 to {_MAX_ID:,} characters that can be seen.")
    if not _is_storable(item.version):
        raise InvalidInput("The version of the item cannot be stored.")
    check_name(item.name)
    check_fields(item.metadata)


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _shown(text: str) -> str:
    return "".join(letter for letter in text[:_MAX_ID] if letter.isprintable())


async def _within(step: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(_STEP_S):
            return await step
    except TimeoutError:
        raise ProviderTimedOut(f"The source did not answer within {_STEP_S:.0f} s.") from None


def _explained(raised: Exception) -> SkepError:
    if isinstance(raised, SkepError):
        return raised
    logger.error("item not had", exc_info=raised)
    return Defect(
        "The plugin of the source failed with it; the log of the ingest service says more."
    )
