"""What a parsing process and its parent say to each other, as length-prefixed MessagePack."""

import struct
from typing import IO, Final, TypeAlias

import msgspec

from skep_contracts.plugins.parsers import MAX_PICTURE_BYTES, Block

MAX_FRAME_BYTES: Final = MAX_PICTURE_BYTES + 1024 * 1024
MAX_BLOCK_CHARS: Final = 200_000
"""A longer block is passed on in pieces: four bytes a character still fit a frame."""
_LENGTH: Final = struct.Struct(">I")


class ParserSource(msgspec.Struct, frozen=True):
    """A plugin module that offers parsers. `folder` is None in the environment."""

    module: str
    folder: str | None = None


class ParseOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What the parent asks for, the only frame in that direction."""

    path: str
    name: str
    """What the document is called; its ending may tell a parser something."""
    parser: str
    sources: tuple[ParserSource, ...]
    """Where the parser may be, the likeliest first."""
    parent_pid: int
    """0 when another program stands in between."""
    max_memory_bytes: int
    max_cpu_s: int
    max_file_bytes: int
    max_open_files: int
    pictures: bool = False
    """Give what can only be seen as pictures."""
    apart: bool = True
    """Enter namespaces, where the kernel allows it."""


class MakeCopy(msgspec.Struct, frozen=True, kw_only=True, tag="copy", tag_field="kind"):
    """Asks a fork server for a process; its two pipes come along."""

    folder: str
    parser: str
    source: ParserSource


class Copied(msgspec.Struct, frozen=True, kw_only=True):
    """The process is there."""

    pid: int


class Reap(msgspec.Struct, frozen=True, kw_only=True, tag="reap", tag_field="kind"):
    """Asks how a process ended; it must have."""

    pid: int


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How it did: a negative signal, or an exit code."""

    code: int


class Confined(msgspec.Struct, frozen=True, kw_only=True, tag="confined", tag_field="kind"):
    """The first frame: which walls stand."""

    has_no_network: bool
    has_no_files: bool
    is_apart: bool = False
    """In namespaces of its own, with a root that holds the document and the program."""


class Stuck(msgspec.Struct, frozen=True, kw_only=True, tag="stuck", tag_field="kind"):
    """Instead of the first frame: the way into namespaces ended half-way; start anew without."""


class Parsed(msgspec.Struct, frozen=True, kw_only=True, tag="block", tag_field="kind"):
    """The next block."""

    block: Block


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag="refused", tag_field="kind"):
    """The parser says what is wrong with the document."""

    code: str
    detail: str


class Broken(msgspec.Struct, frozen=True, kw_only=True, tag="broken", tag_field="kind"):
    """The parser failed; `trace` is for the log."""

    error: str
    trace: str


class Done(msgspec.Struct, frozen=True, kw_only=True, tag="done", tag_field="kind"):
    """Every block was passed on."""


Frame: TypeAlias = Confined | Stuck | Parsed | Refused | Broken | Done


class HostileFrameError(Exception):
    """What came is no frame."""


_encoder: Final = msgspec.msgpack.Encoder()
_frames: Final = msgspec.msgpack.Decoder(Frame)
_orders: Final = msgspec.msgpack.Decoder(ParseOrder)


def write_frame(stream: IO[bytes], frame: Frame | ParseOrder) -> None:
    """Write one frame."""
    data = _encoder.encode(frame)
    stream.write(_LENGTH.pack(len(data)) + data)


def read_frame(stream: IO[bytes]) -> Frame | None:
    """Read one frame; None at the end.

    Raises:
        HostileFrameError: It is longer than allowed, cut short, or of another shape.
    """
    data = _read(stream)
    try:
        return None if data is None else _frames.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise HostileFrameError from error


def read_order(stream: IO[bytes]) -> ParseOrder:
    """Read the order."""
    return _orders.decode(_read(stream) or b"")


def _read(stream: IO[bytes]) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise HostileFrameError
    (size,) = _LENGTH.unpack(head)
    if size > MAX_FRAME_BYTES:
        raise HostileFrameError
    data = stream.read(size)
    if len(data) < size:
        raise HostileFrameError
    return data
