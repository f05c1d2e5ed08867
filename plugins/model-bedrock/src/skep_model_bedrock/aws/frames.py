"""The frames of an event stream, taken apart while they arrive. Bytes may be split anywhere.

A frame: its length, the length of its headers, a checksum of the two; headers; payload; a checksum
of all before it. Numbers are big-endian, checksums CRC-32. See
https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html.
"""

import struct
import zlib
from typing import Final, NamedTuple

MAX_FRAME_BYTES: Final = 24 * 1024 * 1024
_PRELUDE: Final = struct.Struct(">III")
_CHECKSUM: Final = struct.Struct(">I")
_LENGTH: Final = struct.Struct(">H")
_SMALLEST: Final = _PRELUDE.size + _CHECKSUM.size
_TEXT: Final = 7
_VARIABLE: Final = frozenset({6, _TEXT})
_SIZES: Final = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}
"""Bytes of a value by its type: truth, falsehood, integers, a time, an identifier."""


class Frame(NamedTuple):
    """One frame: its headers that are texts, and its payload."""

    headers: dict[str, str]
    payload: bytes


class CorruptFrameError(Exception):
    """What came in is no frame, or was changed on its way."""


class FrameParser:
    """Turns pieces of a stream into frames."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, piece: bytes) -> list[Frame]:
        """Return the frames that end in this piece.

        Raises:
            CorruptFrameError: One of them cannot be trusted, and so nothing after it.
        """
        self._rest += piece
        frames: list[Frame] = []
        start = 0
        while (size := _frame_size(self._rest, start)) is not None:
            if len(self._rest) - start < size:
                break
            frames.append(_read(bytes(self._rest[start : start + size])))
            start += size
        del self._rest[:start]
        return frames

    @property
    def has_rest(self) -> bool:
        """Whether a frame was begun and has not ended."""
        return bool(self._rest)


def _frame_size(text: bytearray, start: int) -> int | None:
    """Return how long the next frame is; None when not even that is there yet."""
    if len(text) - start < _PRELUDE.size:
        return None
    size, header_size, checksum = _PRELUDE.unpack_from(text, start)
    if zlib.crc32(text[start : start + 8]) != checksum:
        raise CorruptFrameError
    if not _SMALLEST + header_size <= size <= MAX_FRAME_BYTES:
        raise CorruptFrameError
    return int(size)


def _read(frame: bytes) -> Frame:
    _, header_size, _ = _PRELUDE.unpack_from(frame)
    (checksum,) = _CHECKSUM.unpack_from(frame, len(frame) - _CHECKSUM.size)
    if zlib.crc32(frame[: -_CHECKSUM.size]) != checksum:
        raise CorruptFrameError
    end = _PRELUDE.size + header_size
    try:
        headers = _headers(frame[_PRELUDE.size : end])
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise CorruptFrameError from error
    return Frame(headers, frame[end : -_CHECKSUM.size])


def _headers(text: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    at = 0
    while at < len(text):
        name, at = _take(text, at + 1, text[at])
        kind = text[at]
        at += 1
        if kind in _VARIABLE:
            (size,) = _LENGTH.unpack_from(text, at)
            at += _LENGTH.size
        elif kind in _SIZES:
            size = _SIZES[kind]
        else:
            raise CorruptFrameError
        value, at = _take(text, at, size)
        if kind == _TEXT:
            headers[name.decode()] = value.decode()
    return headers


def _take(text: bytes, start: int, size: int) -> tuple[bytes, int]:
    """Return so many bytes, and where they end."""
    if start + size > len(text):
        raise CorruptFrameError
    return text[start : start + size], start + size
