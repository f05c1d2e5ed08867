"""The connection to one container's keeper: the engine's framing, and the keeper's inside it."""

import contextlib
import socket
import struct
import time
from typing import Any, Final

import msgspec

from skep_contracts.plugins.runtimes import RunLimits

_ENGINE_FRAME: Final = struct.Struct(">BxxxI")
_FRAME: Final = struct.Struct(">cI")
_ENDED: Final = struct.Struct(">iQQB??")
_LIMITS: Final = struct.Struct(">8Q")
_LENGTH: Final = struct.Struct(">Q")
_LANGUAGE_BYTES: Final = 16
_STDOUT: Final = 1
_MAX_FRAME: Final = 16 * 1024 * 1024
_MAX_SAID: Final = 4_000
_PIECE: Final = 1024 * 1024


class LostContact(Exception):
    """The container ended, or said what no keeper says.

    `has_begun` tells whether user code may have been read by then.
    """

    def __init__(self, *, has_begun: bool = False) -> None:
        super().__init__()
        self.has_begun = has_begun


class Run(msgspec.Struct, frozen=True):
    """A request for the guest of a language, and what it may use."""

    language: str
    body: bytes
    limits: RunLimits


class Ended(msgspec.Struct, frozen=True):
    """How a run ended, as its keeper saw it."""

    status: int
    cpu_us: int
    peak_memory_bytes: int
    stopped: int
    is_out_cut: bool
    is_err_cut: bool


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that came back from a run. The report and the prints are hostile."""

    report: bytes
    out: bytes
    err: bytes
    ended: Ended
    elapsed_s: float


class Stream:
    """A connection to a container's standard streams. Blocks; one thread at a time but `close`."""

    def __init__(self, connection: Any) -> None:
        """Take over what the engine's library gives: a file around a socket, or a socket."""
        self._connection = connection
        self._socket: socket.socket = getattr(connection, "_sock", connection)
        self._unread = bytearray()  # of the keeper, without the engine's framing
        self.said = b""
        """The last of what was written to standard error: why a container did not start."""

    def close(self) -> None:
        """Hang up, which ends the container; safe from any thread, and to repeat."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self._connection.close()
        with contextlib.suppress(OSError, AttributeError, ValueError):
            # The library keeps the answer alive there, for with it goes the descriptor.
            self._connection._response.close()  # noqa: SLF001

    def languages(self, deadline: float) -> frozenset[str]:
        """Wait until the keeper is ready; return what it can run.

        Raises:
            LostContact: It did not get so far.
        """
        kind, data = self._frame(deadline)
        if kind != b"G":
            raise LostContact
        return frozenset(data.decode("ascii", "replace").split())

    def order(self, run: Run, deadline: float) -> None:
        """Send a run."""
        limits = run.limits
        header = _LIMITS.pack(
            max(1, int(limits.wall_s * 1000)),
            max(1, -int(-limits.cpu_s // 1)),
            limits.memory_bytes,
            limits.processes,
            limits.output_bytes,
            limits.log_bytes,
            limits.disk_bytes,
            limits.open_files,
        )
        try:
            self._wait_at_most(deadline)
            language = run.language.encode("ascii").ljust(_LANGUAGE_BYTES, b"\0")
            self._socket.sendall(language + header + _LENGTH.pack(len(run.body)) + run.body)
        except (OSError, ValueError) as error:
            if not isinstance(error, TimeoutError):
                raise LostContact from error
            raise

    def follow(self, limits: RunLimits, began: float, deadline: float) -> Traffic:
        """Return what a run says, once it has ended.

        Raises:
            LostContact: The container ended before it told how the run did.
            TimeoutError: The keeper did not keep its time.
        """
        parts: dict[bytes, bytearray] = {b"R": bytearray(), b"O": bytearray(), b"E": bytearray()}
        most = {b"R": limits.output_bytes + _PIECE, b"O": limits.log_bytes, b"E": limits.log_bytes}
        kind, data = b"", b""
        try:
            while kind != b"X":
                kind, data = self._frame(deadline)
                if kind in parts and len(parts[kind]) + len(data) <= most[kind]:
                    parts[kind] += data
                elif kind != b"X" or len(data) != _ENDED.size:
                    raise LostContact
        except LostContact as error:
            raise LostContact(has_begun=any(parts.values())) from error
        return Traffic(
            report=bytes(parts[b"R"]),
            out=bytes(parts[b"O"]),
            err=bytes(parts[b"E"]),
            ended=Ended(*_ENDED.unpack(data)),
            elapsed_s=time.monotonic() - began,
        )

    def _frame(self, deadline: float) -> tuple[bytes, bytes]:
        kind, size = _FRAME.unpack(self._take(_FRAME.size, deadline))
        if size > _MAX_FRAME:
            raise LostContact
        return kind, self._take(size, deadline)

    def _take(self, size: int, deadline: float) -> bytes:
        while len(self._unread) < size:
            self._read_one(deadline)
        data = bytes(self._unread[:size])
        del self._unread[:size]
        return data

    def _read_one(self, deadline: float) -> None:
        """Read one of the engine's frames."""
        which, size = _ENGINE_FRAME.unpack(self._receive(_ENGINE_FRAME.size, deadline))
        if size > _MAX_FRAME:
            raise LostContact
        data = self._receive(size, deadline)
        if which == _STDOUT:
            self._unread += data
        else:
            self.said = (self.said + data)[-_MAX_SAID:]

    def _receive(self, size: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < size:
            self._wait_at_most(deadline)
            try:
                part = self._socket.recv(size - len(data))
            except (OSError, ValueError) as error:
                if isinstance(error, TimeoutError):
                    raise
                raise LostContact from error
            if not part:
                raise LostContact
            data += part
        return bytes(data)

    def _wait_at_most(self, deadline: float) -> None:
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._socket.settimeout(left_s)
