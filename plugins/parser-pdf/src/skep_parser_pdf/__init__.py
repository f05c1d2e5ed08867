"""PDF into blocks, page by page."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.parsers import Parser, ParserDescription


def _build() -> Parser:
    from skep_parser_pdf.parser import PdfParser

    return PdfParser()


@hookimpl
def skep_parsers() -> list[ParserDescription]:
    """Describe the parser."""
    return [
        ParserDescription(
            name="pdf",
            title="PDF",
            mime_types=("application/pdf", "application/x-pdf"),
            extensions=(".pdf",),
            signatures=(b"%PDF-",),
            priority=10,
            factory=_build,
        )
    ]
