"""A PDF into blocks: the text of each page, in the order the page draws it, read by PDFium."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from skep_contracts.plugins.parsers import MAX_PICTURE_BYTES, Block
from skep_contracts.problems import InvalidInput

if TYPE_CHECKING:
    import pypdfium2

MAX_BLOCK_CHARS: Final = 65_536
"""A page with more text is cut."""
_LONG_SIDE: Final = 2_000
"""Pixels of a page as a picture: small print of A4 can be read, and no vendor takes more."""
_MAX_SCALE: Final = 4.0
_QUALITIES: Final = (80, 50, 25)
_HEADER_BYTES: Final = 1_024
"""The header may stand anywhere in these (PDF 1.7, annex H, note 13)."""
# PDFium puts these where it has joined a word that was divided at the end of a line.
_JOINED: Final = dict.fromkeys([0x02, 0xFFFE, 0xAD])
_CONTROLS: Final = dict.fromkeys([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0xFEFF], " ")
_CLEANED: Final = {**_CONTROLS, **_JOINED}


class PdfParser:
    """A `Parser` of PDF. Pages without text are pictures; without those, a scan is refused."""

    def __init__(self) -> None:
        # Imported here, so that a process that is about to fork for each document has it loaded.
        import PIL.JpegImagePlugin  # noqa: F401  # what writes pages that are pictures
        import pypdfium2

        self._pdfium = pypdfium2

    def parse(self, path: str, *, options: dict[str, Any]) -> Iterator[Block]:
        """Yield a block per page, in pieces where one is very long.

        A page without text is a picture; one that shows nothing is left out.

        Raises:
            InvalidInput: The file is empty, no PDF, damaged, encrypted, or has no text.
        """
        document = self._open(Path(path))
        wants_pictures = bool(options.get("pictures"))
        try:
            pages = len(document)
            is_empty = True
            for number in range(1, pages + 1):
                for block in self._page(document, number, wants_pictures=wants_pictures):
                    is_empty = is_empty and not (block.text or block.picture)
                    yield block
            if is_empty:
                raise InvalidInput(
                    f"The PDF has {pages:,} page{'s' if pages > 1 else ''} and no text on any of "
                    "them; it is probably a scan. Recognise its text (OCR), or have a model read "
                    "its pages as pictures.",
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

    def _page(
        self, document: "pypdfium2.PdfDocument", number: int, *, wants_pictures: bool
    ) -> Iterator[Block]:
        try:
            page = document[number - 1]
        except self._pdfium.PdfiumError:
            raise self._damaged_page(number) from None
        try:
            is_empty = True
            for text in _pieces(_lines(self._text_of(page))):
                is_empty = False
                yield Block(text=text, kind="page", page=number)
            if is_empty and self._pdfium.raw.FPDFPage_CountObjects(page) > 0:
                picture = _drawn(page) if wants_pictures else b""
                yield Block(text="", kind="picture", page=number, picture=picture)
        except self._pdfium.PdfiumError:
            raise self._damaged_page(number) from None
        finally:
            page.close()

    @staticmethod
    def _text_of(page: "pypdfium2.PdfPage") -> str:
        text_page = page.get_textpage()
        try:
            text: str = text_page.get_text_bounded()
            return text
        finally:
            text_page.close()

    @staticmethod
    def _damaged_page(number: int) -> InvalidInput:
        return InvalidInput(
            f"Page {number:,} of the PDF is damaged and cannot be read. Save or export it anew.",
            code="document_damaged",
        )


def _drawn(page: "pypdfium2.PdfPage") -> bytes:
    """Return the page as a JPEG."""
    scale = min(_LONG_SIDE / max(*page.get_size(), 1), _MAX_SCALE)
    bitmap = page.render(scale=scale)
    try:
        image = bitmap.to_pil().convert("RGB")
    finally:
        bitmap.close()
    jpeg = b""
    for quality in _QUALITIES:
        written = io.BytesIO()
        image.save(written, "JPEG", quality=quality)
        jpeg = written.getvalue()
        if len(jpeg) <= MAX_PICTURE_BYTES:
            break
    return jpeg


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
