"""What readers of all formats write their findings to: text into blocks of bounded size."""

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput

MAX_BLOCK_CHARS: Final = 65_536
MAX_HELD_CHARS: Final = 8_000_000
"""Of one paragraph, or one row of a table, before it is complete."""
_GROUP_CHARS: Final = 2_000
"""Rows are grouped into blocks of so many, so that none needs to be cut to be found."""
_MAX_HEADING_CHARS: Final = 1_000
_MAX_HEADER_CHARS: Final = 500
_REMOVED: Final = dict.fromkeys([*range(9), 0x0B, *range(0x0E, 0x20), 0x7F, 0xFEFF, 0xFFFE, 0xFFFF])
_REMOVED[0x0C] = None
_REMOVED[0xAD] = None  # a place where a word may be divided

_Kind = Literal["paragraph", "table", "list"]


class BlockWriter:
    """Collects items of a list and rows of a table, which make up blocks together."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []  # emptied by its reader, never replaced
        self.page: int | None = None
        self._lines: list[str] = []
        self._size = 0
        self._kind: _Kind = "paragraph"
        self._header = ""

    def heading(self, text: str, level: int) -> None:
        """Write a heading; one that is too long to be any becomes a paragraph."""
        text = " ".join(cleaned(text).split())
        if len(text) > _MAX_HEADING_CHARS:
            self.paragraph(text)
        elif text:
            self.flush()
            self.blocks.append(
                Block(text=text, kind="heading", level=max(1, level), page=self.page)
            )

    def paragraph(self, text: str) -> None:
        """Write a paragraph, whose line feeds stay."""
        self.flush()
        self._write("\n".join(_lines(cleaned(text))), "paragraph")

    def item(self, text: str, *, mark: str, depth: int) -> None:
        """Write an item of a list; those that follow each other are one block."""
        lines = " ".join(cleaned(text).split())
        if lines:
            self._add(f"{'  ' * min(depth, 9)}{mark} {lines}", "list")

    def row(self, cells: Iterable[str]) -> None:
        """Write a row of a table. Its first row begins every block that the table needs."""
        line = " | ".join(" ".join(cleaned(cell).split()) for cell in cells).rstrip(" |")
        if line:
            self.line(line, header=line)

    def line(self, line: str, *, header: str = "") -> None:
        """Write a line of a table as it is. `header` repeats if this is the table's first line."""
        if not self._lines or self._kind != "table":
            self.flush()
            self._header = header if len(header) <= _MAX_HEADER_CHARS else ""
        elif self._size + len(line) > _GROUP_CHARS:
            again = self._header
            self.flush()
            self._header = again
            if again:
                self._add(again, "table")
        self._add(line, "table")

    def flush(self) -> None:
        """Write what was collected: a list or a table ends here."""
        lines, self._lines, self._size = self._lines, [], 0
        self._header = ""
        if lines:
            self._write("\n".join(lines), self._kind)

    def _add(self, line: str, kind: _Kind) -> None:
        if self._lines and (kind != self._kind or self._size + len(line) > MAX_BLOCK_CHARS):
            self.flush()
        self._kind = kind
        self._lines.append(line)
        self._size += len(line) + 1

    def _write(self, text: str, kind: _Kind) -> None:
        for piece in _pieces(text):
            self.blocks.append(Block(text=piece, kind=kind, page=self.page))


class Held:
    """Text that is not complete yet."""

    __slots__ = ("_parts", "_size")

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0

    def add(self, text: str) -> None:
        """Take more of it.

        Raises:
            InvalidInput: It has no end.
        """
        self._parts.append(text)
        self._size += len(text)
        check_held(self._size)

    def taken(self) -> str:
        """Return it all, and begin anew."""
        text = "".join(self._parts)
        self._parts, self._size = [], 0
        return text


def check_held(chars: int) -> None:
    """Refuse what cannot be held.

    Raises:
        InvalidInput: It is too much.
    """
    if chars > MAX_HELD_CHARS:
        raise InvalidInput(
            f"A paragraph or a row of the file has more than {MAX_HELD_CHARS:,} characters.",
            code="document_too_large",
        )


def cleaned(text: str) -> str:
    """Return the text without what nobody can read."""
    if text.isprintable():
        return text
    return text.translate(_REMOVED).replace("\r", "\n").replace("\u2028", "\n")


def _lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        kept = " ".join(line.split())
        if kept:
            yield kept


def _pieces(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > MAX_BLOCK_CHARS:
        middle, last = start + MAX_BLOCK_CHARS // 2, start + MAX_BLOCK_CHARS
        end = text.rfind("\n", middle, last) + 1 or text.rfind(" ", middle, last) + 1 or last
        if text[start:end].strip():
            yield text[start:end].strip("\n")
        start = end
    if text[start:].strip():
        yield text[start:]
