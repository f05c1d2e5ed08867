"""A PDF into blocks: the text of each page, in the order the page draws it, read by PDFium."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput

if TYPE_CHECKING:
    import pypdfium2

MAX_BLOCK_CHARS: Final = 65_536
"""A page with more text is cut."""
_HEADER_BYTES: Final = 1_024
"""The header may stand anywhere in these (PDF 1.7, annex H, note 13)."""
# PDFium puts these where it has joined a word that was divided at the end of a line.
_JOINED: Final = dict.fromkeys([0x02, 0xFFFE, 0xAD])
_CONTROLS: Final = dict.fromkeys([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0xFEFF], " ")
_CLEANED: Final = {**_CONTROLS, **_JOINED}


class PdfParser:
    """A `Parser` of PDF. Scans, which hold pictures of text alone, are refused."""

    def __init__(self) -> None:
        # Imported here, so that a process that is about to fork for each document has it loaded.
        import pypdfium2

        self._pdfium = pypdfium2

    def parse(self, path: str, *, options: dict[str, Any]) -> Iterator[Block]:
        """Yield a block per page that has text, in pieces where a page is very long.

        Raises:
            InvalidInput: The file is empty, no PDF, damaged, encrypted, or has no text.
        """
        document = self._open(Path(path))
        try:
            pages = len(document)
            is_empty = True
            for number in range(1, pages + 1):
                for text in _pieces(_lines(self._page_text(document, number))):
                    is_empty = False
                    yield Block(text=text, kind="page", page=number)
            if is_empty:
                raise InvalidInput(
                    f"The PDF has {pages:,} page{'s' if pages > 1 else ''} and no text on any of "
                    "them; it is probably a scan. Recognise its text (OCR) and add it again.",
                    code="document_has_no_text",
                )
        finally:
            document.close()

    def _open(self, path: Path) -> "pypdfium2.PdfDocument":
        with path.open("rb") as file:
            head = file.read(_HEADER_BYTES)
        if not head:
            raise InvalidInput("The file is empty.", code="document_empty")
        if b"%PDF-" not in head:
            raise InvalidInput("The file is not a PDF, whatever its name says.", code="not_a_pdf")
        try:
            return self._pdfium.PdfDocument(path)
        except self._pdfium.PdfiumError as error:
            raise self._refusal(error.err_code) from None

    def _refusal(self, code: int | None) -> InvalidInput:
        raw = self._pdfium.raw
        if code == raw.FPDF_ERR_PASSWORD:
            return InvalidInput(
                "The PDF is protected with a password. Remove the protection and add it again.",
                code="document_encrypted",
            )
        if code == raw.FPDF_ERR_SECURITY:
            return InvalidInput(
                "The PDF is encrypted in a way that cannot be read.", code="document_encrypted"
            )
        return InvalidInput(
            "The PDF is damaged and cannot be opened. Save or export it anew.",
            code="document_damaged",
        )

    def _page_text(self, document: "pypdfium2.PdfDocument", number: int) -> str:
        try:
            page = document[number - 1]
        except self._pdfium.PdfiumError:
            raise self._damaged_page(number) from None
        try:
            text_page = page.get_textpage()
            try:
                text: str = text_page.get_text_bounded()
                return text
            finally:
                text_page.close()
        except self._pdfium.PdfiumError:
            raise self._damaged_page(number) from None
        finally:
            page.close()

    @staticmethod
    def _damaged_page(number: int) -> InvalidInput:
        return InvalidInput(
            f"Page {number:,} of the PDF is damaged and cannot be read. Save or export it anew.",
            code="document_damaged",
        )


def _lines(text: str) -> str:
    """Return the page's lines, without controls and without blanks at their ends."""
    cleaned = text.translate(_CLEANED).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in cleaned.split("\n")).strip("\n")


def _pieces(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > MAX_BLOCK_CHARS:
        middle, last = start + MAX_BLOCK_CHARS // 2, start + MAX_BLOCK_CHARS
        end = text.rfind("\n", middle, last) + 1 or text.rfind(" ", middle, last) + 1 or last
        if text[start:end].strip():
            yield text[start:end]
        start = end
    if text[start:].strip():
        yield text[start:]
