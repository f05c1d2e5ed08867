"""What becomes of an answer: text, JSON or a file; or an error by its status."""

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

import msgspec

from skep_contracts.plugins.manifest import HttpResponse
from skep_contracts.plugins.nodes import NodeContext
from skep_contracts.problems import InvalidInput, ProviderFailed, RateLimited, SkepError
from skep_contracts.values import check_value, file_to_value

if TYPE_CHECKING:
    from email.message import Message

_TEXTUAL: Final = re.compile(
    r"text/|application/([a-z0-9.+-]+\+)?(json|xml|x-ndjson|yaml|javascript|graphql)$"
    r"|application/(x-www-form-urlencoded|x-yaml)$"
)
_CHARSETS: Final = re.compile(
    r"utf-?8|utf-?(16|32)(le|be)?|us-ascii|ascii|(iso-?8859|latin)-?\d{1,2}|windows-125\d|cp125\d"
    r"|koi8-[ru]|big5(-hkscs)?|gbk|gb2312|gb18030|shift[-_]jis|euc-(jp|kr)",
    re.IGNORECASE,
)
_MAX_SHOWN: Final = 300
_TEMPORARY: Final = frozenset({408, 425, 429})


def raise_for_status(response: HttpResponse, retry_statuses: tuple[int, ...] | None) -> None:
    """Raise what a status of 400 and above means for a retry.

    `retry_statuses` are those after which the same request may work later; None for 408, 425, 429
    and 5xx.

    Raises:
        RateLimited: One of these with a time to wait, and 429.
        ProviderFailed: Another of these.
        InvalidInput: Any other: the same request will fail again.
    """
    status = response.status
    if status < 400:
        return
    host = urlsplit(response.url).hostname or "The server"
    detail = f"{host} answered with status {status}."
    wait_s = _retry_after(response.headers.get("retry-after"))
    code = f"http_status_{status}"
    may_work_later = (
        status >= 500 or status in _TEMPORARY
        if retry_statuses is None
        else status in retry_statuses
    )
    error: SkepError
    if not may_work_later:
        error = InvalidInput(detail, code=code)
    elif status == 429 or (status == 503 and wait_s is not None):
        error = RateLimited(detail, retry_after_s=wait_s, code=code)
    else:
        error = ProviderFailed(detail, retry_after_s=wait_s, code=code)
    raise error


def _retry_after(value: str | None) -> float | None:
    """Read seconds; the other form, a date, depends on a clock that may differ from ours."""
    return float(value) if value is not None and re.fullmatch(r"[0-9]{1,7}", value) else None


async def read_answer(ctx: NodeContext, response: HttpResponse, wanted: str) -> dict[str, Any]:
    """Return the outputs.

    Raises:
        ProviderFailed: JSON was wanted and is not there.
    """
    outputs: dict[str, Any] = {
        "status": response.status,
        "headers": {name: _unicode(value) for name, value in response.headers.items()},
        "body": "",
        "json": None,
        "file": None,
    }
    header = _parsed(response, "content-type")
    mime_type = header.get_content_type() if response.headers.get("content-type") else ""
    if wanted == "file" or (wanted == "auto" and _is_file(response, mime_type)):
        name = _file_name(response)
        mime_type = mime_type or "application/octet-stream"
        file = await ctx.store_file(response.body, name=name, mime_type=mime_type)
        outputs["file"] = file_to_value(file)
        return outputs
    outputs["body"] = _decoded(response.body, header.get_content_charset())
    if wanted in {"json", "auto"}:
        outputs["json"], fault = _json(outputs["body"])
        if wanted == "json" and fault is not None:
            raise ProviderFailed(f"The answer is not JSON: {fault}.", code="answer_is_not_json")
    return outputs


def _parsed(response: HttpResponse, name: str) -> "Message":
    """Return something that knows the parameters of a header, RFC 2231 among them."""
    from email.message import Message

    header = Message()
    header[name] = " ".join(response.headers.get(name, "").split())
    return header


def _is_file(response: HttpResponse, mime_type: str) -> bool:
    disposition = response.headers.get("content-disposition", "").lower()
    if disposition.startswith("attachment") or "filename" in disposition:
        return True
    return bool(response.body) and bool(mime_type) and not _TEXTUAL.match(mime_type)


def _file_name(response: HttpResponse) -> str:
    """Return the name the server gives, or the last part of the path; a bare name in any case."""
    try:
        given = _parsed(response, "content-disposition").get_filename() or unquote(
            urlsplit(response.url).path
        )
    except (ValueError, LookupError):
        given = ""
    name = re.split(r"[/\\]", given)[-1]
    name = "".join(character for character in name if character.isprintable()).strip(". ")
    return name[:200] or "download"


def _decoded(body: bytes, charset: str | None) -> str:
    known = charset if charset and _CHARSETS.fullmatch(charset) else "utf-8"
    try:
        text = body.decode(known, errors="replace")
    except LookupError:
        text = body.decode(errors="replace")
    return _unicode(text.removeprefix("\ufeff"))


def _unicode(text: str) -> str:
    return text.encode(errors="replace").decode()


def _json(text: str) -> tuple[Any, str | None]:
    try:
        value = msgspec.json.decode(text)
        check_value(value)
    except msgspec.DecodeError as error:
        return None, str(error)[:_MAX_SHOWN]
    except (RecursionError, SkepError):
        return None, "it is nested too deeply"
    return value, None
