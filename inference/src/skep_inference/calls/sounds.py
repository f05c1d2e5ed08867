"""How long a recording is, for what is reserved and counted before or without the vendor's word."""

import struct
from typing import Final

_RIFF: Final = b"RIFF"
_HEADER_BYTES: Final = 12
_CHUNK_BYTES: Final = 8
_RATE_AT: Final = 8
"""Where a format chunk has the bytes per second."""
_USUAL_RATE: Final = 16_000
"""Bytes per second of compressed speech as recorders usually write it: 128 kbit/s."""
_LOWEST_RATE: Final = 1_000
"""Of the most frugal formats that vendors take: 8 kbit/s."""


def seconds(sound: bytes) -> float:
    """Return about how long a recording is; of a WAV file, exactly."""
    found = _seconds_of_wav(sound)
    return len(sound) / _USUAL_RATE if found is None else found


def seconds_at_most(sound: bytes) -> float:
    """Return how long a recording can be."""
    found = _seconds_of_wav(sound)
    return len(sound) / _LOWEST_RATE if found is None else found


def _seconds_of_wav(sound: bytes) -> float | None:
    """Return a WAV file's length by its header, but never by what the header says of the data."""
    if sound[:4] != _RIFF or sound[8:12] != b"WAVE":
        return None
    at = _HEADER_BYTES
    while at + _CHUNK_BYTES <= len(sound):
        kind, size = sound[at : at + 4], struct.unpack_from("<I", sound, at + 4)[0]
        start = at + _CHUNK_BYTES
        if kind == b"fmt " and start + _RATE_AT + 4 <= len(sound):
            rate = int(struct.unpack_from("<I", sound, start + _RATE_AT)[0])
            # The rest of the file is sound: files that are streamed claim any size.
            return (len(sound) - start - size) / rate if rate >= _LOWEST_RATE else None
        at = start + size + size % 2
    return None
