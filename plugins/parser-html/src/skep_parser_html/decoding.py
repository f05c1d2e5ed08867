"""The bytes of a page into text."""

import codecs
import re
from pathlib import Path
from typing import Final

from skep_contracts.problems import InvalidInput

MAX_BYTES: Final = 50_000_000
"""A page becomes a tree some ten times its size."""
_SNIFFED_BYTES: Final = 4_096
_DECLARED: Final = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:-]{1,40})", re.IGNORECASE)
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Labels of the Encoding Standard (https://encoding.spec.whatwg.org), by what Python calls them.
# They are listed, for Python also knows codecs that are none, and slow on purpose-made input.
_ALIASES: Final = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "windows-874": "cp874",
    "macintosh": "mac_roman",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-sjis": "cp932",
    "shift-jis": "cp932",
    "shift_jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
}
_KNOWN: Final = frozenset(
    {f"windows-{page}" for page in range(1250, 1259)}
    | {f"iso-8859-{part}" for part in (*range(2, 9), 10, 13, 14, 15, 16)}
    | {"big5", "euc-jp", "gb18030", "iso-2022-jp", "koi8-r", "koi8-u"}
)
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\f\x1b")) + b"\x7f"
_MAX_CONTROL_SHARE: Final = 0.01


def read_page(path: str) -> str:
    """Return the page as text. What cannot be decoded becomes U+FFFD.

    Raises:
        InvalidInput: The file is empty, too large, or no text.
    """
    file = Path(path)
    size = file.stat().st_size
    if size == 0:
        raise InvalidInput("The file is empty.", code="document_empty")
    if size > MAX_BYTES:
        raise InvalidInput(
            f"The page has {size:,} bytes; at most {MAX_BYTES:,} are read.",
            code="document_too_large",
        )
    content = file.read_bytes()
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace")
    controls = len(content) - len(content.translate(None, _CONTROLS))
    if controls > _MAX_CONTROL_SHARE * len(content) + 1:
        raise InvalidInput("The file is no page: it holds bytes that no text has.", code="not_text")
    try:
        # What is valid UTF-8 is UTF-8, whatever the page says of itself.
        return content.decode()
    except UnicodeDecodeError:
        return content.decode(_declared(content), errors="replace")


def _declared(content: bytes) -> str:
    found = _DECLARED.search(content[:_SNIFFED_BYTES])
    label = found[1].decode().lower() if found else ""
    if label in _ALIASES:
        return _ALIASES[label]
    return label if label in _KNOWN else "cp1252"
