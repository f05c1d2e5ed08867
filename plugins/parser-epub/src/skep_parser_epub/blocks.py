"""Makes blocks of what a walk through a page meets: headings, paragraphs, lists, tables, code."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from skep_contracts.plugins.parsers import Block

MAX_BLOCK_CHARS: Final = 65_536

_Kind = Literal["heading", "paragraph", "table", "code", "list"]

_OUTER: Final[dict[str, _Kind]] = {
    **{f"h{level}": "heading" for level in range(1, 7)},
    **dict.fromkeys(["ul", "ol", "dl"], "list"),
    "table": "table",
    "pre": "code",
}
_LISTS: Final = frozenset({"ul", "ol", "dl"})
_BREAKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "div",
        "figcaption",
        "figure",
        "footer",
        "header",
        "hr",
        "main",
        "p",
        "section",
    ]
)
_SPACE: Final = re.compile(r"[ \t\n\r\f\v\u00a0]+")
_REMOVED: Final = dict.fromkeys([*range(9), *range(0x0B, 0x20), 0x7F, 0xAD, 0xFEFF, 0xFFFE, 0xFFFF])
_MAX_HEADING_CHARS: Final = 1_000


class BlockBuilder:
    """Is told of every element and text in order. What has begun is always ended.

    The outermost list, table, heading or preformatted text becomes one block as a whole.
    """

    def __init__(self, outer_level: int) -> None:
        """Write headings that stand below `outer_level`."""
        self._outer_level = outer_level
        self._blocks: list[Block] = []
        self._parts: list[str] = []
        self._size = 0
        self._depth = 0
        self._outer: tuple[str, int] | None = None
        self._numbers: list[int] = []  # one per open list: its next number, 0 for bullets
        self._is_item_fresh = False

    def taken(self) -> list[Block]:
        """Return the blocks that are complete, once."""
        blocks, self._blocks = self._blocks, []
        return blocks

    def enter(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        """Note that an element begins."""
        self._depth += 1
        if self._outer is None and (tag in _OUTER or tag in _BREAKS):
            self._flush()
            if tag in _OUTER:
                self._outer = (tag, self._depth)
        if tag == "img":
            self._add(f" {attributes.get('alt') or ''} ")
        elif tag == "br":
            self._add("\n" if self._kind in {"paragraph", "list", "code"} else " ")
        elif self._outer is not None:
            self._enter_inside(tag)

    def leave(self, tag: str) -> None:
        """Note that an element ends."""
        if self._outer == (tag, self._depth):
            self._flush()
            self._outer, self._numbers = None, []
        elif self._outer is None and tag in _BREAKS:
            self._flush()
        elif tag in _LISTS and self._numbers:
            self._numbers.pop()
            self._add("\n" if self._kind == "list" else " ")
        elif self._outer is not None and tag in _BREAKS:
            self._break()
        self._depth -= 1

    def text(self, text: str) -> None:
        """Take text as it stands in the page."""
        if self._kind != "code":
            text = _SPACE.sub(" ", text)
        self._is_item_fresh = self._is_item_fresh and not text.strip()
        self._add(text)
        if self._size > MAX_BLOCK_CHARS:
            self._flush()

    def finish(self) -> None:
        """Write what is left."""
        self._flush()

    @property
    def _kind(self) -> _Kind:
        return _OUTER[self._outer[0]] if self._outer else "paragraph"

    def _enter_inside(self, tag: str) -> None:
        if tag in _LISTS:
            self._numbers.append(1 if tag == "ol" else 0)
        elif self._kind == "table" and tag in {"tr", "td", "th"}:
            self._add("\n" if tag == "tr" else " | ")
        elif self._kind == "list" and tag in {"li", "dt", "dd"}:
            self._item(tag)
        elif tag in _BREAKS:
            self._break()

    def _item(self, tag: str) -> None:
        number = self._numbers[-1] if self._numbers else 0
        if tag != "li":
            self._add("\n")
            return
        if number:
            self._numbers[-1] += 1
        indent = "  " * min(len(self._numbers) - 1, 9)
        self._add(f"\n{indent}{number}. " if number else f"\n{indent}- ")
        self._is_item_fresh = True

    def _break(self) -> None:
        """End a paragraph inside of something that becomes one block."""
        if self._kind == "list":
            self._add("" if self._is_item_fresh else "\n")
        else:
            self._add("\n" if self._kind == "code" else " ")

    def _add(self, part: str) -> None:
        if part:
            self._parts.append(part)
            self._size += len(part)

    def _flush(self) -> None:
        raw, kind = "".join(self._parts).translate(_REMOVED), self._kind
        self._parts, self._size = [], 0
        level = 0
        if kind == "code":
            text = raw.strip("\n").rstrip()
        elif kind == "heading":
            text = " ".join(raw.split())
            level = self._outer_level + int((self._outer or ("h1", 0))[0][1])
            if len(text) > _MAX_HEADING_CHARS:
                kind, level = "paragraph", 0
        else:
            text = "\n".join(_lines(raw, kind))
        for start in range(0, len(text), MAX_BLOCK_CHARS):
            piece = text[start : start + MAX_BLOCK_CHARS]
            if piece.strip():
                self._blocks.append(Block(text=piece, kind=kind, level=level))


def _lines(raw: str, kind: _Kind) -> Iterator[str]:
    """Yield the lines that have something to read, each with single blanks."""
    for line in raw.split("\n"):
        text = " ".join(line.split())
        if kind == "table":
            text = text.removeprefix("|").strip().rstrip(" |")
        elif kind == "list":
            indent = line[: len(line) - len(line.lstrip(" "))]
            text = f"{indent if text.startswith('-') or text[:1].isdigit() else ''}{text}"
        if text.strip("-| "):
            yield text
