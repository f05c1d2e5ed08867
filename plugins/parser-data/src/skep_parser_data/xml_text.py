"""XML as an outline: a line for every element that has text or attributes, below its parents."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

import msgspec

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_data.decoding import cleaned, empty

MAX_DEPTH: Final = 1_000
MAX_BLOCK_CHARS: Final = 65_536
MAX_TAG_BYTES: Final = 4_000_000
"""Of one tag, comment or instruction: expat looks at an unfinished one again with every piece."""
_PIECE_BYTES: Final = 65_536
_GROUP_CHARS: Final = 2_000
_MAX_ATTRIBUTE_CHARS: Final = 1_000
_MAX_INDENT: Final = 10


class XmlParser:
    """A `Parser` of XML. Entities are refused, and nothing is fetched."""

    def parse(self, path: str, *, options: dict[str, Any]) -> Iterator[Block]:
        """Yield the outline, piece by piece.

        Raises:
            InvalidInput: The file is empty, not well-formed, declares entities, or is nested or
                long without end.
        """
        outline = Outline()
        is_empty = True
        with Path(path).open("rb") as file:
            if not file.peek(1):
                raise empty()
            for text in _read(iter(lambda: file.read(_PIECE_BYTES), b""), outline):
                for start in range(0, len(text), MAX_BLOCK_CHARS):
                    piece = text[start : start + MAX_BLOCK_CHARS]
                    if piece.strip():
                        is_empty = False
                        yield Block(text=piece, kind="code")
        if is_empty:
            raise InvalidInput("The file has elements, but no text in them.", code="document_empty")


class _Element(msgspec.Struct):
    line: str
    is_written: bool = False


class Outline:
    """Hears XML and writes lines."""

    def __init__(self) -> None:
        self.ready: list[str] = []
        """Texts that are complete; whoever drives the reading takes them."""
        self._open: list[_Element] = []
        self._written = 0  # how many of these, from the outermost, have their line
        self._lines: list[str] = []
        self._size = 0
        self._text: list[str] = []
        self._text_size = 0
        self._text_depth = 0  # of the element that the text began in; others in it are its parts

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear that an element begins."""
        if len(self._open) >= MAX_DEPTH:
            raise InvalidInput(
                f"The file is nested deeper than {MAX_DEPTH:,} levels.", code="document_too_deep"
            )
        shown = ", ".join(
            f"{_local(key)}={' '.join(value.split())}"
            for key, value in attributes.items()
            if not key.endswith("chemaLocation")
        )[:_MAX_ATTRIBUTE_CHARS]
        self._open.append(_Element(_local(name) + (f" ({shown})" if shown else "")))

    def end(self, _: str) -> None:
        """Hear that an element ends."""
        depth = len(self._open)
        if self._text_depth == depth:
            self._write_text()
        elif not self._text_depth and self._written < depth and "(" in self._open[-1].line:
            self._write_open(depth)
        self._open.pop()
        self._written = min(self._written, depth - 1)
        if self._size > _GROUP_CHARS * min(max(1, depth - 1), 8):
            self.finish()

    def text(self, text: str) -> None:
        """Hear text, a part of it at a time."""
        if not self._text_depth:
            if not text.strip():
                return
            self._text_depth = len(self._open)
        self._text.append(text)
        self._text_size += len(text)
        if self._text_size > MAX_BLOCK_CHARS:
            depth = self._text_depth
            self._write_text()
            self._text_depth = depth
            self.finish()

    def finish(self) -> None:
        """Complete what was written."""
        if self._lines:
            self.ready.append("\n".join(self._lines))
        self._lines, self._size = [], 0

    def _write_text(self) -> None:
        depth, text = self._text_depth, " ".join(cleaned("".join(self._text)).split())
        self._text, self._text_size, self._text_depth = [], 0, 0
        if not text:
            return
        if self._written < depth:
            self._write_open(depth)
            self._lines[-1] += f": {text}"
        else:  # text behind an element that stands in this one
            self._lines.append(_indent(depth) + text)
        self._size += len(text) + 1

    def _write_open(self, depth: int) -> None:
        for at in range(self._written, depth):
            line = _indent(at) + cleaned(self._open[at].line)
            self._lines.append(line)
            self._size += len(line) + 1
        self._written = depth


def _read(pieces: Iterator[bytes], outline: Outline) -> Iterator[str]:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 65_536
    parser.StartElementHandler = outline.start
    parser.EndElementHandler = outline.end
    parser.CharacterDataHandler = outline.text
    parser.EntityDeclHandler = _refuse_entity
    fed = 0
    try:
        for piece in pieces:
            fed += len(piece)
            parser.Parse(piece)
            if fed - parser.CurrentByteIndex > MAX_TAG_BYTES:
                raise InvalidInput(
                    f"A tag in the file is longer than {MAX_TAG_BYTES:,} bytes.",
                    code="document_too_large",
                )
            yield from outline.ready
            outline.ready.clear()
        parser.Parse(b"", True)  # noqa: FBT003  # takes it by position alone
    except expat.ExpatError as error:
        raise InvalidInput(
            f"The file is not well-formed XML: see its line {error.lineno:,}.", code="not_xml"
        ) from None
    except (ValueError, LookupError):
        raise InvalidInput(
            "The file is not well-formed XML, or in an encoding that is not known.", code="not_xml"
        ) from None
    outline.finish()
    yield from outline.ready


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _indent(depth: int) -> str:
    return "  " * min(depth, _MAX_INDENT)


def _refuse_entity(*_: object) -> None:
    raise InvalidInput(
        "The file declares entities of XML, which would unfold or fetch something.",
        code="document_hostile",
    )
