"""The zip archive that a book is: its files by name, and never more than is allowed."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from skep_contracts.problems import InvalidInput

MAX_UNPACKED_BYTES: Final = 1_000_000_000
MAX_RATIO: Final = 200
"""Of what is unpacked to the whole archive; text reaches some 10."""
FREE_BYTES: Final = 64_000_000
"""So much may come of a small archive, whatever the ratio."""
_MAX_DIRECTORY_BYTES: Final = 2_000_000
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
    """The parts of an archive, by name."""

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
            raise damaged("it is compressed in a way that books are not")
        try:
            with self._file.open(part) as stream:
                while piece := stream.read(_PIECE_BYTES):
                    self._allowed -= len(piece)
                    if self._allowed < 0:
                        raise _bomb()
                    yield piece
        except _DAMAGES:
            raise damaged("a part of it cannot be unpacked") from None

    def read(self, name: str, *, max_bytes: int) -> bytes:
        """Return a part as a whole.

        Raises:
            InvalidInput: As of `pieces`, or it is longer.
        """
        content = bytearray()
        for piece in self.pieces(name):
            content += piece
            if len(content) > max_bytes:
                raise InvalidInput(
                    f"A part of the book has more than {max_bytes:,} bytes.",
                    code="document_too_large",
                )
        return bytes(content)


@contextmanager
def open_archive(path: str) -> Iterator[Archive]:
    """Open the archive at `path`.

    Raises:
        InvalidInput: The file is empty, damaged, or no archive.
    """
    with Path(path).open("rb") as file:
        head = file.read(2)
        if not head:
            raise InvalidInput("The file is empty.", code="document_empty")
        if head != b"PK":
            raise not_a_book()
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


def _bomb() -> InvalidInput:
    return InvalidInput(
        f"The file unpacks to more than {MAX_UNPACKED_BYTES // 1_000_000:,} MB or "
        f"{MAX_RATIO} times its size, as no book does.",
        code="document_too_large",
    )


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/")


def _leads_out(name: str) -> bool:
    return ".." in name.replace("\\", "/").split("/")
