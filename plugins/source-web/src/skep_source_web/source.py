"""Lists and fetches pages: those that were named, those of sitemaps, those of a site."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import msgspec

from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.plugins.sources.kinds import (
    FetchedItem,
    KnownItem,
    KnownItems,
    SourceFault,
    SourceItem,
)
from skep_contracts.problems import FieldError, InvalidInput, ProviderFailed, SkepError
from skep_source_web.addresses import checked, document_name, folder, normal, origin
from skep_source_web.crawl import crawl
from skep_source_web.pages import Pages, memo_of
from skep_source_web.sitemaps import MAX_BYTES as MAX_SITEMAP_BYTES
from skep_source_web.sitemaps import SitemapEntry, read_sitemap

_DEFAULT_PAGES: Final = 500
_DEFAULT_DEPTH: Final = 5
_MAX_SITEMAPS: Final = 200


class WebSource:
    """A `Source` of web pages."""

    def __init__(self, context: PluginContext, settings: dict[str, Any]) -> None:
        """Read the settings.

        Raises:
            InvalidInput: An address is none.
        """
        self._pages = Pages(context.http)
        self._mode = settings.get("mode", "pages")
        self._addresses = list(dict.fromkeys(checked(one) for one in settings["addresses"]))
        self._max_pages = int(settings.get("max_pages", _DEFAULT_PAGES))
        self._max_depth = int(settings.get("max_depth", _DEFAULT_DEPTH))
        prefix = str(settings.get("prefix") or "")
        self._prefix = checked(prefix) if prefix else folder(self._addresses[0])
        if self._mode == "site" and not all(
            each.startswith(self._prefix) for each in self._addresses
        ):
            fault = f"does not begin with {self._prefix}"
            raise InvalidInput(
                f"An address of the site {fault}.",
                errors=[FieldError(pointer="/settings/addresses", message=fault)],
            )

    async def list_items(self, known: KnownItems) -> AsyncIterator[SourceItem | SourceFault]:
        """Yield pages."""
        if self._mode == "site":
            async for item in crawl(
                self._pages,
                self._addresses,
                known,
                prefix=self._prefix,
                max_pages=self._max_pages,
                max_depth=self._max_depth,
            ):
                yield item
        elif self._mode == "sitemap":
            async for item in self._of_sitemaps():
                yield item
        else:
            for address in self._addresses:
                yield _item(address)

    async def fetch(self, item: SourceItem, known: KnownItem | None) -> FetchedItem | None:
        """Return a page's content; None when it is as it was.

        Raises:
            InvalidInput: The site does not let programs read it.
            SkepError: It cannot be had.
        """
        # Somebody asked for single pages by name, as with a browser; a list is a program's work.
        refusal = None if self._mode == "pages" else await self._pages.refusal(item.id)
        if refusal is not None:
            raise refusal
        page = await self._pages.get(item.id, memo_of(known))
        if page.fetched is None:
            return None
        if self._mode != "pages" and origin(normal(page.address)) != origin(item.id):
            raise InvalidInput(f"{item.id} leads to another site.", code="leads_elsewhere")
        memo = msgspec.json.encode(page.memo).decode()
        return msgspec.structs.replace(page.fetched, memo=memo)

    async def _of_sitemaps(self) -> AsyncIterator[SourceItem | SourceFault]:
        waiting = list(self._addresses)
        seen = set(waiting)
        pages: set[str] = set()
        read = 0
        while waiting:
            address = waiting.pop(0)
            read += 1
            if read > _MAX_SITEMAPS:
                yield _too_many(address, f"There are more than {_MAX_SITEMAPS} sitemaps.")
                return
            try:
                entries = await self._entries(address)
            except SkepError as error:
                # What it lists is not known now, so nothing may be taken for gone.
                yield SourceFault(id=address, error=ProviderFailed(error.detail, code="sitemap"))
                continue
            for entry, place in _own(entries, address):
                if entry.is_sitemap and place not in seen:
                    seen.add(place)
                    waiting.append(place)
                elif not entry.is_sitemap and place not in pages:
                    if len(pages) >= self._max_pages:
                        yield _too_many(address, f"There are more than {self._max_pages} pages.")
                        return
                    pages.add(place)
                    yield _item(place, version=entry.changed)

    async def _entries(self, address: str) -> list[SitemapEntry]:
        return read_sitemap(await self._pages.raw(address, max_bytes=MAX_SITEMAP_BYTES))


def _own(entries: list[SitemapEntry], sitemap: str) -> Iterator[tuple[SitemapEntry, str]]:
    """Leave out what is of another host: a sitemap speaks for its own site alone."""
    for entry in entries:
        address = normal(entry.address)
        if address and origin(address) == origin(sitemap):
            yield entry, address


def _item(address: str, *, version: str = "") -> SourceItem:
    return SourceItem(
        id=address, name=document_name(address), version=version, metadata={"url": address}
    )


def _too_many(address: str, detail: str) -> SourceFault:
    return SourceFault(id=address, error=ProviderFailed(detail, code="source_too_large"))
