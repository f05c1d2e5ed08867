"""The blocks of one document on disk, while a model reads its pictures: memory stays bounded."""

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import TooLarge, Unavailable

_LENGTH: Final = struct.Struct(">I")
_DECODER: Final = msgspec.msgpack.Decoder(Block)
_MAX_BYTES: Final = 1024 * 1024 * 1024
"""Of pictures, held as a parser gives them."""


class HeldBlocks:
    """Written in order, then read as often as needed."""

    def __init__(self, path: Path) -> None:
        """Hold blocks in the file at `path`."""
        self._path = path
        self.pictures = 0
        self._picture_bytes = 0

    def write(self, blocks: Iterable[Block]) -> None:
        """Hold these blocks behind the others. Blocks.

        Raises:
            TooLarge: The pictures held are, together.
            Unavailable: The disk does not take them.
        """
        encoder = msgspec.msgpack.Encoder()
        try:
            with self._path.open("ab") as file:
                for block in blocks:
                    self._note(block)
                    data = encoder.encode(block)
                    file.write(_LENGTH.pack(len(data)) + data)
        except OSError:
            raise Unavailable("The pages of a document cannot be written to disk.") from None

    def _note(self, block: Block) -> None:
        self.pictures += bool(block.picture)
        self._picture_bytes += len(block.picture)
        if self._picture_bytes > _MAX_BYTES:
            raise TooLarge(
                f"The document's pages are more than {_MAX_BYTES // 1024**2:,} MiB as pictures; "
                "divide it.",
                code="too_many_pictures",
            )

    def read(self) -> Iterator[Block]:
        """Yield the blocks. Blocks."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            while head := file.read(_LENGTH.size):
                yield _DECODER.decode(file.read(_LENGTH.unpack(head)[0]))
