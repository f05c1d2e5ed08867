"""The zip archive that an office file is: its parts by name, and never more than is allowed."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from skep_contracts.problems import InvalidInput

MAX_UNPACKED_BYTES: Final = 2_000_000_000
MAX_RATIO: Final = 200
"""Of what is unpacked to the whole archive; sheets of numbers reach some 20."""
FREE_BYTES: Final = 64_000_000
"""So much may come of a small archive, whatever the ratio."""
_MAX_DIRECTORY_BYTES: Final = 2_000_000
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
_SNIFFED_BYTES: Final = 1_000_000
_PIECE_BYTES: Final = 65_536
# What `zipfile` raises over an archive that is damaged or made to be.
_DAMAGES: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    OverflowError,
    IndexError,
)


class Archive:
    """The parts of an archive. Names are compared without regard to case, as Open XML asks."""

    def __init__(self, file: zipfile.ZipFile, *, size_bytes: int) -> None:
        """Read from `file`, which has so many bytes on the disk."""
        self._file = file
        self._allowed = min(MAX_UNPACKED_BYTES, max(FREE_BYTES, MAX_RATIO * size_bytes))
        self._parts = {
            _key(each.filename): each for each in file.infolist() if not _leads_out(each.filename)
        }

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._parts

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece.

        Raises:
            InvalidInput: It is missing, damaged or encrypted, or unpacks to more than is allowed.
        """
        part = self._parts.get(_key(name))
        if part is None:
            raise damaged("a part that it refers to is missing")
        if part.flag_bits & 0x1:
            raise encrypted()
        if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise damaged("it is compressed in a way that office files are not")
        try:
            with self._file.open(part) as stream:
                while piece := stream.read(_PIECE_BYTES):
                    self._allowed -= len(piece)
                    if self._allowed < 0:
                        raise _bomb()
                    yield piece
        except _DAMAGES:
            raise damaged("a part of it cannot be unpacked") from None

    def start(self, name: str, size: int = 4_096) -> bytes:
        """Return the first bytes of a part; none if it is missing."""
        return next(self.pieces(name), b"")[:size] if name in self else b""


@contextmanager
def open_archive(path: str) -> Iterator[Archive]:
    """Open the archive at `path`.

    Raises:
        InvalidInput: The file is empty, encrypted, of an old format, or no archive.
    """
    with Path(path).open("rb") as file:
        head = file.read(len(_COMPOUND))
        if not head:
            raise InvalidInput("The file is empty.", code="document_empty")
        if head == _COMPOUND:
            raise _compound(file)
        if not head.startswith(b"PK"):
            raise InvalidInput(
                "The file is not an office document, whatever its name says.",
                code="not_an_office_document",
            )
        size = Path(path).stat().st_size
        try:
            opened = zipfile.ZipFile(_Wary(file))
            archive = Archive(opened, size_bytes=size)
        except _DAMAGES:
            raise damaged("its list of parts cannot be read") from None
        with opened:
            yield archive


class _Wary:
    """A file that gives only so much at once: the list of an archive's parts is read in one go."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.close = file.seek, file.tell, file.close
        self.seekable, self.mode, self.name = file.seekable, "rb", ""

    def read(self, size: int = -1) -> bytes:
        if size > _MAX_DIRECTORY_BYTES:
            raise zipfile.BadZipFile
        return self._file.read(_MAX_DIRECTORY_BYTES if size < 0 else size)


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


def _bomb() -> InvalidInput:
    return InvalidInput(
        f"The file unpacks to more than {MAX_UNPACKED_BYTES // 1_000_000:,} MB or "
        f"{MAX_RATIO} times its size, as no document of this kind does.",
        code="document_too_large",
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


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _leads_out(name: str) -> bool:
    return ".." in name.replace("\\", "/").split("/")
