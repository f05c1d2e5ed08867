"""Splits blocks into chunks of bounded size with overlap."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.parsers import Chunker, ChunkerDescription


def _build() -> Chunker:
    from skep_chunker_general.chunker import GeneralChunker

    return GeneralChunker()


@hookimpl
def skep_chunkers() -> list[ChunkerDescription]:
    """Describe the chunker."""
    return [
        ChunkerDescription(
            name="general", title="By separators, up to a size, with overlap", factory=_build
        )
    ]
