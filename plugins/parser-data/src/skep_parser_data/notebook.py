"""Jupyter notebooks (nbformat 4): cells of Markdown and code, without what running them gave."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_data.decoding import cleaned, empty

MAX_BYTES: Final = 64_000_000
MAX_BLOCK_CHARS: Final = 65_536
_HEADING: Final = re.compile(r"(#{1,6})[ \t]+(.{1,1000})")
_FENCES: Final = ("```", "~~~")


class _Cell(msgspec.Struct):
    cell_type: str = ""
    source: str | list[str] = ""


class _Notebook(msgspec.Struct):
    # Whatever else there is, outputs above all, is passed over and never held.
    cells: list[_Cell]


class NotebookParser:
    """A `Parser` of notebooks."""

    def parse(self, path: str, *, options: dict[str, Any]) -> Iterator[Block]:
        """Yield headings, paragraphs and code.

        Raises:
            InvalidInput: The file is empty, too large, or no notebook.
        """
        is_empty = True
        for cell in _cells(Path(path)):
            source = cell.source if isinstance(cell.source, str) else "".join(cell.source)
            text = cleaned(source)
            for block in _code(text) if cell.cell_type == "code" else _prose(text):
                is_empty = False
                yield block
        if is_empty:
            raise InvalidInput("The notebook has no text.", code="document_empty")


def _cells(path: Path) -> list[_Cell]:
    size = path.stat().st_size
    if size == 0:
        raise empty()
    if size > MAX_BYTES:
        raise InvalidInput(
            f"The notebook has {size:,} bytes; at most {MAX_BYTES:,} are read. Clear its outputs.",
            code="document_too_large",
        )
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Notebook).cells
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise InvalidInput(
            "The file is no notebook, of a version before 4, or damaged.", code="not_a_notebook"
        ) from None


def _code(text: str) -> Iterator[Block]:
    kept = text.strip("\n").rstrip()
    for start in range(0, len(kept), MAX_BLOCK_CHARS):
        piece = kept[start : start + MAX_BLOCK_CHARS]
        if piece.strip():
            yield Block(text=piece, kind="code")


def _prose(text: str) -> Iterator[Block]:
    """Yield the blocks of Markdown, as far as headings, code and paragraphs go."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        start = line.lstrip()[:3]
        if fence:
            if start == fence:
                yield from _code("\n".join(lines))
                lines, fence = [], ""
            else:
                lines.append(line)
            continue
        heading = _HEADING.match(line)
        if start in _FENCES or heading is not None or not line.strip():
            yield from _paragraph(lines)
            lines = []
        if start in _FENCES:
            fence = start
        elif heading is not None:
            yield from _heading(heading)
        elif line.strip():
            lines.append(line.rstrip())
    yield from _code("\n".join(lines)) if fence else _paragraph(lines)


def _heading(found: re.Match[str]) -> Iterator[Block]:
    text = " ".join(found[2].rstrip().rstrip("#").split())
    if text:
        yield Block(text=text, kind="heading", level=len(found[1]))


def _paragraph(lines: list[str]) -> Iterator[Block]:
    text = "\n".join(lines)
    for start in range(0, len(text), MAX_BLOCK_CHARS):
        piece = text[start : start + MAX_BLOCK_CHARS]
        if piece.strip():
            yield Block(text=piece)
