"""From HTML to text, in one pass.

Pages come from strangers, so they are read by a small scanner of our own: memory-safe, and linear
in the size of the page whatever it holds. It does not build a tree; it keeps what people would
read, with headings, lists, tables and links as Markdown.
"""

import html
import re
from collections.abc import Iterable
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from skep_tool_web_page.tags import BLOCKS, BOILERPLATE, HEADINGS, HIDDEN, MAIN, MARKS

MAX_LINKS: Final = 500
_ENOUGH: Final = 500
"""Characters from which on the main part of a page is taken for all there is to read."""
_MARKUP: Final = re.compile(r"<(?=[!?/A-Za-z])")
_TAG_NAME: Final = re.compile(r"/?([A-Za-z][A-Za-z0-9:-]*)")
_TAG_GOES_ON: Final = re.compile(r"=\s*([\"'])|>")
_HREF: Final = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_INDENT: Final = "    "
_SPACES: Final = re.compile(r"\s+")
_EMPTY_LINES: Final = re.compile(r"\n{3,}")


class Page(NamedTuple):
    """What a page says."""

    title: str
    text: str


class _Piece(NamedTuple):
    text: str
    is_main: bool
    is_boilerplate: bool


def read_html(source: str, *, url: str) -> Page:
    """Return a page's title and text: its main part where it has one, without menus and footers."""
    scanner = _Scanner(source, url)
    scanner.scan()
    pieces = scanner.pieces
    body = _joined(piece for piece in pieces if not piece.is_boilerplate)
    main = _joined(piece for piece in pieces if piece.is_main and not piece.is_boilerplate)
    is_enough = bool(main) and len(main) >= min(_ENOUGH, len(body) // 2)
    text = (main if is_enough else body) or _joined(pieces)
    return Page(title=_SPACES.sub(" ", scanner.title).strip()[:300], text=text)


def _joined(pieces: Iterable[_Piece]) -> str:
    text = "".join(piece.text for piece in pieces)
    lines = (
        line.rstrip() if line.startswith(_INDENT) else line.strip() for line in text.split("\n")
    )
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


class _Scanner:
    """Reads tag by tag. Every search starts where the last one ended, or is not made again."""

    def __init__(self, source: str, url: str) -> None:
        self.pieces: list[_Piece] = []
        self.title = ""
        self._source = source
        self._url = url
        self._at = 0
        self._main = 0
        self._boilerplate = 0
        self._preformatted = 0
        self._link: str | None = None
        self._links = 0
        self._never_closed: set[str] = set()

    def scan(self) -> None:
        source = self._source
        while (opening := _MARKUP.search(source, self._at)) is not None:
            self._say(source[self._at : opening.start()])
            self._at = opening.end()
            self._markup()
        self._say(source[self._at :])

    def _markup(self) -> None:
        """Read what begins behind a ``<``."""
        source = self._source
        if source.startswith("!--", self._at):
            self._skip_to("-->", self._at + 3)
        elif source.startswith(("!", "?"), self._at):
            self._skip_to(">", self._at)
        elif (found := _TAG_NAME.match(source, self._at)) is None:
            self._say("<")
        else:
            is_closing = source[self._at] == "/"
            end = self._end_of_tag(found.end())
            inside = source[found.end() : end]
            self._at = end + 1
            self._tag(found[1].lower(), inside, is_closing=is_closing)

    def _skip_to(self, mark: str, start: int) -> None:
        end = self._source.find(mark, start)
        self._at = len(self._source) if end < 0 else end + len(mark)

    def _end_of_tag(self, at: int) -> int:
        """Return where the tag's ``>`` is; one in a quoted value is none."""
        while (found := _TAG_GOES_ON.search(self._source, at)) is not None:
            if found[1] is None:
                return found.start()
            at = self._source.find(found[1], found.end()) + 1
            if not at:
                break
        return len(self._source)

    def _tag(self, name: str, inside: str, *, is_closing: bool) -> None:
        if name in HIDDEN and not is_closing and not inside.endswith("/"):
            hidden = self._through(name)
            if name == "title" and not self.title:
                self.title = html.unescape(hidden)
            return
        step = -1 if is_closing else 1
        if name in MAIN:
            self._main = max(0, self._main + step)
        if name in BOILERPLATE:
            self._boilerplate = max(0, self._boilerplate + step)
        if name == "pre":
            self._preformatted = max(0, self._preformatted + step)
        if name == "a":
            self._anchor(inside, is_closing=is_closing)
        elif name in HEADINGS:
            self._add("\n\n" if is_closing else f"\n\n{HEADINGS[name]} ")
        elif name in MARKS and not is_closing:
            self._add(MARKS[name])
        elif name in BLOCKS:
            self._add(BLOCKS[name])

    def _through(self, name: str) -> str:
        """Return what is inside an element that is not shown, and go on behind it."""
        if name in self._never_closed:
            return ""
        found = re.compile(f"</{name}\\b[^>]*>?", re.IGNORECASE).search(self._source, self._at)
        if found is None:
            self._never_closed.add(name)
            return ""
        inside = self._source[self._at : found.start()]
        self._at = found.end()
        return inside

    def _anchor(self, inside: str, *, is_closing: bool) -> None:
        if self._link is not None:
            self._add(f"]({self._link})")
            self._link = None
        if is_closing or self._links >= MAX_LINKS:
            return
        found = _HREF.search(inside)
        link = self._absolute(next((g for g in found.groups() if g), "")) if found else ""
        if link:
            self._links += 1
            self._link = link
            self._add("[")

    def _absolute(self, reference: str) -> str:
        """Return a link's whole address; nothing for one that leads to no other page."""
        reference = html.unescape(reference).strip()
        if not reference or reference.startswith("#"):
            return ""
        try:
            link = urljoin(self._url, reference)
            is_web = urlsplit(link).scheme in {"http", "https"}
        except ValueError:
            return ""
        return _SPACES.sub("%20", link) if is_web and len(link) <= 2_000 else ""

    def _say(self, text: str) -> None:
        if not text:
            return
        text = html.unescape(text)
        is_kept = self._preformatted > 0
        self._add(text.replace("\n", f"\n{_INDENT}") if is_kept else _SPACES.sub(" ", text))

    def _add(self, text: str) -> None:
        self.pieces.append(_Piece(text, self._main > 0, self._boilerplate > 0))
