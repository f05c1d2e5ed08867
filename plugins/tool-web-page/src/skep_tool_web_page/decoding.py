"""From bytes to text, as the server or the page itself says; what cannot be decoded is replaced."""

import codecs
import re
from typing import Final

_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_HEAD_BYTES: Final = 2_048
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


def decode(body: bytes, content_type: str) -> str:
    """Return a page's text without control characters. A byte order mark is believed first."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _cleaned(body[len(mark) :].decode(name, "replace"))
    said = _CHARSET.search(content_type) or _CHARSET.search(
        body[:_HEAD_BYTES].decode("ascii", "ignore")
    )
    return _cleaned(body.decode(_text_encoding(said[1] if said else "utf-8"), "replace"))


def _text_encoding(name: str) -> str:
    """Return an encoding of texts; what is unknown, or no encoding of texts, is read as UTF-8."""
    try:
        found = codecs.lookup(name)
        "".encode(found.name)
    except (LookupError, ValueError):
        return "utf-8"
    return found.name if found.name not in {"idna", "punycode", "unicode_escape"} else "utf-8"


def _cleaned(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
