"""Inside the sandbox: how a child hears its request and gives its report, whatever the language."""

import builtins
import os
import struct
from typing import NamedTuple, Protocol

# Functions keep the builtins that their module has when they are defined: a copy, out of reach of
# user code that assigns to the originals.
globals()["__builtins__"] = dict(vars(builtins))

CONFINED = b"C"
SET_UP_FAILED = b"S"
RESULT = b"R"
FAULT = b"F"
LENGTH = struct.Struct(">Q")
PIECE = 1024 * 1024


class Bounds(NamedTuple):
    """What a guest itself holds a run to."""

    memory_bytes: int
    output_bytes: int


class Guest(Protocol):
    """One run of user code in some language."""

    def rehearse(self) -> None:
        """Run code of ours without a report, so that what a run touches is in place."""

    def run(self, request: int) -> None:
        """Read a request, run it, report. The caller ends the process afterwards."""


class Channel:
    """The pipe that the report goes through."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._write = os.write

    def say(self, mark: bytes, text: str = "") -> None:
        """Write a mark and a text without a frame."""
        self._send(mark + text.encode())

    def send(self, kind: bytes, body: bytes) -> None:
        """Write one frame."""
        self._send(kind + LENGTH.pack(len(body)))
        self._send(body)

    def _send(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._write(self._descriptor, view) :]


class Silence(Channel):
    """A channel that leads nowhere."""

    def __init__(self) -> None:
        super().__init__(-1)

    def _send(self, data: bytes) -> None:
        pass


def read_frame(descriptor: int) -> bytes:
    """Read one frame; ends the process when the host lets go of it."""
    (size,) = LENGTH.unpack(_read_exactly(descriptor, LENGTH.size))
    return _read_exactly(descriptor, size)


def _read_exactly(descriptor: int, size: int) -> bytes:
    parts = []
    while size:
        part = os.read(descriptor, min(size, PIECE))
        if not part:
            os._exit(0)
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
