"""From settings and values to the request that goes out."""

import hashlib
from base64 import b64encode
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import msgspec

from skep_contracts.plugins.nodes import NodeContext
from skep_contracts.problems import FieldError, InvalidInput, TooLarge
from skep_contracts.values import check_value, file_from_value, to_text
from skep_node_http_request.settings import (
    SAFE_METHODS,
    Auth,
    BasicAuth,
    BearerAuth,
    Body,
    FileBody,
    FormBody,
    HeaderAuth,
    HttpRequestSettings,
    JsonBody,
    MultipartBody,
    TextBody,
)

MAX_BODY_BYTES: Final = 50 * 1024 * 1024


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A request with nothing left to fill in."""

    url: str
    headers: dict[str, str]
    body: bytes | None


async def build(ctx: NodeContext, settings: HttpRequestSettings) -> Outgoing:
    """Fill in the values.

    Raises:
        InvalidInput: With these values the URL, a header or the body is none.
        TooLarge: The body exceeds `MAX_BODY_BYTES`.
    """
    content_type, body = await _body(ctx, settings.body)
    if body is not None and len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"The request has {len(body):,} bytes; the limit is {MAX_BODY_BYTES:,}.")
    headers: dict[str, str] = {"Content-Type": content_type} if content_type else {}
    if settings.idempotency_header is not None and settings.method not in SAFE_METHODS:
        headers[settings.idempotency_header] = ctx.effect_key
    headers |= _auth_headers(ctx, settings.auth)
    for name, template in settings.headers.items():
        value = ctx.value(template)
        if value is not None:
            # The author's own header stands in for one of ours, however it is spelled.
            headers = {key: kept for key, kept in headers.items() if key.lower() != name.lower()}
            headers[name] = to_text(value)
    for name, text in headers.items():
        if any(character < " " and character != "\t" for character in text) or "\x7f" in text:
            raise _bad(f"/headers/{name}", "a control character, such as a line break")
    return Outgoing(url=_url(ctx, settings), headers=headers, body=body)


def _url(ctx: NodeContext, settings: HttpRequestSettings) -> str:
    url = ctx.text(settings.url).strip()
    if any(character <= " " for character in url):
        raise _bad("/url", "a space or a control character; write it as %20")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _bad("/url", "no valid URL") from None
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        raise _bad("/url", "no http or https URL with a host")
    pairs = _pairs(ctx.value(settings.params), "/params")
    query = "&".join(part for part in (parts.query, urlencode(pairs, quote_via=quote)) if part)
    return urlunsplit(parts._replace(query=query, fragment=""))


def _pairs(fields: Any, pointer: str) -> list[tuple[str, str]]:
    """Return names and texts; a list gives one pair for each item, null none."""
    pairs = [
        (name, to_text(item))
        for name, value in fields.items()
        for item in (value if isinstance(value, list) else [value])
        if item is not None
    ]
    try:
        "".join(part for pair in pairs for part in pair).encode()
    except UnicodeEncodeError:
        raise _bad(pointer, "half of a surrogate pair, which is not valid Unicode") from None
    return pairs


def _auth_headers(ctx: NodeContext, auth: Auth) -> dict[str, str]:
    match auth:
        case BearerAuth(token=token):
            return {"Authorization": f"Bearer {ctx.text(token).strip()}"}
        case BasicAuth(username=username, password=password):
            pair = f"{ctx.text(username)}:{ctx.text(password)}".encode(errors="replace")
            return {"Authorization": f"Basic {b64encode(pair).decode()}"}
        case HeaderAuth(name=name, value=value):
            return {name: ctx.text(value)}
        case _:
            return {}


async def _body(ctx: NodeContext, body: Body) -> tuple[str | None, bytes | None]:
    """Return content type and bytes."""
    match body:
        case JsonBody(value=value):
            filled = ctx.value(value)
            check_value(filled, pointer="/body/value", max_bytes=MAX_BODY_BYTES)
            return "application/json", msgspec.json.encode(filled)
        case TextBody(text=text, content_type=content_type):
            return ctx.text(content_type), ctx.text(text).encode(errors="replace")
        case FormBody(fields=fields):
            pairs = _pairs(ctx.value(fields), "/body/fields")
            return "application/x-www-form-urlencoded", urlencode(pairs).encode()
        case MultipartBody(fields=fields):
            return await _multipart(ctx, fields)
        case FileBody(file=template):
            file = file_from_value(ctx.value(template))
            if file is None:
                raise _bad("/body/file", "no file")
            return file.mime_type, await ctx.read_file(file, max_bytes=MAX_BODY_BYTES)
        case _:
            return None, None


async def _multipart(ctx: NodeContext, fields: dict[str, Any]) -> tuple[str, bytes]:
    """Write the parts. The boundary follows from the effect, so that a repeat is the same."""
    boundary = f"skep-{hashlib.sha256(ctx.effect_key.encode()).hexdigest()[:32]}"
    parts: list[bytes] = []
    size = 0
    for name, template in fields.items():
        value = ctx.value(template)
        for item in value if isinstance(value, list) else [value]:
            if item is None:
                continue
            file = file_from_value(item)
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"'
            if file is None:
                head += "\r\n\r\n"
                content = to_text(item).encode(errors="replace")
            else:
                content = await ctx.read_file(file, max_bytes=MAX_BODY_BYTES)
                head += f'; filename="{_quoted(file.name)}"\r\n'
                head += f"Content-Type: {_plain(file.mime_type)}\r\n\r\n"
            size += len(content)
            if size > MAX_BODY_BYTES:
                raise TooLarge(f"The form has more than {MAX_BODY_BYTES:,} bytes.")
            parts += (head.encode(errors="replace"), content, b"\r\n")
    parts.append(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", b"".join(parts)


def _quoted(name: str) -> str:
    """Escape a name as browsers do (WHATWG HTML, multipart/form-data encoding)."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _plain(mime_type: str) -> str:
    is_plain = mime_type.isascii() and mime_type.isprintable()
    return mime_type if is_plain and mime_type else "application/octet-stream"


def _bad(pointer: str, fault: str) -> InvalidInput:
    place = pointer[1:].replace("/", " ")
    verb = "is" if fault.startswith("no ") else "has"
    return InvalidInput(
        f"The request cannot be sent: {place} {verb} {fault}.",
        errors=[FieldError(pointer=pointer, message=fault)],
    )
