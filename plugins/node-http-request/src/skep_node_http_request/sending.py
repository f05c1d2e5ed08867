"""From settings and values to the request that goes out."""

import hashlib
from base64 import b64encode
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import msgspec

from skep_contracts.plugins.nodes import NodeContext
from skep_contracts.problems import FieldError, InvalidInput, TooLarge
from skep_contracts.values import check_value, file_from_value, to_text
from skep_node_http_request.json_text import JsonTextFault, render_json
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
    Pairs,
    QueryAuth,
    TextBody,
    pairs_of,
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
    # The author's own headers stand in for ours, however they are spelled.
    own = _own_headers(ctx, settings)
    taken = {name.lower() for name in own}
    headers = {name: text for name, text in headers.items() if name.lower() not in taken} | own
    for name, text in headers.items():
        if any(character < " " and character != "\t" for character in text) or "\x7f" in text:
            raise _bad(f"/headers/{name}", "a control character, such as a line break")
    return Outgoing(url=_url(ctx, settings), headers=headers, body=body)


def _own_headers(ctx: NodeContext, settings: HttpRequestSettings) -> dict[str, str]:
    """Return the headers of the author; what is there several times is joined, RFC 9110 §5.3."""
    spelled: dict[str, str] = {}
    texts: dict[str, list[str]] = {}
    for name, template in pairs_of(settings.headers):
        for item in _listed(ctx.value(template)):
            spelled.setdefault(name.lower(), name)
            texts.setdefault(name.lower(), []).append(to_text(item))
    return {
        spelled[key]: ("; " if key == "cookie" else ", ").join(parts)
        for key, parts in texts.items()
    }


def _listed(value: Any) -> list[Any]:
    """Return a list's items, or the one value; null is nothing."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if item is not None]


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
    pairs = _pairs(ctx, settings.params, "/params")
    if isinstance(settings.auth, QueryAuth):
        key = _credential(ctx, settings.auth.value, "/auth/value")
        pairs += _encodable([(settings.auth.name, key)], "/auth/value")
    query = "&".join(part for part in (parts.query, urlencode(pairs, quote_via=quote)) if part)
    return urlunsplit(parts._replace(query=query, fragment=""))


def _pairs(ctx: NodeContext, fields: Pairs, pointer: str) -> list[tuple[str, str]]:
    """Return names and texts; a list gives one pair for each item, null none."""
    return _encodable(
        [
            (name, to_text(item))
            for name, template in pairs_of(fields)
            for item in _listed(ctx.value(template))
        ],
        pointer,
    )


def _encodable(pairs: list[tuple[str, str]], pointer: str) -> list[tuple[str, str]]:
    try:
        "".join(part for pair in pairs for part in pair).encode()
    except UnicodeEncodeError:
        raise _bad(pointer, "half of a surrogate pair, which is not valid Unicode") from None
    return pairs


def _credential(ctx: NodeContext, template: str, pointer: str) -> str:
    """Return what proves who asks; without it the answer would only be harder to understand."""
    text = ctx.text(template).strip()
    if not text:
        raise _bad(pointer, "no text; the reference gave nothing")
    return text


def _auth_headers(ctx: NodeContext, auth: Auth) -> dict[str, str]:
    match auth:
        case BearerAuth(token=token):
            return {"Authorization": f"Bearer {_credential(ctx, token, '/auth/token')}"}
        case BasicAuth(username=username, password=password):
            pair = f"{ctx.text(username)}:{ctx.text(password)}".encode(errors="replace")
            return {"Authorization": f"Basic {b64encode(pair).decode()}"}
        case HeaderAuth(name=name, value=value):
            return {name: _credential(ctx, value, "/auth/value")}
        case _:
            return {}


async def _body(ctx: NodeContext, body: Body) -> tuple[str | None, bytes | None]:
    """Return content type and bytes."""
    match body:
        case JsonBody():
            return "application/json", _json(ctx, body)
        case TextBody(text=text, content_type=content_type):
            return ctx.text(content_type), ctx.text(text).encode(errors="replace")
        case FormBody(fields=fields):
            pairs = _pairs(ctx, fields, "/body/fields")
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


def _json(ctx: NodeContext, body: JsonBody) -> bytes:
    if not isinstance(body.text, str):
        filled = ctx.value(body.value)
        check_value(filled, pointer="/body/value", max_bytes=MAX_BODY_BYTES)
        return msgspec.json.encode(filled)
    try:
        return render_json(body.text, lambda reference: ctx.value(f"{{{{{reference}}}}}"))
    except JsonTextFault as fault:
        raise _bad("/body/text", f"no JSON with these values: {fault}") from None


async def _multipart(ctx: NodeContext, fields: Pairs) -> tuple[str, bytes]:
    """Write the parts. The boundary follows from the effect, so that a repeat is the same."""
    boundary = f"skep-{hashlib.sha256(ctx.effect_key.encode()).hexdigest()[:32]}"
    parts: list[bytes] = []
    size = 0
    for name, template in pairs_of(fields):
        for item in _listed(ctx.value(template)):
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
