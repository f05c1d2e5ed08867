"""Forms with a file, as ``multipart/form-data`` (RFC 7578)."""

import secrets
from collections.abc import Iterable
from typing import Final

import msgspec

_UNSAFE: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A form, ready to be sent."""

    body: bytes
    content_type: str


class FormFile(msgspec.Struct, frozen=True, kw_only=True):
    """The file of a form."""

    field: str
    name: str
    mime_type: str
    content: bytes


def encode_form(fields: Iterable[tuple[str, str]], file: FormFile) -> Form:
    """Return a form with fields, of which several may have one name, and a file."""
    boundary = secrets.token_hex(16)
    parts = []
    for name, value in fields:
        text = value.encode("utf-8", "replace")
        parts.append(_head(boundary, f'name="{name}"') + b"\r\n" + text + b"\r\n")
    head = _head(boundary, f'name="{file.field}"; filename="{file.name.translate(_UNSAFE)}"')
    kind = f"Content-Type: {file.mime_type}\r\n\r\n".encode("ascii", "replace")
    parts += [head, kind, file.content, f"\r\n--{boundary}--\r\n".encode()]
    return Form(body=b"".join(parts), content_type=f"multipart/form-data; boundary={boundary}")


def _head(boundary: str, what: str) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {what}\r\n".encode("utf-8", "replace")
