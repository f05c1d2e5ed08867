"""A Word document (WordprocessingML) into blocks, in the order of its body; notes at the end."""

from collections.abc import Iterator
from typing import Final

from skep_contracts.documents.archive import Archive
from skep_contracts.plugins.parsers import Block
from skep_parser_office.blocks import BlockWriter, Held
from skep_parser_office.package import Relationships
from skep_parser_office.table_rows import OpenTables
from skep_parser_office.word_styles import MAX_LEVEL, Numbering, Styles, number
from skep_parser_office.xml_events import Attributes, check_entries, exhaust, named, read_xml

# What a reader does not see: the other form of a drawing, what a tracked change took away or
# explains, the codes of fields, and settings whose children are named like text.
_UNSEEN: Final = frozenset(
    [
        "Fallback",
        "del",
        "instrText",
        "moveFrom",
        "pPrChange",
        "rPrChange",
        "sdtPr",
        "sectPr",
        "tabs",
        "tblPr",
        "tcPr",
        "trPr",
    ]
)
_BREAKS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_NOT_NOTES: Final = frozenset({"separator", "continuationSeparator", "continuationNotice"})
_OFF: Final = frozenset({"0", "false", "off"})


def read_word(archive: Archive, part: str) -> Iterator[Block]:
    """Yield the blocks of the document whose body is `part`.

    Raises:
        InvalidInput: It is damaged.
    """
    relationships = Relationships(archive, part)
    styles, numbering = Styles(), Numbering()
    for kind, listener in (("styles", styles), ("numbering", numbering)):
        place = relationships.first(kind)
        if place is not None and place in archive:
            exhaust(archive.pieces(place), listener)
    body = WordListener(styles, numbering)
    yield from read_xml(archive.pieces(part), body)
    for kind, marks in (("footnotes", body.footnotes), ("endnotes", body.endnotes)):
        place = relationships.first(kind)
        if marks and place is not None and place in archive:
            notes = WordListener(styles, numbering, notes=marks)
            yield from read_xml(archive.pieces(place), notes)


class _Paragraph:
    __slots__ = ("depth", "list_id", "outline", "style", "text")

    def __init__(self) -> None:
        self.text = Held()
        self.style = ""
        self.outline: int | None = None
        self.list_id: str | None = None
        self.depth = 0


class WordListener:
    """Hears WordprocessingML. Paragraphs stand in each other where a text box stands in one."""

    def __init__(
        self, styles: Styles, numbering: Numbering, *, notes: dict[str, int] | None = None
    ) -> None:
        """Write a body; with `notes`, those of a part of notes, which have such numbers."""
        self._writer = BlockWriter()
        self.blocks = self._writer.blocks
        self.footnotes: dict[str, int] = {}
        self.endnotes: dict[str, int] = {}
        self._styles = styles
        self._numbering = numbering
        self._notes = notes
        self._mark = ""
        self._paragraphs: list[_Paragraph] = []
        self._tables = OpenTables(self._writer)
        self._unseen = 0
        self._in_settings = self._is_hidden = self._is_text = False

    def start(self, name: str, attributes: Attributes) -> None:
        """Hear that an element begins."""
        if self._unseen or name in _UNSEEN or self._is_no_note(name, attributes):
            self._unseen += 1
        elif name == "t":
            self._is_text = not self._is_hidden
        elif name == "p":
            self._paragraphs.append(_Paragraph())
        elif name == "pPr":
            self._in_settings = True
        elif name == "r":
            self._is_hidden = False
        elif self._in_settings:
            self._set(name, attributes)
        elif name in {"tbl", "tr", "tc"}:
            self._tables.start(name)
        elif name == "vanish":
            self._is_hidden = named(attributes, "val") not in _OFF
        elif not self._is_hidden:
            self._add(self._sign(name, attributes))

    def end(self, name: str) -> None:
        """Hear that an element ends."""
        if self._unseen:
            self._unseen -= 1
        elif name == "t":
            self._is_text = False
        elif name == "pPr":
            self._in_settings = False
        elif name == "p" and self._paragraphs:
            self._write(self._paragraphs.pop())
        elif name in {"tbl", "tr", "tc"}:
            self._tables.end(name)
        elif name in {"document", "footnotes", "endnotes"}:
            self._writer.flush()

    def text(self, text: str) -> None:
        """Hear text, a part of it at a time."""
        if self._is_text and not self._unseen:
            self._add(text)

    def _add(self, text: str) -> None:
        if text and self._paragraphs:
            self._paragraphs[-1].text.add(text)

    def _sign(self, name: str, attributes: Attributes) -> str:
        if name in {"footnoteReference", "endnoteReference"}:
            marks = self.footnotes if name == "footnoteReference" else self.endnotes
            check_entries(len(marks))
            mark = marks.setdefault(named(attributes, "id") or "", len(marks) + 1)
            return f" [{mark}]"
        if name == "sym":
            # Fonts of symbols put theirs where Unicode has none, at F000 and on.
            code = named(attributes, "char") or ""
            return "•" if code.upper().startswith("F0") else ""
        return _BREAKS.get(name, "")

    def _set(self, name: str, attributes: Attributes) -> None:
        paragraph = self._paragraphs[-1] if self._paragraphs else _Paragraph()
        value = named(attributes, "val") or ""
        if name == "pStyle":
            paragraph.style = value
        elif name == "outlineLvl":
            paragraph.outline = number(value, MAX_LEVEL)
        elif name == "numId":
            paragraph.list_id = value
        elif name == "ilvl":
            paragraph.depth = number(value, MAX_LEVEL)

    def _write(self, paragraph: _Paragraph) -> None:
        text = paragraph.text.taken()
        if self._tables.is_open:
            self._tables.text(text)
            return
        if not text.strip() or self._styles.is_contents(paragraph.style):
            return
        if self._mark:
            text, self._mark = f"{self._mark} {text.lstrip()}", ""
        level = self._styles.level_of(paragraph.style)
        if paragraph.outline is not None:
            level = paragraph.outline + 1 if paragraph.outline < MAX_LEVEL else 0
        list_id, depth = paragraph.list_id, paragraph.depth
        if list_id is None:
            list_id, depth = self._styles.list_of(paragraph.style)
        if level:
            self._writer.heading(text, level)
        elif list_id is not None and list_id != "0":
            mark = self._numbering.mark(list_id, depth)
            self._writer.item(text, mark=mark, depth=depth)
        else:
            self._writer.paragraph(text)

    def _is_no_note(self, name: str, attributes: Attributes) -> bool:
        """Tell whether a note begins that is none, and remember the number of one that is."""
        if self._notes is None or name not in {"footnote", "endnote"}:
            return False
        mark = self._notes.get(named(attributes, "id") or "")
        self._mark = f"[{mark}]" if mark else ""
        return named(attributes, "type") in _NOT_NOTES or mark is None
