"""Sitemaps: https://www.sitemaps.org/protocol.html, also packed, as text, and indexes of them."""

import zlib
from typing import Final
from xml.parsers import expat

import msgspec

from skep_contracts.problems import InvalidInput, TooLarge

MAX_BYTES: Final = 50 * 1024 * 1024
"""Of one sitemap, unpacked; the protocol allows no more."""
MAX_ENTRIES: Final = 50_000
_GZIP: Final = b"\x1f\x8b"
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_MAX_TEXT: Final = 2_048
_MAX_DEPTH: Final = 16


class SitemapEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A page, or another sitemap."""

    address: str
    changed: str = ""
    """``lastmod`` as it is written."""
    is_sitemap: bool = False


def read_sitemap(content: bytes) -> list[SitemapEntry]:
    """Return what a sitemap lists.

    Raises:
        InvalidInput: It is damaged, or declares entities.
        TooLarge: It unpacks to more than a sitemap may have.
    """
    content = _unpacked(content)
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        lines = content.decode("utf-8", "replace").splitlines()[:MAX_ENTRIES]
        return [SitemapEntry(address=line.strip()) for line in lines if line.strip()]
    reader = _Reader()
    try:
        reader.read(content)
    except expat.ExpatError:
        raise InvalidInput("The sitemap is not well-formed XML.", code="bad_sitemap") from None
    return reader.entries


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    packed = zlib.decompressobj(_GZIP_WINDOW)
    try:
        plain = packed.decompress(content, MAX_BYTES + 1)
    except zlib.error:
        raise InvalidInput("The packed sitemap is damaged.", code="bad_sitemap") from None
    if len(plain) > MAX_BYTES:
        raise TooLarge(f"The sitemap unpacks to more than {MAX_BYTES:,} bytes.")
    return plain


class _Reader:
    def __init__(self) -> None:
        self.entries: list[SitemapEntry] = []
        self._path: list[str] = []
        self._texts: dict[str, str] = {}

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(content, True)  # noqa: FBT003  # expat takes no keywords

    def _doctype(self, *_: object) -> None:
        raise InvalidInput("The sitemap declares a document type.", code="bad_sitemap")

    def _start(self, tag: str, _: object) -> None:
        self._path.append(tag.rpartition(":")[2])
        if len(self._path) > _MAX_DEPTH:
            raise InvalidInput("The sitemap is nested too deeply.", code="bad_sitemap")
        if len(self._path) == 2:
            self._texts = {}

    def _text(self, text: str) -> None:
        if len(self._path) == 3:
            tag = self._path[-1]
            self._texts[tag] = (self._texts.get(tag, "") + text)[:_MAX_TEXT]

    def _end(self, _: str) -> None:
        if len(self._path) == 2 and self._texts.get("loc", "").strip():
            if len(self.entries) >= MAX_ENTRIES:
                raise TooLarge(f"The sitemap lists more than {MAX_ENTRIES:,} pages.")
            self.entries.append(
                SitemapEntry(
                    address=self._texts["loc"].strip(),
                    changed=self._texts.get("lastmod", "").strip()[:64],
                    is_sitemap=self._path[-1] == "sitemap",
                )
            )
        self._path.pop()
