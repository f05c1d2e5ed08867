"""The zip archive that an office file is, and what is said of one that is none."""

from typing import IO, Final

from skep_contracts.documents.archive import ArchiveKind
from skep_contracts.problems import InvalidInput

_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
_SNIFFED_BYTES: Final = 1_000_000


def damaged(reason: str) -> InvalidInput:
    """Return the error for a file that is not as it should be."""
    return InvalidInput(
        f"The file is damaged: {reason}. Save or export it anew.", code="document_damaged"
    )


def encrypted() -> InvalidInput:
    """Return the error for a file that needs a password."""
    return InvalidInput(
        "The file is encrypted with a password. Remove the protection and add it again.",
        code="document_encrypted",
    )


def _stranger(head: bytes, file: IO[bytes]) -> InvalidInput:
    if head == _COMPOUND:
        return _compound(file)
    return InvalidInput(
        "The file is not an office document, whatever its name says.",
        code="not_an_office_document",
    )


def _compound(file: IO[bytes]) -> InvalidInput:
    """Tell an encrypted file from an old one: both are compound files of Windows."""
    if _ENCRYPTED_PACKAGE in file.read(_SNIFFED_BYTES):
        return encrypted()
    file.seek(max(0, file.seek(0, 2) - _SNIFFED_BYTES))  # the directory is often at the end
    if _ENCRYPTED_PACKAGE in file.read(_SNIFFED_BYTES):
        return encrypted()
    return InvalidInput(
        "The file is of a binary format of Office 97 to 2003, or encrypted. Save it as .docx, "
        ".pptx or .xlsx without a password and add it again.",
        code="old_office_format",
    )


OFFICE_FILE: Final = ArchiveKind(
    plural="office files",
    max_unpacked_bytes=2_000_000_000,
    damaged=damaged,
    encrypted=encrypted,
    stranger=_stranger,
    folds_case=True,  # as Open XML asks
)
