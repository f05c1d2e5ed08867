"""A workbook (SpreadsheetML) into blocks, sheet by sheet: a heading, then rows as lines."""

from collections.abc import Iterator
from typing import Final

from skep_contracts.documents.archive import Archive
from skep_contracts.plugins.parsers import Block
from skep_parser_office.blocks import BlockWriter, Held, check_held
from skep_parser_office.package import Relationships
from skep_parser_office.sheets.cell_values import CellFormats, SharedTexts, number_in
from skep_parser_office.sheets.sheet_rows import SheetRows
from skep_parser_office.xml_events import Attributes, check_entries, exhaust, named, read_xml

MAX_COLUMNS: Final = 16_384
_NUMBERS: Final = frozenset({None, "n", "d"})
_LETTERS: Final = {letter: at for at, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1)}
_RETURN: Final = "_x000D_"
"""How a carriage return is written (ECMA-376, part 1, 22.9.2.19)."""
_BOOLEANS: Final = {"0": "FALSE", "1": "TRUE"}


def read_workbook(archive: Archive, part: str) -> Iterator[Block]:
    """Yield the blocks of the workbook whose list of sheets is `part`.

    Raises:
        InvalidInput: It is damaged.
    """
    relationships = Relationships(archive, part)
    book = _Book()
    exhaust(archive.pieces(part), book)
    texts, formats = SharedTexts(), CellFormats()
    for kind, listener in (("sharedStrings", texts), ("styles", formats)):
        place = relationships.first(kind)
        if place is not None and place in archive:
            exhaust(archive.pieces(place), listener)
    for page, (name, identifier) in enumerate(book.sheets, 1):
        sheet = relationships.target(identifier)
        if name and sheet is not None and sheet in archive:
            values = CellReader(texts, formats, from_1904=book.from_1904)
            yield from _with_name(
                name, page, read_xml(archive.pieces(sheet), SheetListener(values, page=page))
            )


def _with_name(name: str, page: int, blocks: Iterator[Block]) -> Iterator[Block]:
    """Put the name of a sheet before its blocks, if it has any."""
    writer = BlockWriter()
    writer.page = page
    writer.heading(name, 1)
    for block in blocks:
        yield from writer.blocks
        writer.blocks.clear()
        yield block


class _Book:
    """The sheets in their order; those that are hidden have no name here."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.sheets: list[tuple[str, str | None]] = []
        self.from_1904 = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            is_seen = attributes.get("state", "visible") == "visible"
            title = attributes.get("name", "") if is_seen else ""
            self.sheets.append((title, named(attributes, "id")))
            check_entries(len(self.sheets))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in {"1", "true"}

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


class CellReader:
    """Knows what a cell shows."""

    def __init__(self, texts: SharedTexts, formats: CellFormats, *, from_1904: bool) -> None:
        self._texts = texts
        self._formats = formats
        self._from_1904 = from_1904

    def shown(self, value: str, kind: str | None, style: str | None) -> str:
        """Return the text of a cell of a kind and style."""
        if kind == "s":
            return self._texts[number_in(value)].replace(_RETURN, " ")
        if kind == "b":
            return _BOOLEANS.get(value, value)
        if kind == "e":
            return ""
        if kind in {None, "n"}:
            return self._formats.shown(value.strip(), style, from_1904=self._from_1904)
        return value.replace(_RETURN, " ")


class SheetListener:
    """Hears a sheet. What is held is one row."""

    def __init__(self, values: CellReader, *, page: int) -> None:
        """Write the rows of sheet `page`."""
        self._writer = BlockWriter()
        self._writer.page = page
        self.blocks = self._writer.blocks
        self._rows = SheetRows(self._writer)
        self._values = values
        self._row: dict[int, str] = {}
        self._held = 0
        self._has_numbers = False
        self._column = -1
        self._kind: str | None = None
        self._style: str | None = None
        self._value = Held()
        self._is_value = False
        self._unseen = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """Hear that an element begins."""
        if name == "c":
            place = attributes.get("r")
            self._column = self._column + 1 if place is None else column_of(place)
            self._kind, self._style = attributes.get("t"), attributes.get("s")
        elif name in {"v", "t"}:
            self._is_value = not self._unseen
        elif name == "row":
            self._row, self._held, self._column, self._has_numbers = {}, 0, -1, False
        elif name == "rPh":
            self._unseen += 1

    def end(self, name: str) -> None:
        """Hear that an element ends."""
        if name == "c":
            self._take(self._value.taken())
        elif name in {"v", "t"}:
            self._is_value = False
        elif name == "row":
            self._rows.write(self._row, has_numbers=self._has_numbers)
            self._row = {}
        elif name == "rPh" and self._unseen:
            self._unseen -= 1
        elif name in {"sheetData", "worksheet"}:
            self._rows.finish()

    def text(self, text: str) -> None:
        """Hear text, a part of it at a time."""
        if self._is_value:
            self._value.add(text)

    def _take(self, value: str) -> None:
        if not value or not 0 <= self._column < MAX_COLUMNS:
            return
        shown = self._values.shown(value, self._kind, self._style)
        if shown:
            self._has_numbers = self._has_numbers or self._kind in _NUMBERS
            self._held += len(shown)
            check_held(self._held)
            self._row[self._column] = shown


def column_of(place: str) -> int:
    """Return the column of a cell such as ``AB12``, counted from 0; -1 if it is none."""
    column = 0
    for letter in place[:4]:
        at = _LETTERS.get(letter)
        if at is None:
            break
        column = column * 26 + at
    return column - 1
