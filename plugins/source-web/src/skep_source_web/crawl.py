"""Follows the links of a site, as far as it was told to and the site allows."""

from collections import Counter, deque
from collections.abc import AsyncIterator, Sequence
from typing import Final
from urllib.parse import urlsplit

import msgspec

from skep_contracts.plugins.sources.kinds import (
    FetchedItem,
    KnownItem,
    KnownItems,
    SourceFault,
    SourceItem,
)
from skep_contracts.problems import Gone, InvalidInput, NotFound, ProviderFailed, SkepError
from skep_source_web.addresses import document_name, is_trap, normal
from skep_source_web.links import PageLinks, read_links
from skep_source_web.pages import Page, PageMemo, Pages, memo_of

_MOST_QUERIES: Final = 50
"""Pages of one path that differ in what follows the ``?``: calendars have them without end."""
_WAITING_PER_PAGE: Final = 20
_KEPT_LINKS_BYTES: Final = 48 * 1024
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_SETTLED: Final = (NotFound, Gone, InvalidInput)


async def crawl(
    pages: Pages,
    starts: Sequence[str],
    known: KnownItems,
    *,
    prefix: str,
    max_pages: int,
    max_depth: int,
) -> AsyncIterator[SourceItem | SourceFault]:
    """Yield the pages below a prefix, each once, the nearest first."""
    frontier = _Frontier(starts, prefix, max_pages=max_pages, max_depth=max_depth)
    while (place := frontier.next()) is not None:
        address, depth = place
        before = await known(address)
        try:
            refusal = await pages.refusal(address)
            if refusal is not None:
                raise refusal
            page = await pages.get(address, memo_of(before))
        except SkepError as error:
            if depth == 0 or not isinstance(error, _SETTLED):
                yield SourceFault(id=address, error=error)
            continue
        links, memo = _links(page)
        at = normal(page.address)
        own = at if not links.canonical.startswith(prefix) else links.canonical
        if not at.startswith(prefix) or (own != address and not frontier.claim(own)):
            continue  # it leads elsewhere, or is the same as a page that was met before
        frontier.add(links.links, depth + 1)
        if links.is_indexed:
            yield _item(own, page, memo, before)
    if frontier.is_cut:
        detail = f"The site has more than the {max_pages} pages that are read."
        yield SourceFault(id=starts[0], error=ProviderFailed(detail, code="source_too_large"))


class _Frontier:
    """Addresses still to be asked for; what it holds and gives is bounded."""

    def __init__(
        self, starts: Sequence[str], prefix: str, *, max_pages: int, max_depth: int
    ) -> None:
        self._waiting = deque((address, 0) for address in starts)
        self._seen = set(starts)
        self._paths: Counter[str] = Counter()
        self._prefix = prefix
        self._left = max_pages
        self._max_waiting = max_pages * _WAITING_PER_PAGE
        self._max_depth = max_depth
        self.is_cut = False

    def next(self) -> tuple[str, int] | None:
        if not self._waiting:
            return None
        if self._left <= 0:
            self.is_cut = True
            return None
        self._left -= 1
        return self._waiting.popleft()

    def claim(self, address: str) -> bool:
        """Take an address that a page turned out to be; False when it was met already."""
        is_new = address not in self._seen
        self._seen.add(address)
        return is_new

    def add(self, links: Sequence[str], depth: int) -> None:
        if depth > self._max_depth:
            return
        for link in links:
            if not link.startswith(self._prefix) or link in self._seen or is_trap(link):
                continue
            if len(self._waiting) >= self._max_waiting:
                self.is_cut = True
                return
            path = urlsplit(link).path
            self._paths[path] += 1
            if self._paths[path] <= _MOST_QUERIES:
                self._seen.add(link)
                self._waiting.append((link, depth))


def _links(page: Page) -> tuple[PageLinks, PageMemo]:
    if page.fetched is None:  # as it was, and so are its links
        return PageLinks(links=page.memo.links, canonical=page.memo.canonical), page.memo
    if page.fetched.media_type not in _HTML:
        return PageLinks(), page.memo
    text = page.fetched.content.decode("utf-8", "replace")
    links = read_links(text, address=normal(page.address), said=page.orders)
    memo = msgspec.structs.replace(page.memo, links=links.links, canonical=links.canonical)
    if len(msgspec.json.encode(memo)) > _KEPT_LINKS_BYTES:
        memo = PageMemo()  # asked for whole the next time
    return links, memo


def _item(address: str, page: Page, memo: PageMemo, before: KnownItem | None) -> SourceItem:
    fetched: FetchedItem | None = None
    version = before.version if before is not None else ""
    if page.fetched is not None:
        memo_text = msgspec.json.encode(memo).decode()
        fetched = msgspec.structs.replace(page.fetched, memo=memo_text)
        version = fetched.version
    return SourceItem(
        id=address,
        name=document_name(address),
        version=version,
        metadata={"url": address},
        fetched=fetched,
    )
