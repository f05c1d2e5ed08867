"""The blocks of a page as Markdown, and the pages and databases that stand below it."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final

import msgspec

from skep_contracts.problems import TooLarge
from skep_source_notion.api import NotionApi
from skep_source_notion.texts import name_of, rich_text

_MOST_BLOCKS: Final = 20_000
_MAX_DEPTH: Final = 12
_HEADINGS: Final = {"heading_1": "##", "heading_2": "###", "heading_3": "####"}
_MARKS: Final = {"bulleted_list_item": "- ", "numbered_list_item": "1. ", "toggle": "- "}
_LISTED: Final = frozenset({*_MARKS, "to_do"})
_FILES: Final = frozenset({"image", "video", "audio", "file", "pdf"})
_LINKS: Final = frozenset({"bookmark", "embed", "link_preview"})


class Child(msgspec.Struct, frozen=True):
    """A page or a database below a page."""

    id: str
    is_database: bool = False


class PageText(msgspec.Struct):
    """What a page says, in Markdown."""

    paragraphs: list[str] = []
    children: list[Child] = []
    blocks: int = 0


async def read_page(api: NotionApi, page_id: str) -> PageText:
    """Read all blocks of a page.

    Raises:
        TooLarge: There are more than any document may have.
        SkepError: They cannot be had.
    """
    reading = _Reading(api)
    await reading.read(page_id, "", 0)
    return reading.text


class _Reading:
    def __init__(self, api: NotionApi) -> None:
        self.text = PageText(paragraphs=[], children=[])
        self._api = api

    async def read(self, block_id: str, indent: str, depth: int) -> None:
        before = ""
        async for block in self._blocks(block_id):
            kind = str(block.get("type") or "")
            content = block.get(kind)
            if not isinstance(content, dict):
                continue
            is_joined = kind in _LISTED and (kind == before or bool(indent and not before))
            await self._block(block, content, (indent, depth), is_joined=is_joined)
            before = kind

    async def _blocks(self, block_id: str) -> AsyncIterator[dict[str, Any]]:
        async for block in self._api.listed("GET", f"blocks/{block_id}/children"):
            self.text.blocks += 1
            if self.text.blocks > _MOST_BLOCKS:
                raise TooLarge(f"The page has more than {_MOST_BLOCKS:,} blocks.")
            yield block

    async def _block(
        self,
        block: Mapping[str, Any],
        content: Mapping[str, Any],
        place: tuple[str, int],
        *,
        is_joined: bool,
    ) -> None:
        indent, depth = place
        kind = str(block["type"])
        if kind in {"child_page", "child_database"}:
            child = Child(str(block.get("id")), kind == "child_database")
            self.text.children.append(child)
            self._add(name_of(str(content.get("title") or "")), indent)
            return
        if kind == "table":
            await self._table(str(block.get("id")), content, indent)
            return
        text = _text_of(kind, content)
        if text:
            self._add(text, indent, is_joined=is_joined)
        if block.get("has_children") and depth < _MAX_DEPTH:
            deeper = indent + "  " if kind in _LISTED else indent
            await self.read(_where_children_are(block, content), deeper, depth + 1)

    async def _table(self, block_id: str, table: Mapping[str, Any], indent: str) -> None:
        rows = []
        async for block in self._blocks(block_id):
            row = block.get("table_row")
            cells = row.get("cells") if isinstance(row, dict) else None
            shown = [rich_text(cell).replace("|", "\\|").replace("\n", " ") for cell in cells or ()]
            rows.append(f"| {' | '.join(shown)} |")
            if len(rows) == 1:
                if not table.get("has_column_header"):
                    rows.insert(0, f"|{'  |' * len(shown)}")
                rows.insert(1, f"|{'---|' * len(shown)}")
        self._add("\n".join(rows), indent)

    def _add(self, text: str, indent: str, *, is_joined: bool = False) -> None:
        lines = text.splitlines()
        moved = "\n".join(f"{indent}{line}" if line else "" for line in lines)
        if is_joined and self.text.paragraphs:
            self.text.paragraphs[-1] += f"\n{moved}"
        elif moved:
            self.text.paragraphs.append(moved)


def _where_children_are(block: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    original = content.get("synced_from")
    if isinstance(original, dict) and original.get("block_id"):
        return str(original["block_id"])
    return str(block.get("id"))


def _text_of(kind: str, content: Mapping[str, Any]) -> str:
    """Return what a block says itself; what nobody reads, such as a breadcrumb, says nothing."""
    said = rich_text(content.get("rich_text"))
    caption = rich_text(content.get("caption"))
    if kind in _HEADINGS:
        return f"{_HEADINGS[kind]} {said}" if said.strip() else ""
    if kind in _MARKS:
        return _MARKS[kind] + said
    if kind in _FILES:
        return _file(content, caption)
    if kind in _LINKS:
        return _linked(str(content.get("url") or ""), caption)
    special = _SPECIAL.get(kind)
    return special(content, said) if special else said


def _file(content: Mapping[str, Any], caption: str) -> str:
    external = content.get("external")
    url = external.get("url") if isinstance(external, dict) else ""
    # What Notion keeps itself has another address at every look, so it is named alone.
    return _linked(str(url or ""), caption or str(content.get("name") or ""))


def _linked(url: str, text: str) -> str:
    return f"[{text or url}]({url})" if url else text


def _code(content: Mapping[str, Any], _said: str) -> str:
    parts = (part.get("plain_text") for part in content.get("rich_text") or ())
    code = "".join(part for part in parts if isinstance(part, str))
    fence = "```" if "```" not in code else "`````"
    return f"{fence}{content.get('language') or ''}\n{code}\n{fence}"


_SPECIAL: Final[dict[str, Callable[[Mapping[str, Any], str], str]]] = {
    "to_do": lambda content, said: f"- [{'x' if content.get('checked') else ' '}] {said}",
    "quote": lambda _, said: "\n".join(f"> {line}" for line in said.splitlines()),
    "callout": lambda _, said: "\n".join(f"> {line}" for line in said.splitlines()),
    "code": _code,
    "equation": lambda content, _: f"$$ {content.get('expression') or ''} $$",
    "divider": lambda _content, _said: "---",
}
