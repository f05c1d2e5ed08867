"""EPUB books into blocks."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.parsers import Parser, ParserDescription


def _build() -> Parser:
    from skep_parser_epub.parser import EpubParser

    return EpubParser()


@hookimpl
def skep_parsers() -> list[ParserDescription]:
    """Describe the parser. It has no signature: every zip archive begins as these files do."""
    return [
        ParserDescription(
            name="epub",
            title="EPUB",
            mime_types=("application/epub+zip",),
            extensions=(".epub",),
            factory=_build,
        )
    ]
