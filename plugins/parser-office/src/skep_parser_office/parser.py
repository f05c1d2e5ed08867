"""An office file into blocks. What it is, its parts say; its name is not asked."""

from collections.abc import Iterator
from typing import Any, Final

from skep_contracts.documents.archive import Archive, opened_archive
from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_office.archive import OFFICE_FILE
from skep_parser_office.open_document import read_open_document
from skep_parser_office.package import main_part
from skep_parser_office.sheets.workbook import read_workbook
from skep_parser_office.slides import read_slides
from skep_parser_office.word import read_word

_MIME_TYPE: Final = "mimetype"
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument."


class OfficeParser:
    """A `Parser` of docx, pptx, xlsx, odt, odp, ods, and their templates."""

    def parse(self, path: str, *, options: dict[str, Any]) -> Iterator[Block]:
        """Yield headings, paragraphs, lists and tables.

        Raises:
            InvalidInput: The file is empty, damaged, encrypted, hostile, of another format, or has
                nothing to read.
        """
        is_empty = True
        with opened_archive(path, OFFICE_FILE) as archive:
            for block in _read(archive):
                is_empty = False
                yield block
        if is_empty:
            raise InvalidInput(
                "The file has no text. Text in pictures is not read.", code="document_empty"
            )


def _read(archive: Archive) -> Iterator[Block]:
    found = main_part(archive)
    if found is None:
        mime_type = archive.start(_MIME_TYPE).decode("ascii", "replace").strip()
        kind = mime_type.removeprefix(_OPEN_DOCUMENT).partition("-")[0]
        if kind == mime_type or kind not in {"text", "presentation", "spreadsheet"}:
            raise _other(mime_type)
        return read_open_document(archive)
    part, form = found
    match form:
        case "word":
            return read_word(archive, part)
        case "slides":
            return read_slides(archive, part)
        case "workbook":
            return read_workbook(archive, part)
        case _:
            raise InvalidInput(
                "The file is a binary workbook (.xlsb). Save it as .xlsx and add it again.",
                code="unsupported_format",
            )


def _other(mime_type: str) -> InvalidInput:
    if mime_type == "application/epub+zip":
        return InvalidInput(
            "The file is an EPUB, not an office document. Let its name end in .epub.",
            code="not_an_office_document",
        )
    return InvalidInput(
        "The file is a zip archive, but not a document, presentation or spreadsheet.",
        code="not_an_office_document",
    )
