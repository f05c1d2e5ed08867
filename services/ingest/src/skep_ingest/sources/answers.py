"""Answers calls about sources, for the caller's tenant only."""

import contextlib
from typing import Any, Final

import msgspec

from skep_contracts.calls.dataset import DoneReply
from skep_contracts.calls.source import (
    CancelSourceSync,
    CreateSource,
    DeleteSource,
    GetSource,
    ItemOutcome,
    ListSourceItems,
    ListSourceItemsReply,
    ListSources,
    ListSourcesReply,
    SourceItemInfo,
    SourceReply,
    StartSourceSync,
    UpdateSource,
)
from skep_contracts.ids import is_id, is_ulid
from skep_contracts.problems import Conflict, Gone, InvalidInput, TooLarge
from skep_ingest.datasets.answers import page_limit
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.external.source import refuse_external
from skep_ingest.sources.items import ItemRepository
from skep_ingest.sources.order_syncs import cancel_sync, is_open, next_after, order_sync
from skep_ingest.sources.repository import SourceRepository
from skep_ingest.sources.set_up import SourceSetup, check_hours, check_moved, check_name
from skep_ingest.sources.tables import SourceItemRow, SourceRow
from skep_runtime import clock
from skep_runtime.bus import Bus, Incoming
from skep_runtime.database import Database

MOST_SOURCES: Final = 50


class SourceAnswers:
    """The handlers of the calls about sources."""

    def __init__(self, database: Database, setup: SourceSetup) -> None:
        """Keep rows in `database`."""
        self._database = database
        self._setup = setup

    def register(self, bus: Bus) -> None:
        """Begin to answer."""
        bus.answer(CreateSource, self.create)
        bus.answer(UpdateSource, self.update)
        bus.answer(GetSource, self.get)
        bus.answer(ListSources, self.list)
        bus.answer(DeleteSource, self.delete)
        bus.answer(StartSourceSync, self.start_sync)
        bus.answer(CancelSourceSync, self.cancel_sync)
        bus.answer(ListSourceItems, self.list_items)

    async def create(self, call: CreateSource, incoming: Incoming) -> SourceReply:
        """Add a source and order its first sync.

        Raises:
            NotFound: There is no such dataset.
            InvalidInput: Something about it cannot be used; `errors` say where.
            Conflict: The dataset has another one of that name, or is kept elsewhere.
            TooLarge: The dataset has too many already.
        """
        tenant = incoming.tenant
        row = _new_row(call, tenant)
        async with self._database.reading() as session:
            refuse_external(await DatasetRepository(session, tenant).get(call.dataset))
        secrets = self._setup.opened(call.sealed_secrets, tenant=tenant, source_id=row.id)
        await self._setup.check(self._setup.kind(call.kind), call.settings, secrets)
        self._setup.keep_secrets(row, secrets)
        async with self._database.session() as session:
            dataset = await DatasetRepository(session, tenant).get(call.dataset, is_locked=True)
            refuse_external(dataset)
            sources = SourceRepository(session, tenant)
            present = await sources.all_of(dataset.id)
            known = next((each for each in present if each.id == row.id), None)
            if known is None:
                if len(present) >= MOST_SOURCES:
                    raise TooLarge(f"A dataset has at most {MOST_SOURCES} sources.")
                row.dataset_id = dataset.id
                order_sync(session, row)
                await sources.add(row)
            (info,) = await sources.describe([known or row])
        return SourceReply(source=info)

    async def update(self, call: UpdateSource, incoming: Incoming) -> SourceReply:
        """Change a source; other settings order a sync.

        Raises:
            NotFound: There is no such dataset or source.
            InvalidInput: Something about it cannot be used; `errors` say where.
            Conflict: The dataset has another one of that name, or it was changed meanwhile.
        """
        tenant = incoming.tenant
        async with self._database.reading() as session:
            dataset = await DatasetRepository(session, tenant).get(call.dataset)
            before = await SourceRepository(session, tenant).get(dataset.id, call.source)
        changed = await self._changed(call, before)
        async with self._database.session() as session:
            sources = SourceRepository(session, tenant)
            row = await sources.get(dataset.id, before.id, is_locked=True)
            if (row.settings, row.sealed_secrets) != (before.settings, before.sealed_secrets):
                raise Conflict("The source was changed meanwhile; look at it and try again.")
            if call.name is not None:
                row.name = check_name(call.name)
            if call.every_hours is not None:
                row.every_hours = check_hours(call.every_hours)
                row.next_at = next_after(row)
            if changed is not None:
                row.settings = changed[0]
                self._setup.keep_secrets(row, changed[1])
                order_sync(session, row)
            row.updated_at = clock.now()
            await sources.add(row)
            (info,) = await sources.describe([row])
        return SourceReply(source=info)

    async def _changed(
        self, call: UpdateSource, row: SourceRow
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Return settings and secrets as they will be, None when they are as they were."""
        if call.settings is None and call.sealed_secrets is None:
            return None
        entered = self._setup.opened(call.sealed_secrets, tenant=row.tenant, source_id=row.id)
        before: dict[str, Any] = {}
        with contextlib.suppress(Gone):  # whoever enters all of them again needs no old ones
            before = self._setup.secrets_of(row)
        settings = row.settings if call.settings is None else call.settings
        kind = self._setup.kind(row.kind)
        check_moved(kind, row, settings, entered)
        merged = {**before, **entered}
        secrets = {name: value for name, value in merged.items() if value is not None}
        await self._setup.check(kind, settings, secrets)
        return None if (settings, secrets) == (row.settings, before) else (settings, secrets)

    async def get(self, call: GetSource, incoming: Incoming) -> SourceReply:
        """Return one."""
        async with self._database.reading() as session:
            dataset = await DatasetRepository(session, incoming.tenant).get(call.dataset)
            sources = SourceRepository(session, incoming.tenant)
            (info,) = await sources.describe([await sources.get(dataset.id, call.source)])
        return SourceReply(source=info)

    async def list(self, call: ListSources, incoming: Incoming) -> ListSourcesReply:
        """Return all of a dataset."""
        async with self._database.reading() as session:
            dataset = await DatasetRepository(session, incoming.tenant).get(call.dataset)
            sources = SourceRepository(session, incoming.tenant)
            found = await sources.describe(await sources.all_of(dataset.id))
        return ListSourcesReply(items=tuple(found))

    async def delete(self, call: DeleteSource, incoming: Incoming) -> DoneReply:
        """Take a source away at once; its documents stay, or go soon after."""
        tenant = incoming.tenant
        async with self._database.session() as session:
            dataset = await DatasetRepository(session, tenant).find(call.dataset)
            sources = SourceRepository(session, tenant)
            row = None
            if dataset is not None:
                row = await sources.find(dataset.id, call.source, is_locked=True)
            if row is None:
                return DoneReply(changed=False)
            if call.keep_documents:
                await sources.remove(row.id)
            else:
                row.deleted_at = clock.now()
                order_sync(session, row)
                await session.flush()
        return DoneReply()

    async def start_sync(self, call: StartSourceSync, incoming: Incoming) -> SourceReply:
        """Order a sync unless one is open.

        Raises:
            NotFound: There is no such dataset or source.
        """
        async with self._database.session() as session:
            dataset = await DatasetRepository(session, incoming.tenant).get(call.dataset)
            sources = SourceRepository(session, incoming.tenant)
            row = await sources.get(dataset.id, call.source, is_locked=True)
            if not is_open(row):
                order_sync(session, row, allow_empty=call.allow_empty)
            row.allow_empty = row.allow_empty or call.allow_empty
            await session.flush()
            (info,) = await sources.describe([row])
        return SourceReply(source=info)

    async def cancel_sync(self, call: CancelSourceSync, incoming: Incoming) -> SourceReply:
        """Stop the open sync; one that has ended stays as it is.

        Raises:
            NotFound: There is no such dataset or source.
        """
        async with self._database.session() as session:
            dataset = await DatasetRepository(session, incoming.tenant).get(call.dataset)
            sources = SourceRepository(session, incoming.tenant)
            row = await sources.get(dataset.id, call.source, is_locked=True)
            if is_open(row):
                cancel_sync(row)
            await session.flush()
            (info,) = await sources.describe([row])
        return SourceReply(source=info)

    async def list_items(self, call: ListSourceItems, incoming: Incoming) -> ListSourceItemsReply:
        """Return a page of items.

        Raises:
            NotFound: There is no such dataset or source.
            InvalidInput: The cursor was not given out.
        """
        limit, tenant = page_limit(call.limit), incoming.tenant
        if call.cursor is not None and not is_ulid(call.cursor):
            raise InvalidInput("The cursor is not one that was given out.", code="bad_cursor")
        async with self._database.reading() as session:
            dataset = await DatasetRepository(session, tenant).get(call.dataset)
            source = await SourceRepository(session, tenant).get(dataset.id, call.source)
            found = await ItemRepository(session, tenant, source.id).page(
                limit=limit + 1, after=call.cursor, outcome=call.outcome
            )
        return ListSourceItemsReply(
            items=tuple(_item_info(row) for row in found[:limit]),
            next_cursor=found[limit - 1].id if len(found) > limit else None,
        )


def _new_row(call: CreateSource, tenant: str) -> SourceRow:
    if not is_id("source", call.source_id):
        raise InvalidInput("The id of a source is src_ and a ULID.")
    at = clock.now()
    return SourceRow(
        id=call.source_id,
        tenant=tenant,
        dataset_id="",
        name=check_name(call.name),
        kind=call.kind,
        settings=call.settings,
        sealed_secrets=None,
        secret_names=[],
        every_hours=check_hours(call.every_hours),
        next_at=None,
        sync=0,
        status="",
        allow_empty=False,
        removed=0,
        claim=0,
        lost_claims=0,
        failed_tries=0,
        ordered_at=at,
        created_at=at,
        updated_at=at,
    )


def _item_info(row: SourceItemRow) -> SourceItemInfo:
    return SourceItemInfo(
        id=row.item_id,
        name=row.name,
        outcome=msgspec.convert(row.outcome, ItemOutcome),
        sync=row.sync,
        document_id=row.document_id,
        error=row.error,
        error_code=row.error_code,
    )
