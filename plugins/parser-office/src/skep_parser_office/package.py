"""How the parts of an Open XML file refer to each other (ECMA-376, part 2)."""

import posixpath
from typing import Final, Literal

from skep_contracts.documents.archive import Archive
from skep_contracts.plugins.parsers import Block
from skep_parser_office.archive import damaged
from skep_parser_office.xml_events import Attributes, check_entries, exhaust

Kind = Literal["word", "slides", "workbook", "binary workbook"]

_KINDS: Final[tuple[tuple[str, Kind], ...]] = (
    ("sheet.binary", "binary workbook"),
    ("word", "word"),
    ("presentation", "slides"),
    ("powerpoint", "slides"),
    ("slideshow", "slides"),
    ("spreadsheet", "workbook"),
    ("excel", "workbook"),
)


class Relationships:
    """From the identifiers in a part to the parts they mean. What lies elsewhere is left out."""

    def __init__(self, archive: Archive, part: str) -> None:
        """Read those of `part`; of the whole file where it is empty."""
        folder, name = posixpath.split(part)
        self._folder = folder
        self._found: dict[str, tuple[str, str]] = {}
        self.blocks: list[Block] = []
        place = posixpath.join(folder, "_rels", f"{name}.rels")
        if place in archive:
            exhaust(archive.pieces(place), self)

    def start(self, name: str, attributes: Attributes) -> None:
        """Take one in."""
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = posixpath.normpath(posixpath.join(self._folder, attributes.get("Target", "")))
        self._found[attributes.get("Id", "")] = (kind, target.lstrip("/"))
        check_entries(len(self._found))

    def end(self, name: str) -> None:
        """Nothing to do."""

    def text(self, text: str) -> None:
        """Nothing to do."""

    def target(self, identifier: str | None) -> str | None:
        """Return the part that an identifier means."""
        return self._found[identifier][1] if identifier in self._found else None

    def first(self, kind: str) -> str | None:
        """Return the first part of a kind."""
        for each, target in self._found.values():
            if each == kind:
                return target
        return None


def main_part(archive: Archive) -> tuple[str, Kind] | None:
    """Return the part that the file is about, and of which kind it is.

    None for an archive of another format.

    Raises:
        InvalidInput: The file is damaged.
    """
    if "[Content_Types].xml" not in archive:
        return None
    part = Relationships(archive, "").first("officeDocument")
    if part is None or part not in archive:
        raise damaged("its main part is missing")
    types = _ContentTypes(part)
    exhaust(archive.pieces("[Content_Types].xml"), types)
    for word, kind in _KINDS:
        if word in types.found:
            return part, kind
    return None


class _ContentTypes:
    """Finds what one part is declared to be."""

    def __init__(self, part: str) -> None:
        self._part = f"/{part}".lower()
        self._extension = posixpath.splitext(part)[1].lstrip(".").lower()
        self.found = ""
        self.blocks: list[Block] = []

    def start(self, name: str, attributes: Attributes) -> None:
        is_override = name == "Override" and attributes.get("PartName", "").lower() == self._part
        is_default = (
            name == "Default"
            and not self.found
            and attributes.get("Extension", "").lower() == self._extension
        )
        if is_override or is_default:
            self.found = attributes.get("ContentType", "").lower()

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass
