"""An OpenDocument file into blocks: texts, presentations and spreadsheets have one vocabulary."""

from collections.abc import Iterator
from typing import Final

from skep_contracts.documents.archive import Archive
from skep_contracts.plugins.parsers import Block
from skep_parser_office.archive import damaged, encrypted
from skep_parser_office.blocks import BlockWriter, Held, check_held
from skep_parser_office.sheets.cell_values import number_in
from skep_parser_office.sheets.sheet_rows import SheetRows
from skep_parser_office.sheets.workbook import MAX_COLUMNS
from skep_parser_office.table_rows import OpenTables
from skep_parser_office.word_styles import MAX_LEVEL
from skep_parser_office.xml_events import Attributes, check_entries, exhaust, named, read_xml

_MANIFEST: Final = "META-INF/manifest.xml"
_CONTENT: Final = "content.xml"
_UNSEEN: Final = frozenset(
    [
        "annotation",
        "binary-data",
        "desc",
        "forms",
        "hidden-text",
        "note-citation",
        "table-of-content",
        "title",
        "tracked-changes",
    ]
)
_REPEATED: Final = frozenset({"header", "footer", "date-time", "page-number", "page"})
_ROWS: Final = {"table": "tbl", "table-row": "tr", "table-cell": "tc", "covered-table-cell": "tc"}


def read_open_document(archive: Archive) -> Iterator[Block]:
    """Yield the blocks of the file's content.

    Raises:
        InvalidInput: It is damaged or encrypted.
    """
    if _MANIFEST in archive:
        exhaust(archive.pieces(_MANIFEST), _Encryption())
    if _CONTENT not in archive:
        raise damaged("its content is missing")
    return read_xml(archive.pieces(_CONTENT), OpenDocumentListener())


class _Encryption:
    """Refuses a file with parts that are encrypted."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "encryption-data":
            raise encrypted()

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


class OpenDocumentListener:
    """Hears the content of a text, a presentation or a spreadsheet."""

    def __init__(self) -> None:
        self._writer = BlockWriter()
        self.blocks = self._writer.blocks
        self._texts: list[Held] = []  # of paragraphs: one stands in another where a note does
        self._tables = OpenTables(self._writer)
        self._sheet: _Sheet | None = None
        self._lists = _Lists(self._writer)
        self._hidden = _HiddenStyles()
        self._level = 0
        self._unseen = 0
        self._pages = 0
        self._is_sheets = False
        self._frame = ""
        self._notes = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """Hear that an element begins."""
        if self._unseen or name in _UNSEEN:
            self._unseen += 1
        elif name in {"p", "h"}:
            self._texts.append(Held())
            self._level = number_in(named(attributes, "outline-level")) if name == "h" else 0
        elif name in _ROWS:
            self._enter_table(name, attributes)
        elif name in {"s", "tab", "line-break"}:
            self.text("\n" if name == "line-break" else " ")
        elif name == "spreadsheet":
            self._is_sheets = True
        elif name == "notes" and self._pages:
            self._notes, self._frame = 1, ""
        elif name == "page":
            self._begin_page(attributes)
        elif name == "frame":
            self._frame = named(attributes, "class") or ""
        else:
            self._lists.start(name, attributes)
            self._hidden.start(name, attributes)

    def end(self, name: str) -> None:
        """Hear that an element ends."""
        if self._unseen:
            self._unseen -= 1
        elif name in {"p", "h"} and self._texts:
            self._write(self._texts.pop().taken(), is_heading=name == "h")
        elif name in _ROWS:
            self._leave_table(name)
        elif name == "notes":
            self._notes = 0
        elif name in {"frame", "page", "body"}:
            self._writer.flush()
            self._frame = ""
        else:
            self._lists.end(name)

    def text(self, text: str) -> None:
        """Hear text, a part of it at a time."""
        if self._texts and not self._unseen:
            # A line feed in the file is a blank; only an element breaks a line.
            self._texts[-1].add(text)

    def _write(self, text: str, *, is_heading: bool) -> None:
        if self._sheet is not None:
            self._sheet.text(text)
        elif self._tables.is_open:
            self._tables.text(text)
        elif not text.strip() or self._frame in _REPEATED:
            return
        elif self._notes:
            label, self._notes = "Notes: " if self._notes == 1 else "", 2
            self._writer.paragraph(f"{label}{text.strip()}")
        elif is_heading or self._frame == "title":
            self._writer.heading(text, min(max(1, self._level), MAX_LEVEL))
        elif self._lists.is_open:
            self._lists.write(text)
        else:
            self._writer.paragraph(text)

    def _enter_table(self, name: str, attributes: Attributes) -> None:
        if not self._is_sheets:
            self._tables.start(_ROWS[name])
        elif name == "table" and self._sheet is None:
            self._begin_page(attributes)
            if not self._unseen:
                self._sheet = _Sheet(self._writer, named(attributes, "name") or "")
        elif self._sheet is not None:
            self._sheet.start(name, attributes)

    def _begin_page(self, attributes: Attributes) -> None:
        self._pages += 1
        self._writer.page = self._pages
        self._unseen = int(named(attributes, "style-name") in self._hidden.names)

    def _leave_table(self, name: str) -> None:
        if not self._is_sheets:
            self._tables.end(_ROWS[name])
        elif self._sheet is not None:
            self._sheet.end(name)
            if self._sheet.is_ended:
                self._sheet = None


class _HiddenStyles:
    """The styles whose sheets or slides are not shown."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._open = ""

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "style":
            self._open = named(attributes, "name") or ""
        elif (name == "table-properties" and named(attributes, "display") == "false") or (
            name == "drawing-page-properties" and named(attributes, "visibility") == "hidden"
        ):
            self.names.add(self._open)
            check_entries(len(self.names))


class _Lists:
    """The lists that are open, and which of their levels are numbered."""

    def __init__(self, writer: BlockWriter) -> None:
        self._writer = writer
        self._numbered: set[tuple[str, int]] = set()
        self._style = ""
        self._open: list[list[int]] = []  # of each: items so far, and whether one has just begun
        self._name = ""

    @property
    def is_open(self) -> bool:
        return bool(self._open)

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "list-style":
            self._style = named(attributes, "name") or ""
        elif name == "list-level-style-number":
            self._numbered.add((self._style, number_in(named(attributes, "level"))))
            check_entries(len(self._numbered))
        elif name == "list":
            if not self._open:
                self._name = named(attributes, "style-name") or ""
                self._writer.flush()
            self._open.append([0, 0])
        elif name == "list-item" and self._open:
            self._open[-1][0] += 1
            self._open[-1][1] = 1

    def end(self, name: str) -> None:
        if name == "list" and self._open:
            self._open.pop()
            if not self._open:
                self._writer.flush()

    def write(self, text: str) -> None:
        """Write a paragraph of an item; the first has the mark."""
        depth, (items, is_fresh) = len(self._open) - 1, self._open[-1]
        self._open[-1][1] = 0
        mark = f"{items}." if (self._name, depth + 1) in self._numbered else "-"
        self._writer.item(text, mark=mark if is_fresh else " ", depth=depth)


class _Sheet:
    """A table of a spreadsheet, whose cells and rows may stand for many that are the same."""

    def __init__(self, writer: BlockWriter, name: str) -> None:
        self._writer = writer
        self._name = name
        self._rows = SheetRows(writer)
        self._row: dict[int, str] = {}
        self._column = self._times = self._held = 0
        self._has_numbers = self._is_number = False
        self._parts: list[str] = []
        self._inner = 0
        self.is_ended = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "table":
            self._inner += 1
        elif self._inner:
            return
        elif name == "table-row":
            self._row, self._column, self._held, self._has_numbers = {}, 0, 0, False
        else:
            self._parts = []
            repeated = named(attributes, "number-columns-repeated")
            self._times = max(1, number_in(repeated))
            self._is_number = named(attributes, "value-type") not in {None, "string"}

    def text(self, text: str) -> None:
        if text.strip():
            self._parts.append(text)
            self._hold(len(text))

    def end(self, name: str) -> None:
        if name == "table":
            self.is_ended = not self._inner
            self._inner -= 1
            if self.is_ended:
                self._rows.finish()
        elif self._inner:
            return
        elif name == "table-row":
            self._write()
        else:
            self._take(" ".join(self._parts))
            self._parts = []

    def _take(self, text: str) -> None:
        columns = range(self._column, min(self._column + self._times, MAX_COLUMNS))
        self._column += self._times
        if text and columns:
            self._hold(len(text) * len(columns))
            self._row.update(dict.fromkeys(columns, text))
            self._has_numbers = self._has_numbers or self._is_number

    def _write(self) -> None:
        if self._row and self._name:
            self._writer.heading(self._name, 1)
            self._name = ""
        self._rows.write(self._row, has_numbers=self._has_numbers)
        self._row = {}

    def _hold(self, size: int) -> None:
        self._held += size
        check_held(self._held)
