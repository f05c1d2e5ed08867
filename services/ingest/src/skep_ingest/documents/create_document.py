"""Adds a document, or the new content of one, and orders its indexing."""

from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.dataset import CreateDocument, DocumentInfo, DocumentStatus
from skep_contracts.ids import new_id
from skep_contracts.problems import Conflict, FieldError, InvalidInput, TooLarge, json_pointer
from skep_contracts.values import FileRef
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.documents.repository import DocumentRepository, document_info
from skep_ingest.documents.tables import DocumentRow
from skep_ingest.documents.waiting_line import move_up
from skep_ingest.external.source import refuse_external
from skep_ingest.indexing.chunk_facts import RESERVED_FIELDS
from skep_runtime import clock
from skep_runtime.database import Database

_MAX_NAME: Final = 255
_MAX_FIELDS: Final = 64
_MAX_FIELD_NAME: Final = 64
_MAX_FIELDS_BYTES: Final = 16 * 1024
_ATTEMPTS: Final = 3


async def create_document(
    database: Database, call: CreateDocument, *, tenant: str, max_file_bytes: int
) -> DocumentInfo:
    """Return the new or replaced document, or the one of that name and content unchanged.

    Raises:
        NotFound: There is no such dataset.
        InvalidInput: Name or metadata cannot be used.
        TooLarge: The file is.
    """
    check_name(call.name)
    check_fields(call.metadata)
    if call.file.size_bytes > max_file_bytes:
        raise TooLarge(
            f"The file has {call.file.size_bytes} bytes; at most {max_file_bytes} can be indexed."
        )
    for attempt in range(_ATTEMPTS):
        try:
            async with database.session() as session:
                dataset = await DatasetRepository(session, tenant).get(call.dataset, is_locked=True)
                refuse_external(dataset)
                return await _write(session, dataset, call)
        except Conflict as error:  # somebody added the name meanwhile: now it is found
            if attempt == _ATTEMPTS - 1 or error.exact_code != Conflict.code:
                raise
    raise AssertionError


async def _write(session: AsyncSession, dataset: DatasetRow, call: CreateDocument) -> DocumentInfo:
    documents = DocumentRepository(session, dataset.tenant)
    row = await documents.find_named(dataset.id, call.name)
    if row is not None and row.content_hash == call.file.blob:
        return document_info(row)
    if row is not None and row.archived:
        raise archived(row)
    if row is None:
        row = new_document(dataset, call)
        order_indexing(session, row)
        await documents.add(row)
    else:
        replace_content(row, call.file)
        row.fields = call.metadata
        order_indexing(session, row)
        await session.flush()
    return document_info(row)


def replace_content(row: DocumentRow, file: FileRef) -> None:
    """Make a file the next version of a document; its indexing is still to be ordered."""
    row.version += 1
    row.content_hash = file.blob
    row.mime_type = file.mime_type
    row.size_bytes = file.size_bytes
    row.chunks_done = 0
    row.done_digest = None
    row.next_seq = None


def new_document(dataset: DatasetRow, call: CreateDocument) -> DocumentRow:
    """Return the row of a new document; its indexing is still to be ordered."""
    at = clock.now()
    return DocumentRow(
        id=new_id("document"),
        tenant=dataset.tenant,
        dataset_id=dataset.id,
        name=call.name,
        mime_type=call.file.mime_type,
        size_bytes=call.file.size_bytes,
        content_hash=call.file.blob,
        fields=call.metadata,
        status=DocumentStatus.QUEUED.value,
        version=1,
        ready_chunks=0,
        claim=0,
        lost_claims=0,
        failed_tries=0,
        chunks_done=0,
        enabled=True,
        archived=False,
        created_at=at,
        ordered_at=at,
        updated_at=at,
    )


def archived(row: DocumentRow) -> Conflict:
    """Return the error of a change to an archived document."""
    return Conflict(
        f"The document {row.name!r} is archived; take it out of the archive first.",
        code="document_archived",
    )


def order_indexing(session: AsyncSession, row: DocumentRow, *, is_bulk: bool = False) -> None:
    """Queue the newest content of a document, from where an earlier try of it stopped.

    In bulk it waits behind what the tenant adds meanwhile.
    """
    at = clock.now()
    row.status = DocumentStatus.QUEUED.value
    row.claim += 1  # whoever still works on it stops
    row.lost_claims = 0
    row.failed_tries = 0
    row.chunks_total = None
    row.error = None
    row.error_code = None
    row.ordered_at = at
    row.updated_at = at
    row.bulk = is_bulk
    row.ordered = False
    move_up(session, row.tenant)


def check_name(name: str) -> None:
    """Refuse what cannot be the name of a document.

    Raises:
        InvalidInput: It cannot.
    """
    if not name.strip() or len(name) > _MAX_NAME or not name.isprintable():
        raise InvalidInput(
            f"A document's name has 1 to {_MAX_NAME} characters, none of them a control character.",
            errors=[FieldError(pointer="/name", message="cannot be a name")],
        )


def check_fields(fields: dict[str, Any]) -> None:
    """Refuse metadata that is too much, or means something else here.

    Raises:
        InvalidInput: It is; every field at fault is listed.
    """
    faults = [
        FieldError(pointer=json_pointer("metadata", name[:_MAX_FIELD_NAME]), message=message)
        for name in list(fields)[: _MAX_FIELDS + 1]
        if (message := _fault_of(name))
    ]
    if faults:
        raise InvalidInput(
            f"A metadata field cannot be called so: {faults[0].message}.", errors=faults
        )
    try:
        size = len(msgspec.json.encode(fields))
    except (OverflowError, TypeError, ValueError, RecursionError):
        raise InvalidInput("The metadata is not a JSON object.") from None
    if len(fields) > _MAX_FIELDS or size > _MAX_FIELDS_BYTES:
        raise InvalidInput(
            f"Metadata has at most {_MAX_FIELDS} fields and {_MAX_FIELDS_BYTES} bytes.",
            errors=[FieldError(pointer="/metadata", message="too much")],
        )


def _fault_of(name: str) -> str | None:
    if not name.strip() or len(name) > _MAX_FIELD_NAME or not name.isprintable():
        return f"a name has 1 to {_MAX_FIELD_NAME} characters that can be seen"
    if name in RESERVED_FIELDS:
        return f"`{name}` is set by the index itself"
    return None
