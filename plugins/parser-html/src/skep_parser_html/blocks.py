"""Collects the text between two block elements, and knows what it is: heading, list or table."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from skep_contracts.plugins.parsers import Block

MAX_BLOCK_CHARS: Final = 65_536
"""A longer text is cut, so that whoever takes the blocks needs little memory."""

_Kind = Literal["heading", "paragraph", "table", "code", "list"]

_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_LISTS: Final = frozenset({"ul", "ol", "menu", "dl"})
_ITEMS: Final = frozenset({"li", "dt", "dd"})
_OUTER: Final = frozenset({*_LISTS, "table", "pre"})
_ROWS: Final = {"tr": "\n", "td": " | ", "th": " | "}
_MAX_HEADING_CHARS: Final = 1_000
_BREAKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "details",
        "dialog",
        "div",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "main",
        "p",
        "search",
        "section",
        "summary",
    ]
)
_SPACE: Final = re.compile(r"[ \t\n\r\f\v\u00a0]+")
_INDENT: Final = "  "
_REMOVED: Final = dict.fromkeys([*range(9), 0x0B, *range(0x0E, 0x20), 0x7F, 0xFEFF, 0xFFFE, 0xFFFF])


class BlockBuilder:
    """Takes the events of a walk through the tree and yields blocks as they are complete.

    Outside of preformatted text white space is one blank, so a line feed among the parts always
    means a new line: of an address, a row of a table, an item of a list.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._parts: list[str] = []
        self._size = 0
        self._heading: str | None = None
        self._lists: list[int] = []  # one per open list: its next number, 0 for bullets
        self._is_item_fresh = False
        self._tables = 0
        self._pre = 0

    def enter(self, tag: str, attributes: Mapping[str, str | None]) -> Iterator[Block]:
        """Note that an element begins."""
        if tag in _HEADINGS and not self._tables and not self._lists:
            yield from self._flush(self._kind)
            self._heading = self._heading or tag
        elif tag in _OUTER and not self._is_inside:
            yield from self._flush(self._kind)
        elif tag in _ITEMS and not self._lists:
            yield from self._break()
        if tag in _LISTS:
            self._lists.append(1 if tag == "ol" else 0)
        elif tag == "table":
            self._tables += 1
        elif tag == "pre":
            self._pre += 1
        elif tag in _BREAKS:
            yield from self._break()
        else:
            self._add(self._mark(tag, attributes))

    def leave(self, tag: str) -> Iterator[Block]:
        """Note that an element ends."""
        kind = self._kind
        if tag in _LISTS:
            self._lists = self._lists[:-1]
        elif tag == "table":
            self._tables = max(0, self._tables - 1)
        elif tag == "pre":
            self._pre = max(0, self._pre - 1)
        if tag == self._heading or (tag in _OUTER and not self._is_inside):
            yield from self._flush(kind)
        elif tag in _BREAKS or tag in _OUTER:
            yield from self._break()

    def text(self, text: str) -> Iterator[Block]:
        """Take text as it stands in the page."""
        if not self._pre:
            text = _SPACE.sub(" ", text)
        self._is_item_fresh = self._is_item_fresh and not text.strip()
        self._add(text)
        if self._size > MAX_BLOCK_CHARS:
            yield from self._flush(self._kind, ends=False)

    def finish(self) -> Iterator[Block]:
        """Yield what is left."""
        yield from self._flush(self._kind)

    @property
    def _kind(self) -> _Kind:
        if self._heading:
            return "heading"
        if self._tables:
            return "table"
        if self._lists:
            return "list"
        return "code" if self._pre else "paragraph"

    @property
    def _is_inside(self) -> bool:
        """Whether an outer element is open that becomes one block as a whole."""
        return bool(self._heading or self._tables or self._lists or self._pre)

    def _add(self, part: str) -> None:
        if part:
            self._parts.append(part)
            self._size += len(part)

    def _mark(self, tag: str, attributes: Mapping[str, str | None]) -> str:
        """Return what stands for the beginning of an element that interrupts no paragraph."""
        if tag in _ITEMS:
            return self._item_mark(tag)
        if tag == "br":
            return " " if self._tables else "\n"
        if tag == "img":
            return f" {attributes.get('alt') or ''} "
        if tag in _ROWS:
            return _ROWS[tag]
        return ""

    def _item_mark(self, tag: str) -> str:
        if self._tables:
            return " "
        self._is_item_fresh = True
        if tag in {"dt", "dd"}:
            return "\n"
        number = self._lists[-1] if self._lists else 0
        if number:
            self._lists[-1] += 1
        indent = _INDENT * (len(self._lists) - 1)
        return f"\n{indent}{number}. " if number else f"\n{indent}- "

    def _break(self) -> Iterator[Block]:
        """End a paragraph; inside of a list a line, inside of a table or a heading nothing."""
        if self._heading or self._tables:
            self._add(" ")
        elif self._lists or self._pre:
            self._add("" if self._is_item_fresh else "\n")
        else:
            yield from self._flush("paragraph")

    def _flush(self, kind: _Kind, *, ends: bool = True) -> Iterator[Block]:
        raw = "".join(self._parts).translate(_REMOVED)
        level = _HEADINGS[self._heading] if self._heading else 0
        self._parts, self._size = [], 0
        if ends:
            self._heading = None
        if kind == "code":
            text = raw.strip("\n").rstrip()
        elif kind == "heading":
            text = " ".join(raw.split())
        else:
            text = "\n".join(_lines(raw, kind))
        if not text.strip():
            return
        if len(text) > _MAX_HEADING_CHARS and kind == "heading":
            kind, level = "paragraph", 0
        yield from self._title_before(text, kind)
        for piece in _pieces(text):
            yield Block(text=piece, kind=kind, level=level)

    def _title_before(self, text: str, kind: _Kind) -> Iterator[Block]:
        """Yield the page's title first of all, unless its first heading says the same."""
        title, self._title = self._title.translate(_REMOVED)[:_MAX_HEADING_CHARS], ""
        if title and not (kind == "heading" and text == title):
            yield Block(text=title, kind="heading", level=1)


def _lines(raw: str, kind: _Kind) -> Iterator[str]:
    """Yield the lines that have something to read, each with single blanks."""
    for line in raw.split("\n"):
        text = " ".join(line.split())
        if kind == "table":
            text = text.strip("| ") if text.startswith("| ") else text
        elif kind == "list":
            indent = line[: len(line) - len(line.lstrip())]
            text = f"{indent if _is_item(text) else ''}{text}"
        if text.strip("|- "):
            yield text


def _is_item(text: str) -> bool:
    mark, _, _ = text.partition(" ")
    return mark == "-" or (mark[:-1].isdigit() and mark.endswith("."))


def _pieces(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > MAX_BLOCK_CHARS:
        middle, last = start + MAX_BLOCK_CHARS // 2, start + MAX_BLOCK_CHARS
        end = text.rfind("\n", middle, last) + 1 or text.rfind(" ", middle, last) + 1 or last
        piece = text[start:end].strip("\n")
        if piece.strip():
            yield piece
        start = end
    yield text[start:]
