"""The chunks of one document on disk, between splitting and embedding: memory stays bounded."""

import contextlib
import hashlib
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from skep_contracts.plugins.parsers import ChunkDraft
from skep_ingest.shaping.parts import CutChunk

_LENGTH: Final = struct.Struct(">I")
_DECODER: Final = msgspec.msgpack.Decoder(CutChunk)


class NumberedChunk(msgspec.Struct, frozen=True):
    """A chunk and its position in the document, from 0."""

    seq: int
    draft: CutChunk


class Spool:
    """Written once, then read in batches."""

    def __init__(self, path: Path) -> None:
        """Keep chunks in the file at `path`."""
        self._path = path
        self.count = 0

    def write(self, drafts: Iterator[ChunkDraft]) -> None:
        """Write every chunk that has text. Blocks."""
        with self.writing() as add:
            for draft in drafts:
                add(draft)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Callable[[ChunkDraft], None]]:
        """Give what writes a chunk, unless it has no text, until the end of the block."""
        encoder = msgspec.msgpack.Encoder()
        with self._path.open("wb") as file:

            def add(draft: ChunkDraft) -> None:
                if draft.text.strip():
                    data = encoder.encode(draft)
                    file.write(_LENGTH.pack(len(data)) + data)
                    self.count += 1

            yield add

    def batches(self, size: int, *, digest: "RunningDigest") -> Iterator[list[NumberedChunk]]:
        """Yield the chunks that `digest` has not seen yet, in order, `size` at a time."""
        with self._path.open("rb") as file:
            for _ in range(digest.count):
                _read(file)
            for start in range(digest.count, self.count, size):
                end = min(start + size, self.count)
                yield [NumberedChunk(seq, _read(file)) for seq in range(start, end)]

    def digest_of(self, count: int) -> "RunningDigest":
        """Return the digest of the first `count` chunks, or of all when there are fewer."""
        digest = RunningDigest()
        with self._path.open("rb") as file:
            for _ in range(min(count, self.count)):
                digest.add(_read(file))
        return digest


class RunningDigest:
    """The hash of the chunks so far, each chained to those before it."""

    def __init__(self) -> None:
        """Begin with no chunk."""
        self.count = 0
        self._hash = hashlib.sha256()

    def add(self, draft: CutChunk) -> None:
        """Take the next chunk in."""
        text = draft.text.encode()
        self._hash.update(_LENGTH.pack(len(text)) + text)
        if draft.parent is not None:
            self._hash.update(b"%d" % draft.parent)
        self.count += 1

    def hexdigest(self) -> str:
        """Return the hash as it is now."""
        return self._hash.hexdigest()


def _read(file: BinaryIO) -> CutChunk:
    (size,) = _LENGTH.unpack(file.read(_LENGTH.size))
    return _DECODER.decode(file.read(size))
