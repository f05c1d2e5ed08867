"""Bytes into text: finds the encoding, refuses what is no text, reads line by line.

Two passes: the first looks at every byte, in constant memory, so that the second cannot meet a
surprise after half of the document is indexed.
"""

import codecs
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from skep_contracts.problems import InvalidInput

PIECE_CHARS: Final = 65_536
"""A longer line, or paragraph, is cut into pieces, so that memory is bounded."""

_READ_BYTES: Final = 262_144
_SAMPLE_BYTES: Final = 65_536
_BOMS: Final = (
    # The longer ones first: that of UTF-32 begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KNOWN: Final = (
    (b"PK\x03\x04", "a zip archive, perhaps of an office format"),
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"SQLite format 3\0", "a database"),
)
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\f\x1b")) + b"\x7f"
_MAX_CONTROL_SHARE: Final = 0.005
_NOT_IN_CP1252: Final = b"\x81\x8d\x8f\x90\x9d"
_REMOVED: Final = dict.fromkeys([*range(9), 0x0B, *range(0x0E, 0x20), 0x7F, 0xFEFF, 0xFFFE, 0xFFFF])


def find_encoding(path: str) -> str:
    """Return the file's encoding: by its mark, else UTF-8, else Windows-1252 or Latin-1.

    Raises:
        InvalidInput: The file is empty, or is not text.
    """
    with Path(path).open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
        if not sample:
            raise InvalidInput("The file is empty.", code="document_empty")
        for mark, name in _BOMS:
            if sample.startswith(mark):
                return name
        for start, what in _KNOWN:
            if sample.startswith(start):
                raise InvalidInput(f"The file is not text but {what}.", code="not_text")
        wide = _wide_encoding(sample)
        if wide is not None:
            return wide
        file.seek(0)
        return _narrow_encoding(file)


def _wide_encoding(sample: bytes) -> str | None:
    """Recognise UTF-16 without a mark: of mostly Latin text, every other byte is zero."""
    pairs = len(sample) // 2
    zeros_first, zeros_second = sample[0::2].count(0), sample[1::2].count(0)
    if pairs and zeros_second > 0.3 * pairs and zeros_first < 0.05 * pairs:
        return "utf-16-le"
    if pairs and zeros_first > 0.3 * pairs and zeros_second < 0.05 * pairs:
        return "utf-16-be"
    return None


def _narrow_encoding(file: io.BufferedIOBase) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, is_cp1252 = True, True
    size = controls = 0
    while piece := file.read(_READ_BYTES):
        size += len(piece)
        controls += len(piece) - len(piece.translate(None, _CONTROLS))
        if b"\0" in piece or controls > _MAX_CONTROL_SHARE * max(size, _READ_BYTES):
            raise _not_text()
        is_cp1252 = is_cp1252 and len(piece) == len(piece.translate(None, _NOT_IN_CP1252))
        is_utf8 = is_utf8 and _decodes(decoder, piece)
    if is_utf8 and _decodes(decoder, b"", final=True):
        return "utf-8"
    if controls > _MAX_CONTROL_SHARE * size:
        raise _not_text()
    return "cp1252" if is_cp1252 else "latin-1"


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _not_text() -> InvalidInput:
    return InvalidInput("The file is not text: it holds bytes that no text has.", code="not_text")


def open_text(path: str) -> io.TextIOWrapper:
    """Open a file as text, with line feeds alone. What cannot be decoded becomes U+FFFD."""
    encoding = find_encoding(path)
    return Path(path).open(encoding=encoding, errors="replace", newline=None)


def read_lines(file: io.TextIOWrapper) -> Iterator[str]:
    """Yield lines without their ends, in pieces where they are long, and cleaned of controls."""
    rest = ""
    while piece := file.read(PIECE_CHARS):
        lines = (rest + piece).split("\n")
        rest = lines.pop()
        for line in lines:
            yield from _pieces(line)
        if len(rest) > PIECE_CHARS:
            *whole, rest = _pieces(rest)
            yield from whole
    if rest:
        yield from _pieces(rest)


def _pieces(line: str) -> Iterator[str]:
    for piece in cut(line):
        yield piece.translate(_REMOVED) if not piece.isprintable() else piece


def cut(text: str) -> Iterator[str]:
    """Yield a text in pieces of at most `PIECE_CHARS`, cut at spaces where there are any."""
    start = 0
    while len(text) - start > PIECE_CHARS:
        end = text.rfind(" ", start + PIECE_CHARS // 2, start + PIECE_CHARS) + 1
        end = end or start + PIECE_CHARS
        yield text[start:end]
        start = end
    yield text[start:] if start else text


def nothing_found() -> InvalidInput:
    """Return the error for a file without a visible character."""
    return InvalidInput("The file holds nothing but white space.", code="document_empty")
