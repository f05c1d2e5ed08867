"""Bytes into text: by a byte order mark, else UTF-8, else Windows-1252."""

import codecs
import io
from pathlib import Path
from typing import Final

from skep_contracts.problems import InvalidInput

PIECE_CHARS: Final = 65_536
_READ_BYTES: Final = 262_144
_BOMS: Final = (
    # The longer ones first: that of UTF-32 begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_REMOVED: Final = dict.fromkeys([*range(9), 0x0B, *range(0x0E, 0x20), 0x7F, 0xFEFF, 0xFFFE, 0xFFFF])
_REMOVED[0x0C] = None


def open_text(path: str) -> io.TextIOWrapper:
    """Open a file as text, with line feeds alone. What cannot be decoded becomes U+FFFD.

    Raises:
        InvalidInput: The file is empty, or not text.
    """
    return Path(path).open(encoding=_encoding(path), errors="replace", newline=None)


def cleaned(text: str) -> str:
    """Return text that can be written: no controls but tabs and line feeds, no half surrogates."""
    if text.isprintable():
        return text
    kept = text.translate(_REMOVED).replace("\r", "\n")
    return kept.encode("utf-8", "replace").decode()


def empty() -> InvalidInput:
    """Return the error for a file with nothing in it."""
    return InvalidInput("The file is empty.", code="document_empty")


def _encoding(path: str) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    with Path(path).open("rb") as file:
        head = file.read(4)
        if not head:
            raise empty()
        for mark, name in _BOMS:
            if head.startswith(mark):
                return name
        file.seek(0)
        while piece := file.read(_READ_BYTES):
            if b"\0" in piece:
                raise InvalidInput(
                    "The file is not text: it holds bytes that no text has.", code="not_text"
                )
            try:
                is_utf8 = is_utf8 and decoder.decode(piece) is not None
            except UnicodeDecodeError:
                is_utf8 = False
    return "utf-8" if is_utf8 else "cp1252"
