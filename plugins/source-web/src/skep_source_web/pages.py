"""Asks for pages: conditionally, in bounded size and time, and not faster than a site likes it."""

import asyncio
import codecs
import hashlib
from typing import Final

import msgspec

from skep_contracts.plugins.manifest import HttpClient, HttpResponse
from skep_contracts.plugins.sources.kinds import FetchedItem, KnownItem
from skep_contracts.problems import (
    Gone,
    InvalidInput,
    NotFound,
    ProviderFailed,
    RateLimited,
    SkepError,
)
from skep_source_web.addresses import origin
from skep_source_web.robots import MAX_BYTES as MAX_ROBOTS_BYTES
from skep_source_web.robots import NOTHING, Robots, read_robots

MAX_PAGE_BYTES: Final = 20 * 1024 * 1024
_PAGE_S: Final = 30.0
_MAX_SITES: Final = 64
_MOST_WAIT_S: Final = 3600.0
_DEFAULT_WAIT_S: Final = 30.0
_HEADERS: Final = {
    "user-agent": "Skep/1 (source-web)",
    "accept": "text/html,application/xhtml+xml,application/pdf,text/*;q=0.9,*/*;q=0.1",
}
_READABLE: Final = ("text/", "application/pdf", "application/xhtml+xml", "application/epub+zip")
_READABLE_PARTS: Final = ("officedocument", "opendocument")


class PageMemo(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is remembered of a page."""

    etag: str = ""
    modified: str = ""
    links: tuple[str, ...] = ()
    canonical: str = ""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """An answer; `fetched` is None when the page is as it was."""

    address: str
    """After redirects."""
    fetched: FetchedItem | None
    memo: PageMemo
    orders: str = ""
    """The header ``X-Robots-Tag``."""


def memo_of(known: KnownItem | None) -> PageMemo:
    """Return what was remembered, nothing when it cannot be read."""
    try:
        return msgspec.json.decode(known.memo, type=PageMemo) if known else PageMemo()
    except msgspec.DecodeError:
        return PageMemo()


class Pages:
    """Asks for pages, one after the other."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http
        self._robots: dict[str, Robots] = {}

    async def get(self, address: str, memo: PageMemo, *, max_bytes: int = MAX_PAGE_BYTES) -> Page:
        """Ask for a page, only if it changed since `memo`.

        Raises:
            NotFound: There is no such page.
            InvalidInput: It is refused, or is nothing to read.
            SkepError: It cannot be had now.
        """
        conditions = {"if-none-match": memo.etag, "if-modified-since": memo.modified}
        headers = _HEADERS | {name: value for name, value in conditions.items() if value}
        answer = await self._http.request(
            "GET", address, headers=headers, timeout_s=_PAGE_S, max_bytes=max_bytes
        )
        orders = answer.headers.get("x-robots-tag", "")
        if answer.status == 304 and conditions:
            return Page(address=answer.url, fetched=None, memo=memo, orders=orders)
        _check(answer, address)
        said = answer.headers.get("content-type", "")
        return Page(
            address=answer.url,
            fetched=FetchedItem(
                content=_as_utf8(answer.body, said),
                media_type=said.partition(";")[0].strip().lower() or "text/html",
                version=hashlib.sha256(answer.body).hexdigest(),
            ),
            memo=PageMemo(
                etag=answer.headers.get("etag", "")[:500],
                modified=answer.headers.get("last-modified", "")[:100],
            ),
            orders=orders,
        )

    async def raw(self, address: str, *, max_bytes: int) -> bytes:
        """Return a file as it is, such as a sitemap.

        Raises:
            SkepError: It cannot be had.
        """
        answer = await self._http.request(
            "GET", address, headers=_HEADERS, timeout_s=_PAGE_S, max_bytes=max_bytes
        )
        if answer.status != 200:
            raise ProviderFailed(f"{address} answered with HTTP {answer.status}.")
        return answer.body

    async def refusal(self, address: str) -> SkepError | None:
        """Return why a page may not be read, None when it may, after the pause the site asks for.

        `InvalidInput` says that the site does not want it, `ProviderFailed` that nobody knows now.
        """
        site = origin(address)
        if site not in self._robots:
            if len(self._robots) >= _MAX_SITES:
                self._robots.clear()
            self._robots[site] = await self._rules(site)
        rules = self._robots[site]
        if rules is NOTHING:
            return ProviderFailed(
                f"{site}/robots.txt cannot be had, so nothing of the site is read.",
                code="robots_unavailable",
            )
        if not rules.allows(address):
            return InvalidInput(f"robots.txt does not allow {address}.", code="robots_disallow")
        if rules.delay_s:
            await asyncio.sleep(rules.delay_s)
        return None

    async def _rules(self, site: str) -> Robots:
        try:
            answer = await self._http.request(
                "GET",
                f"{site}/robots.txt",
                headers=_HEADERS,
                timeout_s=_PAGE_S,
                max_bytes=MAX_ROBOTS_BYTES,
            )
        except SkepError:
            return NOTHING
        if answer.status == 429 or answer.status >= 500:
            return NOTHING
        return read_robots(answer.body) if answer.status == 200 else Robots()


def _check(answer: HttpResponse, address: str) -> None:
    status = answer.status
    if status in {404, 410}:
        kind = Gone if status == 410 else NotFound
        raise kind(f"{address} is not there any more (HTTP {status}).", code="page_gone")
    if status == 429:
        raise RateLimited(
            f"{origin(address)} asks for fewer requests.",
            retry_after_s=_retry_after_s(answer.headers.get("retry-after", "")),
        )
    if status in {401, 403}:
        raise InvalidInput(f"{address} is not public (HTTP {status}).", code="page_not_public")
    if status != 200:
        raise ProviderFailed(f"{address} answered with HTTP {status}.")
    kind_of = answer.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
    if not kind_of.startswith(_READABLE) and not any(part in kind_of for part in _READABLE_PARTS):
        raise InvalidInput(f"{address} is {kind_of[:80]}, nothing to read.", code="not_readable")


def _retry_after_s(value: str) -> float:
    return min(float(value), _MOST_WAIT_S) if value.strip().isdigit() else _DEFAULT_WAIT_S


def _as_utf8(body: bytes, said: str) -> bytes:
    """Return text in UTF-8 where only the header tells its encoding; other bytes as they are."""
    label = said.lower().partition("charset=")[2].strip(" \"';")[:40]
    if not said.lower().startswith("text/") or not label:
        return body
    try:
        body.decode()
    except UnicodeDecodeError:
        pass
    else:
        return body
    try:
        name = codecs.lookup(label).name
        "".encode(name)  # refuses codecs that are none of texts
        slow = {"idna", "punycode", "unicode_escape", "raw_unicode_escape"}
        return body if name in slow else body.decode(name, "replace").encode()
    except (LookupError, ValueError):
        return body
