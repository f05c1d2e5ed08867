"""Routes of files."""

from datetime import datetime
from typing import Annotated

from fastapi import Path, Request
from starlette.responses import Response

from skep_contracts.ids import BlobKey
from skep_contracts.problems import Forbidden, NotFound, TooLarge, Unavailable
from skep_gateway.files.download import Download
from skep_gateway.files.repository import FileRepository
from skep_gateway.files.tables import FileRow
from skep_gateway.files.upload import (
    MAX_UPLOAD_BYTES,
    MAX_UPLOAD_S,
    clean_mime_type,
    clean_name,
    file_of,
    open_form,
    pieces_of,
    store_content,
)
from skep_gateway.web.dependencies import Session, Tenant, Work, provided
from skep_gateway.web.limits import allow, limits, reads_body, unaudited
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import View
from skep_runtime.bus import Bus

router = api_router("/api/v1/files", tag="files")

FileRefId = Annotated[str, Path(max_length=64)]
OnBus = Annotated[Bus, provided(Bus)]
FORM_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


class FileView(View):
    """A stored file."""

    id: str
    name: str
    mime_type: str
    size_bytes: int
    created_at: datetime

    @classmethod
    def of(cls, row: FileRow) -> "FileView":
        """Show a row."""
        return cls(
            id=row.id,
            name=row.name,
            mime_type=row.mime_type,
            size_bytes=row.size_bytes,
            created_at=row.created_at,
        )


@router.post(
    "",
    status_code=201,
    responses=problems(Forbidden, TooLarge, Unavailable),
    openapi_extra=FORM_BODY,
)
@reads_body
@allow("runs:write")
@limits(max_body_bytes=MAX_UPLOAD_BYTES, timeout_s=MAX_UPLOAD_S)
@unaudited
async def upload(request: Request, tenant: Tenant, bus: OnBus, work: Work) -> FileView:
    """Upload a file, at most 1 GiB."""
    async with open_form(request) as form:
        sent = file_of(form)
        name = clean_name(sent.filename)
        mime_type = clean_mime_type(sent.content_type, name)
        row = await store_content(bus, tenant, pieces_of(sent), name=name, mime_type=mime_type)
    await FileRepository(await work.session(), tenant).add(row)
    return FileView.of(row)


@router.get("/{file_id}", responses=problems(Forbidden, NotFound))
@allow("runs:read")
async def show(file_id: FileRefId, tenant: Tenant, session: Session) -> FileView:
    """Show a file."""
    return FileView.of(await FileRepository(session, tenant).get(file_id))


@router.get(
    "/{file_id}/content",
    response_class=Response,
    responses={
        **problems(Forbidden, NotFound, Unavailable),
        200: {
            "description": "The bytes",
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        },
    },
)
@allow("runs:read")
async def content(file_id: FileRefId, tenant: Tenant, session: Session, bus: OnBus) -> Response:
    """Return a file's bytes, always as a download: what a stranger uploaded is never shown."""
    row = await FileRepository(session, tenant).get(file_id)
    source = bus.blobs.open(tenant, BlobKey(row.blob))
    return await Download.begin(source, name=row.name, size_bytes=row.size_bytes)
