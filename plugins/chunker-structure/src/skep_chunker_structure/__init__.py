"""Splits documents along their structure: by sections, or by pages."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.parsers import Chunker, ChunkerDescription


def _structure() -> Chunker:
    from skep_chunker_structure.structure import StructureChunker

    return StructureChunker()


def _document() -> Chunker:
    from skep_chunker_structure.whole import DocumentChunker

    return DocumentChunker()


@hookimpl
def skep_chunkers() -> list[ChunkerDescription]:
    """Describe the chunkers."""
    return [
        ChunkerDescription(
            name="structure",
            title="By headings, with tables and code kept whole",
            factory=_structure,
        ),
        ChunkerDescription(
            name="document", title="Whole documents, or pages, up to a size", factory=_document
        ),
    ]
