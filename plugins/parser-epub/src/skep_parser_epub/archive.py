"""The zip archive that a book is, and what is said of one that is none."""

from typing import IO, Final

from skep_contracts.documents.archive import ArchiveKind
from skep_contracts.problems import InvalidInput


def damaged(reason: str) -> InvalidInput:
    """Return the error for a book that is not as it should be."""
    return InvalidInput(f"The book is damaged: {reason}. Export it anew.", code="document_damaged")


def encrypted() -> InvalidInput:
    """Return the error for a book that only its shop's programs can open."""
    return InvalidInput(
        "The book is encrypted: it is protected against copying.", code="document_encrypted"
    )


def not_a_book() -> InvalidInput:
    """Return the error for a file of another kind."""
    return InvalidInput("The file is not an EPUB, whatever its name says.", code="not_an_epub")


def _stranger(_head: bytes, _file: IO[bytes]) -> InvalidInput:
    return not_a_book()


BOOK: Final = ArchiveKind(
    plural="books",
    max_unpacked_bytes=1_000_000_000,
    damaged=damaged,
    encrypted=encrypted,
    stranger=_stranger,
)
