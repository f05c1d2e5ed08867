"""Answers calls about datasets, for the caller's tenant only."""

from typing import Final, TypeVar

import msgspec

from skep_contracts.calls.dataset import (
    CreateDataset,
    DatasetReply,
    DatasetTag,
    DeleteDataset,
    DoneReply,
    GetDataset,
    ListDatasets,
    ListDatasetsReply,
    ListDatasetTags,
    ListDatasetTagsReply,
)
from skep_contracts.calls.dataset_edit import (
    DescribeDataset,
    DescribeDatasetReply,
    FailureCount,
    UpdateDataset,
)
from skep_contracts.commands.document import PurgeDataset
from skep_contracts.ids import is_id
from skep_contracts.problems import InvalidInput
from skep_ingest.datasets.collections import Collections
from skep_ingest.datasets.create_dataset import DatasetCreator, check_tags, check_texts
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.documents.repository import DocumentRepository
from skep_runtime import clock
from skep_runtime.bus import Bus, Incoming
from skep_runtime.database import Database, add_to_outbox

T = TypeVar("T")

MOST_ITEMS: Final = 200


class DatasetAnswers:
    """The handlers of the calls about datasets."""

    def __init__(
        self, database: Database, creator: DatasetCreator, collections: Collections
    ) -> None:
        """Read from `database`."""
        self._database = database
        self._collections = collections
        self._creator = creator

    def register(self, bus: Bus) -> None:
        """Begin to answer."""
        bus.answer(CreateDataset, self.create)
        bus.answer(GetDataset, self.get)
        bus.answer(ListDatasets, self.list)
        bus.answer(ListDatasetTags, self.list_tags)
        bus.answer(DeleteDataset, self.delete)
        bus.answer(UpdateDataset, self.update)
        bus.answer(DescribeDataset, self.describe)

    async def create(self, call: CreateDataset, incoming: Incoming) -> DatasetReply:
        """Create a dataset."""
        return DatasetReply(dataset=await self._creator.create(call, tenant=incoming.tenant))

    async def get(self, call: GetDataset, incoming: Incoming) -> DatasetReply:
        """Return one."""
        async with self._database.reading() as session:
            repository = DatasetRepository(session, incoming.tenant)
            (info,) = await repository.describe([await repository.get(call.dataset)])
        return DatasetReply(dataset=info)

    async def list(self, call: ListDatasets, incoming: Incoming) -> ListDatasetsReply:
        """Return a page."""
        limit = page_limit(call.limit)
        before = check_cursor("dataset", call.cursor)
        async with self._database.reading() as session:
            repository = DatasetRepository(session, incoming.tenant)
            found = await repository.page(
                limit=limit + 1,
                before=before,
                search=call.search,
                tag=call.tag,
                granted=call.granted,
            )
        items = tuple(found[:limit])
        return ListDatasetsReply(
            items=items, next_cursor=items[-1].id if len(found) > limit else None
        )

    async def list_tags(self, call: ListDatasetTags, incoming: Incoming) -> ListDatasetTagsReply:
        """Count datasets by tag."""
        async with self._database.reading() as session:
            repository = DatasetRepository(session, incoming.tenant)
            found = await repository.counted_tags(
                limit=page_limit(call.limit), granted=call.granted
            )
        return ListDatasetTagsReply(
            items=tuple(DatasetTag(tag=tag, datasets=number) for tag, number in found)
        )

    async def update(self, call: UpdateDataset, incoming: Incoming) -> DatasetReply:
        """Change name, description and tags.

        Raises:
            Conflict: There is another of that name.
        """
        async with self._database.session() as session:
            repository = DatasetRepository(session, incoming.tenant)
            row = await repository.get(call.dataset, is_locked=True)
            kept = msgspec.structs.replace(
                call,
                name=row.name if call.name is None else call.name,
                description=row.description if call.description is None else call.description,
            )
            row.name = check_texts(kept)
            row.description = kept.description or ""
            await repository.add(row)
            if call.tags is not None:
                await repository.set_tags(row.id, check_tags(call.tags))
            if call.restricted is not None:
                row.restricted = call.restricted
                await repository.add(row)
            (info,) = await repository.describe([row])
        return DatasetReply(dataset=info)

    async def describe(self, call: DescribeDataset, incoming: Incoming) -> DescribeDatasetReply:
        """Count what there is."""
        async with self._database.reading() as session:
            repository = DatasetRepository(session, incoming.tenant)
            row = await repository.get(call.dataset)
            (info,) = await repository.describe([row])
            documents = DocumentRepository(session, incoming.tenant)
            counted = await documents.counted(row.id)
            failures = await documents.failures(row.id)
        collection = await self._collections.of(row)
        return DescribeDatasetReply(
            by_status={status: count for status, count, _, _ in counted},
            disabled=sum(off for *_, off in counted),
            size_bytes=sum(size for _, _, size, _ in counted),
            chunks=info.chunks,
            stored_chunks=await collection.store.count(collection.ref),
            failures=tuple(
                FailureCount(code=code, documents=count, example=example)
                for code, count, example in failures
            ),
        )

    async def delete(self, call: DeleteDataset, incoming: Incoming) -> DoneReply:
        """Take a dataset away at once; what it leaves behind is removed soon after."""
        tenant = incoming.tenant
        async with self._database.session() as session:
            repository = DatasetRepository(session, tenant)
            row = await repository.find(call.dataset, is_locked=True)
            if row is None:
                return DoneReply(changed=False)
            await repository.mark_deleted(row, at=clock.now())
            await DocumentRepository(session, tenant).mark_all_deleting(row.id)
            order = PurgeDataset(dataset_id=row.id)
            add_to_outbox(session, order, tenant=tenant, message_id=f"{row.id}.purge")
        return DoneReply()


def page_limit(limit: int) -> int:
    """Return how many items a page has.

    Raises:
        InvalidInput: The caller asks for none.
    """
    if limit < 1:
        raise InvalidInput("A page has at least one item.")
    return min(limit, MOST_ITEMS)


def check_cursor(noun: str, cursor: str | None) -> str | None:
    """Return the cursor.

    Raises:
        InvalidInput: It is none of ours.
    """
    if cursor is not None and not is_id(noun, cursor):
        raise InvalidInput("The cursor is not one that was given out.", code="bad_cursor")
    return cursor
