"""A presentation (PresentationML) into blocks, slide by slide; its title first, its notes last."""

from collections.abc import Iterable, Iterator
from typing import Final

from skep_contracts.documents.archive import Archive
from skep_contracts.plugins.parsers import Block
from skep_parser_office.blocks import BlockWriter, Held
from skep_parser_office.package import Relationships
from skep_parser_office.table_rows import OpenTables
from skep_parser_office.word_styles import MAX_LEVEL, number
from skep_parser_office.xml_events import Attributes, check_entries, exhaust, named, read_xml

_TITLES: Final = frozenset({"title", "ctrTitle"})
_REPEATED: Final = frozenset({"dt", "ftr", "hdr", "sldNum"})
"""Placeholders that say the same on every slide."""
_NOT_NOTES: Final = frozenset({*_REPEATED, "sldImg"})
_MAX_BEFORE_TITLE: Final = 200
"""Blocks that wait for a title which stands behind them in the file."""


def read_slides(archive: Archive, part: str) -> Iterator[Block]:
    """Yield the blocks of the presentation whose list of slides is `part`.

    Raises:
        InvalidInput: It is damaged.
    """
    relationships = Relationships(archive, part)
    order = _Order()
    exhaust(archive.pieces(part), order)
    for page, identifier in enumerate(order.slides, 1):
        slide = relationships.target(identifier)
        if slide is None or slide not in archive:
            continue  # what the file itself does not hold is on no slide
        listener = SlideListener(page)
        yield from _title_first(read_xml(archive.pieces(slide), listener))
        notes = Relationships(archive, slide).first("notesSlide")
        if notes is not None and notes in archive and not listener.is_hidden:
            yield from read_xml(archive.pieces(notes), SlideListener(page, are_notes=True))


class _Order:
    """The order of the slides."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.slides: list[str | None] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sldId":
            self.slides.append(named(attributes, "id"))
            check_entries(len(self.slides))

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


class SlideListener:
    """Hears a slide, or the notes of one."""

    def __init__(self, page: int, *, are_notes: bool = False) -> None:
        """Write the blocks of slide `page`."""
        self._writer = BlockWriter()
        self._writer.page = page
        self.blocks = self._writer.blocks
        self.is_hidden = False
        self._are_notes = are_notes
        self._is_labelled = False
        self._tables = OpenTables(self._writer)
        self._text = Held()
        self._place: str | None = None  # what kind of placeholder the shape is; None for none
        self._depth = 0
        self._number = 0
        self._bullet: str | None = None
        self._unseen = 0
        self._is_text = False

    def start(self, name: str, attributes: Attributes) -> None:
        """Hear that an element begins."""
        if self._unseen or name == "Fallback":
            self._unseen += 1
        elif name == "t":
            self._is_text = not self._skips
        elif name in {"tbl", "tr", "tc"}:
            self._tables.start(name)
        elif name == "br":
            self._text.add("\n")
        else:
            self._set(name, attributes)

    def end(self, name: str) -> None:
        """Hear that an element ends."""
        if self._unseen:
            self._unseen -= 1
        elif name == "t":
            self._is_text = False
        elif name == "p":
            self._write(self._text.taken())
        elif name in {"tbl", "tr", "tc"}:
            self._tables.end(name)
        elif name in {"sp", "sld", "notes"}:
            self._writer.flush()
            self._place = None

    def text(self, text: str) -> None:
        """Hear text, a part of it at a time."""
        if self._is_text and not self._unseen:
            self._text.add(text)

    def _set(self, name: str, attributes: Attributes) -> None:
        if name == "sld":
            self.is_hidden = attributes.get("show") in {"0", "false"}
        elif name == "sp":
            self._place, self._number = None, 0
        elif name == "ph":
            self._place = attributes.get("type", "obj")
        elif name == "p":
            self._depth, self._bullet = 0, None
        elif name == "pPr":
            self._depth = number(attributes.get("lvl", ""), MAX_LEVEL)
        elif name in {"buNone", "buChar", "buBlip", "buAutoNum"}:
            self._bullet = name

    @property
    def _skips(self) -> bool:
        return self.is_hidden or self._place in (_NOT_NOTES if self._are_notes else _REPEATED)

    def _write(self, text: str) -> None:
        if self._tables.is_open:
            self._tables.text(text)
        elif not text.strip() or self._skips:
            return
        elif self._are_notes:
            label, self._is_labelled = "" if self._is_labelled else "Notes: ", True
            self._writer.paragraph(f"{label}{text.strip()}")
        elif self._place in _TITLES:
            self._writer.heading(text, 1)
        elif self._bullet == "buAutoNum":
            self._number = self._number + 1 if not self._depth else self._number
            mark = f"{self._number}." if not self._depth else "-"
            self._writer.item(text, mark=mark, depth=self._depth)
        elif self._is_item:
            self._writer.item(text, mark="-", depth=self._depth)
        else:
            self._writer.paragraph(text)

    @property
    def _is_item(self) -> bool:
        """Whether the paragraph has a bullet: its own, or that of a place for the slide's text."""
        if self._bullet is not None:
            return self._bullet != "buNone"
        return self._place in {"obj", "body"}


def _title_first(blocks: Iterable[Block]) -> Iterator[Block]:
    """Move a slide's title to its head: the order in the file is that of drawing."""
    held: list[Block] = []
    is_titled = False
    for block in blocks:
        if is_titled or len(held) > _MAX_BEFORE_TITLE:
            yield from held
            held.clear()
            yield block
        elif block.kind == "heading":
            is_titled = True
            yield block
        else:
            held.append(block)
    yield from held
