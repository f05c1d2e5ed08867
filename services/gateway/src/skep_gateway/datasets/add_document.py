"""Adds a document to a dataset, from a form, a text or an uploaded file."""

from collections.abc import AsyncIterator
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.requests import Request

from skep_contracts.calls.dataset import CreateDocument, DatasetReply, DocumentReply, GetDataset
from skep_contracts.ids import TenantId
from skep_contracts.problems import FieldError, InvalidInput
from skep_gateway.datasets.views import TextDocumentRequest
from skep_gateway.files.repository import FileRepository, file_ref
from skep_gateway.files.tables import FileRow
from skep_gateway.files.upload import (
    clean_mime_type,
    clean_name,
    file_of,
    open_form,
    pieces_of,
    store_content,
)
from skep_gateway.web.body import read_json
from skep_gateway.web.unit_of_work import UnitOfWork
from skep_runtime.bus import Bus
from skep_runtime.database import Database

_CALL_S = 15.0


class DocumentAdder:
    """Stores what is sent and orders its indexing."""

    def __init__(self, bus: Bus, database: Database) -> None:
        """Store and order over `bus`; find what was uploaded before in `database`."""
        self._bus = bus
        self._database = database

    async def add(
        self, request: Request, tenant: TenantId, dataset: str, work: UnitOfWork
    ) -> DocumentReply:
        """Return the new document, or the one of that name and content that is there already.

        Raises:
            NotFound: There is no such dataset or file.
            InvalidInput: The body is neither form nor JSON of the right shape.
        """
        # Before a hundred megabytes are stored for a dataset that does not exist.
        await self._bus.call(
            GetDataset(dataset=dataset), tenant=tenant, reply=DatasetReply, timeout_s=_CALL_S
        )
        content_type = request.headers.get("content-type", "").lower()
        if content_type.startswith("multipart/form-data"):
            row, metadata = await self._from_form(request, tenant)
            is_new = True
        else:
            row, metadata, is_new = await self._from_json(request, tenant)
        call = CreateDocument(dataset=dataset, file=file_ref(row), name=row.name, metadata=metadata)
        reply = await self._bus.call(call, tenant=tenant, reply=DocumentReply, timeout_s=_CALL_S)
        if is_new:  # last, for nothing else is written while the session is open
            await FileRepository(await work.session(), tenant).add(row)
        return reply

    async def _from_form(
        self, request: Request, tenant: TenantId
    ) -> tuple[FileRow, dict[str, Any]]:
        async with open_form(request) as form:
            sent = file_of(form)
            metadata = _metadata(form.get("metadata"))
            name = clean_name(sent.filename)
            row = await store_content(
                self._bus,
                tenant,
                pieces_of(sent),
                name=name,
                mime_type=clean_mime_type(sent.content_type, name),
            )
        return row, metadata

    async def _from_json(
        self, request: Request, tenant: TenantId
    ) -> tuple[FileRow, dict[str, Any], bool]:
        body = _validated(read_json(await request.body()))
        if (body.text is None) == (body.file_id is None):
            raise InvalidInput(
                "Send either `text` with a `name`, or `file_id`.",
                errors=[FieldError(pointer="", message="text or file_id, not both")],
            )
        if body.file_id is not None:
            async with self._database.reading() as session:
                row = await FileRepository(session, tenant).get(body.file_id)
            return row, body.metadata, False
        if body.name is None:
            raise InvalidInput(
                "A text needs a name.", errors=[FieldError(pointer="/name", message="missing")]
            )
        name = clean_name(body.name)
        row = await store_content(
            self._bus,
            tenant,
            _once((body.text or "").encode()),
            name=name,
            mime_type=clean_mime_type("text/plain" if "." not in name else None, name),
        )
        return row, body.metadata, True


def _validated(body: object) -> TextDocumentRequest:
    try:
        return TextDocumentRequest.model_validate(body)
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from error


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _metadata(sent: object) -> dict[str, Any]:
    if sent is None or sent == "":
        return {}
    if not isinstance(sent, str):
        raise InvalidInput("`metadata` is a field with a JSON object, not a file.")
    try:
        metadata = read_json(sent.encode())
    except (InvalidInput, UnicodeEncodeError) as error:
        raise _no_metadata("not JSON") from error
    if not isinstance(metadata, dict):
        raise _no_metadata("not an object")
    return metadata


def _no_metadata(message: str) -> InvalidInput:
    return InvalidInput(
        "`metadata` is not a JSON object.",
        errors=[FieldError(pointer="/metadata", message=message)],
    )
