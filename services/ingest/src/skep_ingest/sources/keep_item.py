"""Keeps an item: its document, and what is remembered of it, in one transaction."""

from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.dataset import CreateDocument
from skep_contracts.calls.source import ItemOutcome
from skep_contracts.ids import new_ulid
from skep_contracts.plugins.sources.kinds import SourceItem
from skep_contracts.problems import Conflict, SkepError
from skep_contracts.values import FileRef
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.documents.create_document import (
    archived,
    new_document,
    order_indexing,
    replace_content,
)
from skep_ingest.documents.edit_document import order_rewrite
from skep_ingest.documents.repository import DocumentRepository
from skep_ingest.documents.tables import DocumentRow
from skep_ingest.sources.items import ItemRepository, facts_of, key_of, told
from skep_ingest.sources.tables import SourceItemRow, SourceRow
from skep_runtime import clock

_KEPT_NAME: Final = 220
_MARK_CHARS: Final = (8, 32)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an item now."""

    item: SourceItem
    version: str = ""
    memo: str = ""
    file: FileRef | None = None
    """None when the content is as it was."""


async def keep_item(
    session: AsyncSession, source: SourceRow, dataset: DatasetRow, kept: Kept
) -> ItemOutcome:
    """Make an item's document what the item is now.

    A document that somebody deleted is made again. A document of the same name that is none of this
    item's is left alone, and the new one is called otherwise.

    Raises:
        Conflict: The document is archived, or another transaction took its name just now.
    """
    items = ItemRepository(session, source.tenant, source.id)
    row = await items.stored(key_of(kept.item.id))
    documents = DocumentRepository(session, source.tenant)
    document = None
    if row is not None and row.document_id is not None:
        document = await documents.find(dataset.id, row.document_id, is_locked=True)
    outcome: ItemOutcome = "unchanged"
    if document is not None:
        outcome = await _follow(session, document, row, kept)
    elif kept.file is not None:
        document = await _added(session, dataset, kept.item, kept.file)
        outcome = "added"
    row = row or _new_row(source, kept.item)
    row.name = kept.item.name
    row.facts = facts_of(kept.item)
    row.version = kept.version
    row.memo = kept.memo
    row.document_id = None if document is None else document.id
    _note(row, source, outcome)
    session.add(row)
    await documents.flush()
    return outcome


async def note_failure(
    session: AsyncSession, source: SourceRow, item: SourceItem, error: SkepError
) -> None:
    """Remember why an item could not be had; its document stays as it was."""
    items = ItemRepository(session, source.tenant, source.id)
    row = await items.stored(key_of(item.id)) or _new_row(source, item)
    _note(row, source, "failed")
    problem = told(error)
    row.error_code, row.error = problem.code, problem.detail
    session.add(row)
    await session.flush()


async def _added(
    session: AsyncSession, dataset: DatasetRow, item: SourceItem, file: FileRef
) -> DocumentRow:
    documents = DocumentRepository(session, dataset.tenant)
    name = await _free_name(documents, dataset.id, item)
    call = CreateDocument(dataset=dataset.id, file=file, name=name, metadata=dict(item.metadata))
    document = new_document(dataset, call)
    await documents.add(document)
    order_indexing(session, document, is_bulk=True)
    return document


async def _follow(
    session: AsyncSession, document: DocumentRow, row: SourceItemRow | None, kept: Kept
) -> ItemOutcome:
    """Bring name, metadata and content to a document; what people added to it stays."""
    is_other = kept.file is not None and kept.file.blob != document.content_hash
    is_described = row is not None and row.facts != facts_of(kept.item)
    if not is_other and not is_described:
        return "unchanged"
    if document.archived:
        raise archived(document)
    if is_described and row is not None:
        if row.name != kept.item.name and document.name in _names(row.name, row.key):
            documents = DocumentRepository(session, document.tenant)
            document.name = await _free_name(documents, document.dataset_id, kept.item)
        document.fields = {**document.fields, **kept.item.metadata}
        document.updated_at = clock.now()
    if is_other and kept.file is not None:
        replace_content(document, kept.file)
        order_indexing(session, document, is_bulk=True)
    if is_described:
        order_rewrite(session, document)
    return "changed"


async def _free_name(documents: DocumentRepository, dataset_id: str, item: SourceItem) -> str:
    for name in _names(item.name, key_of(item.id)):
        if await documents.find_named(dataset_id, name) is None:
            return name
    raise Conflict(
        f"The dataset has documents named {item.name!r} already.", code="document_exists"
    )


def _names(name: str, key: str) -> tuple[str, ...]:
    """Return what the document of an item may be called: two items may have one name."""
    return (name, *(f"{name[:_KEPT_NAME]} · {key[:length]}" for length in _MARK_CHARS))


def _new_row(source: SourceRow, item: SourceItem) -> SourceItemRow:
    return SourceItemRow(
        id=new_ulid(),
        tenant=source.tenant,
        source_id=source.id,
        key=key_of(item.id),
        item_id=item.id,
        name=item.name,
        facts="",
        version="",
        memo="",
        document_id=None,
    )


def _note(row: SourceItemRow, source: SourceRow, outcome: ItemOutcome) -> None:
    row.sync = source.sync
    row.outcome = outcome
    row.error = None
    row.error_code = None
    row.updated_at = clock.now()
