"""A zip archive that is not trusted: its parts by name, and never more than is allowed."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import msgspec

from skep_contracts.problems import InvalidInput

MAX_RATIO: Final = 200
"""Of what is unpacked to the whole archive; text reaches some 10, sheets of numbers 20."""
FREE_BYTES: Final = 64_000_000
"""So much may come of a small archive, whatever the ratio."""
_MAX_DIRECTORY_BYTES: Final = 2_000_000
_HEAD_BYTES: Final = 8
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


class ArchiveKind(msgspec.Struct, frozen=True, kw_only=True):
    """What archives of one kind of documents may be, and what is said of those that are not so."""

    plural: str
    """What they are called, such as ``books``."""
    max_unpacked_bytes: int
    damaged: Callable[[str], InvalidInput]
    """Makes the error for a reason, which begins in lower case and has no full stop."""
    encrypted: Callable[[], InvalidInput]
    stranger: Callable[[bytes, IO[bytes]], InvalidInput]
    """Makes the error for a file that is no zip archive: its first bytes, and the open file."""
    folds_case: bool = False
    """Compare names without regard to case."""


class Archive:
    """The parts of an archive, by name."""

    def __init__(self, file: zipfile.ZipFile, kind: ArchiveKind, *, size_bytes: int) -> None:
        """Read from `file`, which has so many bytes on the disk."""
        self._file = file
        self._kind = kind
        self._allowed = min(kind.max_unpacked_bytes, max(FREE_BYTES, MAX_RATIO * size_bytes))
        self._parts = {
            self._key(each.filename): each
            for each in file.infolist()
            if not _leads_out(each.filename)
        }

    def __contains__(self, name: str) -> bool:
        return self._key(name) in self._parts

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece.

        Raises:
            InvalidInput: It is missing, damaged or encrypted, or unpacks to more than is allowed.
        """
        kind = self._kind
        part = self._parts.get(self._key(name))
        if part is None:
            raise kind.damaged("a part that it refers to is missing")
        if part.flag_bits & 0x1:
            raise kind.encrypted()
        if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise kind.damaged(f"it is compressed in a way that {kind.plural} are not")
        try:
            with self._file.open(part) as stream:
                while piece := stream.read(_PIECE_BYTES):
                    self._allowed -= len(piece)
                    if self._allowed < 0:
                        raise self._bomb()
                    yield piece
        except _DAMAGES:
            raise kind.damaged("a part of it cannot be unpacked") from None

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
                    f"A part of the file has more than {max_bytes:,} bytes.",
                    code="document_too_large",
                )
        return bytes(content)

    def start(self, name: str, size: int = 4_096) -> bytes:
        """Return the first bytes of a part; none if it is missing."""
        return next(self.pieces(name), b"")[:size] if name in self else b""

    def _key(self, name: str) -> str:
        key = name.replace("\\", "/").lstrip("/")
        return key.lower() if self._kind.folds_case else key

    def _bomb(self) -> InvalidInput:
        most = self._kind.max_unpacked_bytes // 1_000_000
        return InvalidInput(
            f"The file unpacks to more than {most:,} MB or {MAX_RATIO} times its size, as no "
            "document of this kind does.",
            code="document_too_large",
        )


@contextmanager
def opened_archive(path: str, kind: ArchiveKind) -> Iterator[Archive]:
    """Open the archive at `path`.

    Raises:
        InvalidInput: The file is empty, damaged, or no archive.
    """
    with Path(path).open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if not head:
            raise InvalidInput("The file is empty.", code="document_empty")
        if not head.startswith(b"PK"):
            raise kind.stranger(head, file)
        size = Path(path).stat().st_size
        try:
            opened = zipfile.ZipFile(_Wary(file))
            archive = Archive(opened, kind, size_bytes=size)
        except _DAMAGES:
            raise kind.damaged("its list of parts cannot be read") from None
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


def _leads_out(name: str) -> bool:
    return ".." in name.replace("\\", "/").split("/")
