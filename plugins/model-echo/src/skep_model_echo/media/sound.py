"""Speaks a text as tones, with the text written into the file; reads it back from there.

A WAV file of 16-bit mono: each word is a tone whose pitch follows its letters. Its comment (the
chunk ``LIST``, ``INFO``, ``ICMT``) has the words.
"""

import math
import struct
from array import array
from typing import Final

RATE: Final = 16_000
_BYTES: Final = 2
_SECONDS_PER_CHARACTER: Final = 0.06
_PAUSE_S: Final = 0.06
_LOWEST_HZ: Final = 220.0
_TONES: Final = 24
"""Quarter tones of an octave, to choose from."""
_LOUDNESS: Final = 9_000
_FADE: Final = 160
"""Samples over which a tone comes and goes, so that it does not crack."""


def speak(text: str, *, speed: float) -> bytes:
    """Return samples, little-endian; as long as the text is, at `speed`."""
    samples = array("h")
    pause = array("h", bytes(_BYTES * int(RATE * _PAUSE_S / speed)))
    for word in text.split() or [""]:
        samples.extend(_tone(word, int(RATE * _SECONDS_PER_CHARACTER * len(word) / speed)))
        samples.extend(pause)
    return samples.tobytes()


def _tone(word: str, length: int) -> "array[int]":
    step = sum(map(ord, word)) % _TONES
    turn = 2 * math.pi * _LOWEST_HZ * 2 ** (step / _TONES) / RATE
    samples = array("h", [int(_LOUDNESS * math.sin(turn * at)) for at in range(length)])
    for at in range(min(_FADE, length // 2)):
        for place in (at, length - 1 - at):
            samples[place] = samples[place] * at // _FADE
    return samples


def as_wav(samples: bytes, text: str) -> bytes:
    """Return samples as a WAV file that says which text it is."""
    comment = text.encode("utf-8", "replace") + b"\0"
    info = b"INFO" + _chunk(b"ICMT", comment)
    form = struct.pack("<HHIIHH", 1, 1, RATE, RATE * _BYTES, _BYTES, 8 * _BYTES)
    inner = _chunk(b"fmt ", form) + _chunk(b"LIST", info) + _chunk(b"data", samples)
    return _chunk(b"RIFF", b"WAVE" + inner)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def read(sound: bytes) -> tuple[str | None, float | None]:
    """Return the words of a WAV file's comment, and its length in seconds; None for unknown."""
    if sound[:4] != b"RIFF" or sound[8:12] != b"WAVE":
        return None, None
    words, rate, size = None, 0, 0
    for kind, content in _chunks(sound, 12):
        if kind == b"fmt " and len(content) >= 12:
            rate = struct.unpack_from("<I", content, 8)[0]
        elif kind == b"data":
            size = len(content)
        elif kind == b"LIST" and content[:4] == b"INFO":
            for name, value in _chunks(content, 4):
                if name == b"ICMT":
                    words = value.rstrip(b"\0").decode("utf-8", "replace")
    return words, size / rate if rate else None


def _chunks(content: bytes, at: int) -> list[tuple[bytes, bytes]]:
    found = []
    while at + 8 <= len(content):
        size = struct.unpack_from("<I", content, at + 4)[0]
        found.append((content[at : at + 4], content[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    return found
