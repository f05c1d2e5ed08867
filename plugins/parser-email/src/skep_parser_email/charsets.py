"""Bytes into text, by what they are declared as."""

import codecs
from typing import Final

# They are listed, for Python also knows codecs that are none, and slow on purpose-made input.
_KNOWN: Final = frozenset(
    [
        "ascii",
        "big5",
        "cp932",
        "cp949",
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "cp1258",
        "cp874",
        "euc_jp",
        "euc_kr",
        "gb18030",
        "gb2312",
        "gbk",
        "hz",
        "iso2022_jp",
        "iso2022_kr",
        "iso8859-1",
        *(f"iso8859-{part}" for part in (*range(2, 12), 13, 14, 15, 16)),
        "koi8-r",
        "koi8-u",
        "mac-roman",
        "shift_jis",
        "utf-16",
        "utf-16-be",
        "utf-16-le",
        "utf-7",
        "utf-8",
    ]
)
# What senders say and what they mean: the larger set that Windows has.
_LARGER: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_MAX_NAME_CHARS: Final = 40
_REMOVED: Final = dict.fromkeys([*range(9), 0x0B, *range(0x0E, 0x20), 0x7F, 0xFEFF, 0xFFFE, 0xFFFF])


def decoded(content: bytes, charset: str) -> str:
    """Return text without controls. What is valid UTF-8 is UTF-8, unless it is in seven bits."""
    known = _named(charset)
    if known is None or known in {"ascii", "iso8859-1", "utf-8", "cp1252"}:
        try:
            return cleaned(content.decode())
        except UnicodeDecodeError:
            known = "cp1252" if known in {None, "utf-8"} else known
    text = content.decode(_LARGER.get(known, known), errors="replace")
    return cleaned(text.encode("utf-8", "replace").decode())


def _named(charset: str) -> str | None:
    name = charset.strip().lower()[:_MAX_NAME_CHARS]
    try:
        known = codecs.lookup(name).name if name.isascii() and name else None
    except (LookupError, ValueError):
        return None
    return known if known in _KNOWN else None


def cleaned(text: str) -> str:
    """Return text without controls other than tabs and line ends."""
    return text if text.isprintable() else text.translate(_REMOVED).replace("\f", "\n")
