"""Takes a file in: bytes to the object store, what it is called to a row."""

import mimetypes
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from skep_contracts.ids import TenantId, new_id
from skep_contracts.problems import FieldError, InvalidInput
from skep_gateway.files.tables import FileRow
from skep_runtime.bus import Bus
from skep_runtime.clock import now

MAX_FILE_BYTES: Final = 1024 * 1024 * 1024
MAX_UPLOAD_BYTES: Final = MAX_FILE_BYTES + 64 * 1024
"""A file and what a form puts around it."""
MAX_UPLOAD_S: Final = 3600
"""An hour for that is three megabits a second."""
_PIECE_BYTES: Final = 256 * 1024
_MIME_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]{0,62}/[a-z0-9][a-z0-9.+-]{0,62}\Z")
_MAX_NAME: Final = 255
_VAGUE: Final = ("", "application/octet-stream", "binary/octet-stream")


async def store_content(
    bus: Bus, tenant: TenantId, content: AsyncIterator[bytes], *, name: str, mime_type: str
) -> FileRow:
    """Store bytes and return the row for them, not yet added.

    Raises:
        TooLarge: There are more than `MAX_FILE_BYTES`.
        InvalidInput: There are none.
    """
    key, size_bytes = await bus.blobs.put_stream(tenant, content, max_bytes=MAX_FILE_BYTES)
    if size_bytes == 0:
        raise InvalidInput(
            f"{name} is empty.", errors=[FieldError(pointer="/file", message="empty")]
        )
    return FileRow(
        id=new_id("file"),
        tenant_id=tenant,
        name=name,
        mime_type=mime_type,
        size_bytes=size_bytes,
        blob=key,
        created_at=now(),
    )


def open_form(request: Request) -> AbstractAsyncContextManager[FormData]:
    """Read a multipart form with at most one file; what it holds is freed at the end.

    Raises:
        InvalidInput: The body is no such form.
    """
    content_type = request.headers.get("content-type", "")
    if not content_type.lower().startswith("multipart/form-data"):
        raise InvalidInput("Send a form: multipart/form-data with a field `file`.")
    return request.form(max_files=1, max_fields=20, max_part_size=64 * 1024)


def file_of(form: FormData) -> UploadFile:
    """Return the form's file.

    Raises:
        InvalidInput: It has none.
    """
    found = form.get("file")
    if not isinstance(found, UploadFile):
        raise InvalidInput(
            "The form has no file. Send it in a field called `file`.",
            errors=[FieldError(pointer="/file", message="missing")],
        )
    return found


async def pieces_of(upload: UploadFile) -> AsyncIterator[bytes]:
    """Yield an upload's bytes."""
    while piece := await upload.read(_PIECE_BYTES):
        yield piece


def clean_name(name: str | None) -> str:
    """Return a file's own name: no folders, no control characters, not too long."""
    bare = re.split(r"[/\\]", name or "")[-1]
    kept = "".join(c for c in bare if c.isprintable()).strip(" .")
    if len(kept) > _MAX_NAME:
        stem, dot, extension = kept.rpartition(".")
        kept = f"{stem[: _MAX_NAME - len(extension) - 1]}{dot}{extension}"[:_MAX_NAME]
    return kept or "file"


def clean_mime_type(sent: str | None, name: str) -> str:
    """Return the type a client gave, or the one that the name suggests when it gave none."""
    given = (sent or "").partition(";")[0].strip().lower()
    if given in _VAGUE or not _MIME_TYPE.match(given):
        given = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return given
