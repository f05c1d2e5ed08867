"""Fetches a page through the guarded client and returns a part of its text."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from skep_contracts.plugins.manifest import HttpResponse, PluginContext
from skep_contracts.plugins.tools import ToolResult
from skep_contracts.problems import FieldError, InvalidInput
from skep_tool_web_page.decoding import decode
from skep_tool_web_page.reading import Page, read_html

MAX_BYTES: Final = 3 * 1024 * 1024
DEFAULT_CHARACTERS: Final = 20_000
_FETCH_S: Final = 30.0
_SHOWN_OF_ERRORS: Final = 500
_ACCEPT: Final = "text/html,application/xhtml+xml,text/plain,application/json;q=0.9,*/*;q=0.1"
_PLAIN: Final = ("text/", "application/json", "application/xml", "application/yaml")
_PLAIN_SUFFIXES: Final = ("+json", "+xml")


class WebPageReader:
    """Reads pages. Addresses inside the network are refused by the client, also after redirects."""

    def __init__(self, context: PluginContext) -> None:
        self._http = context.http
        agent = str(context.settings.get("user_agent") or "Skep-web-page/1")
        self._headers = {"user-agent": agent, "accept": _ACCEPT}

    async def call(self, arguments: Mapping[str, Any], *, idempotency_key: str) -> ToolResult:
        """Return the text of the page at ``url``, from ``offset`` on.

        Raises:
            InvalidInput: The address is none that may be read.
            TooLarge: The page takes more than `MAX_BYTES`.
            ProviderFailed: The server cannot be reached.
            ProviderTimedOut: It does not answer in time.
        """
        response = await self._http.request(
            "GET",
            _checked(str(arguments["url"])),
            headers=self._headers,
            timeout_s=_FETCH_S,
            max_bytes=MAX_BYTES,
        )
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not _is_readable(kind, response.body):
            fault = f"The page is of type {kind:.80}, which cannot be read as text."
            return ToolResult(text=fault, data=_data(response, kind), is_error=True)
        # In a thread: a long page takes a good part of a second.
        page = await asyncio.to_thread(_read, response, kind)
        if response.status >= 400:
            text = f"The page answered with status {response.status}. {page.title}\n{page.text}"
            data = _data(response, kind)
            return ToolResult(text=text.strip()[:_SHOWN_OF_ERRORS], data=data, is_error=True)
        return _part(
            page,
            _data(response, kind),
            offset=int(arguments.get("offset", 0)),
            limit=int(arguments.get("max_characters", DEFAULT_CHARACTERS)),
        )


def _checked(url: str) -> str:
    """Return an address that may be asked for; one without a scheme is meant as https."""
    url = url.strip()
    if "://" not in url and not url.lower().startswith(("javascript:", "data:", "mailto:")):
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_good = False
    if not is_good:
        fault = "is no address of a web page"
        raise InvalidInput(
            f"`url` {fault}; it begins with https:// or http://.",
            errors=[FieldError(pointer="/url", message=fault)],
            code="bad_url",
        )
    return url


def _is_readable(kind: str, body: bytes) -> bool:
    if not kind or kind == "application/octet-stream":
        return b"\0" not in body[:1000]
    return _is_html(kind) or kind.startswith(_PLAIN) or kind.endswith(_PLAIN_SUFFIXES)


def _is_html(kind: str) -> bool:
    return kind in {"text/html", "application/xhtml+xml"}


def _read(response: HttpResponse, kind: str) -> Page:
    text = decode(response.body, response.headers.get("content-type", ""))
    begins = text[:200].lstrip().lower()
    if _is_html(kind) or (not kind and begins.startswith(("<!doctype html", "<html"))):
        return read_html(text, url=response.url)
    return Page(title="", text=text.strip())


def _data(response: HttpResponse, kind: str) -> dict[str, Any]:
    return {"url": response.url, "status": response.status, "content_type": kind}


def _part(page: Page, data: dict[str, Any], *, offset: int, limit: int) -> ToolResult:
    part = page.text[offset : offset + limit]
    left = max(0, len(page.text) - offset - len(part))
    lines = [line for line in (page.title and f"# {page.title}", data["url"], "", part) if line]
    if not part:
        lines.append("(There is no text here.)" if offset else "(The page has no text.)")
    if left:
        lines.append(f"({left:,} more characters; ask with offset {offset + len(part)} for them.)")
    data |= {
        "title": page.title,
        "text": part,
        "next_offset": offset + len(part) if left else None,
        "total_characters": len(page.text),
    }
    return ToolResult(text="\n\n".join(lines), data=data)
