"""Lists and fetches pages: those below some roots, or those that a search finds."""

import re
from collections import deque
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
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
from skep_contracts.problems import (
    FieldError,
    Forbidden,
    InvalidInput,
    NotFound,
    ProviderFailed,
    RateLimited,
    SkepError,
    Unauthenticated,
)
from skep_source_notion.api import API_URL, NotionApi
from skep_source_notion.blocks import Child, read_page
from skep_source_notion.texts import property_lines, title_of

_MAX_PAGES: Final = 1_000
_MAX_MEMO: Final = 60_000
_SETTLES_S: Final = 150.0
"""Times of edits are whole minutes: what is younger may still change within its own."""
_ID: Final = re.compile(r"([0-9a-f]{32})\Z")
_ENDING: Final = (Unauthenticated, Forbidden, RateLimited)
_SEARCH: Final = {
    "filter": {"property": "object", "value": "page"},
    "sort": {"timestamp": "last_edited_time", "direction": "ascending"},
}


class NotionSource:
    """A `Source` of pages of Notion."""

    def __init__(self, context: PluginContext, settings: dict[str, Any]) -> None:
        """Read the settings.

        Raises:
            InvalidInput: A root is neither an address nor an id.
        """
        url = str(context.settings.get("api_url") or API_URL)
        token = str(settings["token"]).strip()
        if not token.isascii() or not token.isprintable():
            raise InvalidInput(
                "The token has letters that no token of Notion has.",
                errors=[FieldError(pointer="/settings/token", message="is no token")],
            )
        self._api = NotionApi(context.http, token, url=url)
        self._context = context
        self._roots = list(dict.fromkeys(_id_in(root) for root in settings.get("roots") or ()))
        self._max_pages = int(settings.get("max_pages") or _MAX_PAGES)

    async def list_items(self, known: KnownItems) -> AsyncIterator[SourceItem | SourceFault]:
        """Yield pages."""
        found = self._below(known) if self._roots else self._searched()
        left = self._max_pages
        async for one in found:
            if isinstance(one, SourceItem):
                if not left:
                    detail = f"There are more than the {self._max_pages:,} pages that are read."
                    error = ProviderFailed(detail, code="source_too_large")
                    yield SourceFault(id="max_pages", error=error)
                    return
                left -= 1
            yield one

    async def fetch(self, item: SourceItem, known: KnownItem | None) -> FetchedItem | None:
        """Return a page as Markdown.

        Raises:
            NotFound: It is not there any more, or not connected with the integration.
            SkepError: It cannot be had.
        """
        page = await self._api.get(f"pages/{item.id}")
        if _is_gone(page):
            raise NotFound("The page was moved to the trash.")
        return await self._read(page)

    async def _searched(self) -> AsyncIterator[SourceItem]:
        seen: set[str] = set()
        async for page in self._api.listed("POST", "search", _SEARCH):
            item = self._item(page)
            if item.id and item.id not in seen and not _is_gone(page):
                seen.add(item.id)
                yield item

    async def _below(self, known: KnownItems) -> AsyncIterator[SourceItem | SourceFault]:
        waiting: deque[tuple[Child, bool]] = deque((Child(root), True) for root in self._roots)
        seen = set(self._roots)
        while waiting:
            child, is_root = waiting.popleft()
            try:
                item, below = await self._visit(child, known, is_root=is_root)
            except SkepError as error:
                if isinstance(error, _ENDING):
                    raise
                yield SourceFault(id=child.id, error=error)
                continue
            if item is not None:
                yield item
            for each in below:
                if each.id not in seen:
                    seen.add(each.id)
                    waiting.append((each, False))

    async def _visit(
        self, child: Child, known: KnownItems, *, is_root: bool
    ) -> tuple[SourceItem | None, list[Child]]:
        """Return the item of a page and what is below it; a database is no item itself."""
        if child.is_database:
            try:
                return None, await self._rows(child.id)
            except NotFound:  # a view of a database that is elsewhere cannot be asked
                return None, []
        try:
            page = await self._api.get(f"pages/{child.id}")
        except (NotFound, InvalidInput):
            if not is_root:
                raise
            return None, await self._rows(child.id)  # an address does not tell the two apart
        if _is_gone(page):
            raise NotFound("The page was moved to the trash.")
        item = self._item(page)
        before = await known(item.id)
        remembered = None if before is None else _children_in(before.memo)
        if before is not None and before.version == item.version and remembered is not None:
            return item, remembered
        fetched = await self._read(page)
        return msgspec.structs.replace(item, fetched=fetched), _children_in(fetched.memo) or []

    async def _rows(self, database_id: str) -> list[Child]:
        return [
            Child(_dashed(str(page.get("id"))))
            async for page in self._api.listed("POST", f"databases/{database_id}/query", {})
            if page.get("object") == "page" and not _is_gone(page)
        ]

    async def _read(self, page: Mapping[str, Any]) -> FetchedItem:
        text = await read_page(self._api, _dashed(str(page.get("id"))))
        parts = [f"# {title_of(page)}", "\n".join(property_lines(page)), *text.paragraphs]
        memo = msgspec.json.encode(text.children).decode()
        return FetchedItem(
            content="\n\n".join(part for part in parts if part).encode("utf-8", "replace"),
            media_type="text/markdown",
            version=self._version(page),
            memo=memo if len(memo) <= _MAX_MEMO else "",
        )

    def _item(self, page: Mapping[str, Any]) -> SourceItem:
        url = page.get("url")
        return SourceItem(
            id=_dashed(str(page.get("id") or "")),
            name=title_of(page),
            version=self._version(page),
            metadata={"url": url} if isinstance(url, str) else {},
        )

    def _version(self, page: Mapping[str, Any]) -> str:
        edited = str(page.get("last_edited_time") or "")
        try:
            age_s = self._context.now_s() - datetime.fromisoformat(edited).timestamp()
        except ValueError:
            return edited
        return edited if age_s > _SETTLES_S else f"{edited}~"


def _id_in(text: str) -> str:
    """Return the id that an address or a text ends with.

    Raises:
        InvalidInput: There is none.
    """
    path = text.strip().partition("?")[0].partition("#")[0].rstrip("/")
    found = _ID.search(path.replace("-", "").lower())
    if found is None:
        fault = "is neither an address of Notion nor an id"
        raise InvalidInput(
            f"{text[:100]!r} {fault}.",
            errors=[FieldError(pointer="/settings/roots", message=fault)],
        )
    return _dashed(found[1])


def _dashed(page_id: str) -> str:
    """Return an id in the one form in which it is remembered."""
    plain = page_id.replace("-", "").lower()
    if not _ID.fullmatch(plain):
        return page_id
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))


def _is_gone(page: Mapping[str, Any]) -> bool:
    return bool(page.get("archived") or page.get("in_trash"))


def _children_in(memo: str) -> list[Child] | None:
    try:
        return msgspec.json.decode(memo, type=list[Child])
    except msgspec.DecodeError:
        return None
