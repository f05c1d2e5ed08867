"""Markdown: headings, paragraphs, lists, tables and code, line by line.

Follows CommonMark 0.31 as far as blocks matter for finding text; inline marks stay as they are,
except in headings, which become the path that a citation shows.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, Literal

from skep_contracts.plugins.parsers import Block
from skep_parser_text.decoding import PIECE_CHARS, nothing_found, open_text, read_lines

_Kind = Literal["paragraph", "table", "list"]

_HEADING: Final = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_UNDERLINE: Final = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})([^`]*)$")
_RULE: Final = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_ITEM: Final = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\S")
_TABLE_RULE: Final = re.compile(r"\|?:?-+:?(?:\|:?-+:?)*\|?$")  # without its blanks
_QUOTE: Final = re.compile(r" {0,3}> ?")
_LINK: Final = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()]{0,500}\)")
_BEGINS_SOMETHING: Final = frozenset("#>=-*_`~+0123456789|:")
_MARKS: Final = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)")


class MarkdownParser:
    """A `Parser` of Markdown."""

    def parse(self, path: str, *, options: dict[str, Any]) -> Iterator[Block]:
        """Yield blocks.

        Raises:
            InvalidInput: The file is empty or not text.
        """
        is_empty = True
        with open_text(path) as file:
            for block in MarkdownBlocks().read(read_lines(file)):
                is_empty = False
                yield block
        if is_empty:
            raise nothing_found()


class MarkdownBlocks:
    """Collects lines until a block is complete."""

    def __init__(self) -> None:
        self._pending: list[str] = []
        self._size = 0
        self._kind: _Kind = "paragraph"
        self._fence = ""
        self._front_matter = False

    def read(self, lines: Iterator[str]) -> Iterator[Block]:
        """Yield the blocks of a document."""
        for number, line in enumerate(lines):
            text = line.replace("\f", "").rstrip()
            if number == 0 and text == "---":
                self._front_matter = True
            elif self._fence or self._front_matter:
                yield from self._inside(text)
            else:
                yield from self._outside(text)
        yield from self._flush(is_code=bool(self._fence) or self._front_matter)

    def _inside(self, text: str) -> Iterator[Block]:
        """Take a line of code, or of the settings some documents begin with."""
        if self._front_matter:
            ends = text in {"---", "..."}
        else:
            bare = text.strip()
            ends = bare.startswith(self._fence) and not bare.strip(self._fence[0])
        if ends:
            yield from self._flush(is_code=True)
            self._fence, self._front_matter = "", False
        else:
            yield from self._add(text, is_code=True)

    def _outside(self, text: str) -> Iterator[Block]:
        first = text.lstrip()[:1]
        if first == ">":
            text = _QUOTE.sub("", text)
            first = text.lstrip()[:1]
        if not first:
            yield from self._flush()
        elif first not in _BEGINS_SOMETHING:
            yield from self._text(text)
        else:
            yield from self._marked(text)

    def _marked(self, text: str) -> Iterator[Block]:
        """Take a line that begins like a heading, a fence, an underline, an item or a table."""
        if heading := _HEADING.match(text):
            yield from self._flush()
            title = _plain(_without_closing(heading[2] or ""))
            if title:
                yield Block(text=title, kind="heading", level=len(heading[1]))
        elif fence := _FENCE.match(text):
            yield from self._flush()
            self._fence = fence[1]
        elif self._is_title() and (underline := _UNDERLINE.match(text)):
            title = _plain(" ".join(line.strip() for line in self._pending))
            self._pending, self._size = [], 0
            yield Block(text=title, kind="heading", level=1 if underline[1][0] == "=" else 2)
        elif _RULE.match(text):
            yield from self._flush()
        else:
            yield from self._text(text)

    def _text(self, text: str) -> Iterator[Block]:
        """Take a line of a paragraph, a list or a table."""
        if self._pending and self._kind == "paragraph" and _is_table_rule(text):
            *before, header = self._pending
            self._pending = before
            yield from self._flush()
            self._kind, self._pending = "table", [header]
        elif not self._pending and _ITEM.match(text):
            self._kind = "list"
            yield from self._add(text)
        elif self._kind == "table" and "|" not in text:
            yield from self._flush()
            yield from self._add(text)
        else:
            yield from self._add(text)

    def _is_title(self) -> bool:
        return bool(self._pending) and len(self._pending) <= 3 and self._kind == "paragraph"

    def _add(self, text: str, *, is_code: bool = False) -> Iterator[Block]:
        if self._pending and self._size + len(text) > PIECE_CHARS:
            kind = self._kind
            yield from self._flush(is_code=is_code)
            self._kind = kind
        self._pending.append(text)
        self._size += len(text) + 1

    def _flush(self, *, is_code: bool = False) -> Iterator[Block]:
        text = "\n".join(self._pending).strip("\n")
        kind = self._kind
        self._pending, self._size, self._kind = [], 0, "paragraph"
        if text.strip():
            yield Block(text=text, kind="code" if is_code else kind)


def _is_table_rule(text: str) -> bool:
    return "|" in text and _TABLE_RULE.match("".join(text.split())) is not None


def _without_closing(title: str) -> str:
    """Return a heading without the ``##`` that may close it."""
    bare = title.rstrip("#")
    return bare if not bare or bare[-1] in " \t" else title


def _plain(title: str) -> str:
    return _MARKS.sub("", _LINK.sub(r"\1", title)).strip()
