"""What the styles and the numbering of a Word document say: what is a heading, what a list."""

from collections import defaultdict
from typing import Final

from skep_contracts.plugins.parsers import Block
from skep_parser_office.xml_events import Attributes, check_entries, named

MAX_LEVEL: Final = 9
_MAX_BASES: Final = 20


class _Style:
    def __init__(self) -> None:
        self.name = ""
        self.based_on: str | None = None
        self.outline: int | None = None
        self.list_id: str | None = None
        self.depth = 0


class Styles:
    """The paragraph styles of a document, by identifier."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._styles: dict[str, _Style] = {}
        self._open: _Style | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        """Take in what matters of a style."""
        if name == "style":
            self._open = self._styles.setdefault(named(attributes, "styleId") or "", _Style())
            check_entries(len(self._styles))
        style = self._open
        if style is None:
            return
        value = named(attributes, "val") or ""
        if name == "name":
            style.name = value.lower()
        elif name == "basedOn":
            style.based_on = value
        elif name == "outlineLvl":
            style.outline = number(value, MAX_LEVEL)
        elif name == "numId":
            style.list_id = value
        elif name == "ilvl":
            style.depth = number(value, MAX_LEVEL)

    def end(self, name: str) -> None:
        """Close a style."""
        if name == "style":
            self._open = None

    def text(self, text: str) -> None:
        """Nothing to do."""

    def level_of(self, identifier: str) -> int:
        """Return the level of the heading that paragraphs of this style are; 0 if none.

        The names of the built-in styles are English in files of every language.
        """
        for style in self._lineage(identifier):
            if style.name == "title":
                return 1
            kind, _, level = style.name.rpartition(" ")
            if kind == "heading" and level.isdecimal():
                return number(level, MAX_LEVEL)
            if style.outline is not None:
                return style.outline + 1 if style.outline < MAX_LEVEL else 0
        return 0

    def list_of(self, identifier: str) -> tuple[str | None, int]:
        """Return the list that a style puts paragraphs into, and how deep."""
        for style in self._lineage(identifier):
            if style.list_id is not None:
                return style.list_id, style.depth
        return None, 0

    def is_contents(self, identifier: str) -> bool:
        """Tell whether it is a style of tables of contents, which repeat the headings."""
        style = self._styles.get(identifier)
        return style is not None and style.name.startswith("toc ")

    def _lineage(self, identifier: str | None) -> list[_Style]:
        found: list[_Style] = []
        while identifier in self._styles and len(found) < _MAX_BASES:
            found.append(self._styles[identifier])
            identifier = found[-1].based_on
        return found


class Numbering:
    """The lists of a document: which of their levels are numbered, and the numbers so far."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._formats: dict[tuple[str, int], str] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, list[int]] = defaultdict(lambda: [0] * (MAX_LEVEL + 1))
        self._open = self._list = ""
        self._depth = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """Take in what matters of a list."""
        value = named(attributes, "val") or ""
        if name == "abstractNum":
            self._open = named(attributes, "abstractNumId") or ""
        elif name == "lvl":
            self._depth = number(named(attributes, "ilvl") or "", MAX_LEVEL)
        elif name == "numFmt":
            self._formats[self._open, self._depth] = value
            check_entries(len(self._formats))
        elif name == "num":
            self._list = named(attributes, "numId") or ""
        elif name == "abstractNumId":
            self._abstract[self._list] = value
            check_entries(len(self._abstract))

    def end(self, name: str) -> None:
        """Nothing to do."""

    def text(self, text: str) -> None:
        """Nothing to do."""

    def mark(self, list_id: str, depth: int) -> str:
        """Return what stands before the next item: its number, or a dash."""
        if list_id not in self._abstract:
            return "-"
        abstract = self._abstract[list_id]
        form = self._formats.get((abstract, depth), "bullet")
        counts = self._counts[abstract]
        counts[depth] += 1
        counts[depth + 1 :] = [0] * (MAX_LEVEL - depth)
        return "-" if form in {"bullet", "none"} else f"{counts[depth]}."


def number(text: str, most: int) -> int:
    """Return a small number; 0 for what is none."""
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 9 else 0
