"""Text that was cut in the middle of a character, and JSON that holds such text."""

import json
import re
from typing import Any, Final

import msgspec

_LONE: Final = re.compile("[\ud800-\udfff]")
_HIGH_AT_END: Final = re.compile("[\ud800-\udbff]\\Z")
CHARACTERS_PER_TOKEN: Final = 4


class Mender:
    """Joins surrogate pairs that a server split over two pieces, and replaces what stays alone."""

    def __init__(self) -> None:
        """Start with nothing half."""
        self._half = ""

    def feed(self, text: str) -> str:
        """Return the text as valid Unicode; half a pair at its end waits for the next piece."""
        if not self._half and (text.isascii() or _LONE.search(text) is None):
            return text
        text, self._half = self._half + text, ""
        if _HIGH_AT_END.search(text):
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def end(self) -> str:
        """Return what stands for a half whose other half never came."""
        half, self._half = self._half, ""
        return "\ufffd" if half else ""


def mended(text: str) -> str:
    """Return a whole text as valid Unicode."""
    mender = Mender()
    return mender.feed(text) + mender.end()


def encode_json(body: dict[str, Any]) -> bytes:
    """Return a body as JSON; half surrogate pairs become the replacement character."""
    try:
        return msgspec.json.encode(body)
    except UnicodeEncodeError:
        escaped = json.dumps(body, ensure_ascii=False)
        return escaped.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def estimated_tokens(characters: int) -> int:
    """Return about how many tokens so many characters are."""
    return -(-characters // CHARACTERS_PER_TOKEN)
