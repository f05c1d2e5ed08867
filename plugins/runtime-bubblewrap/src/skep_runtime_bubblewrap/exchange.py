"""One run's exchange with its child: hand over the request, drain the pipes, keep the time."""

import asyncio
import contextlib
import fcntl
import os
import struct
import termios
from collections.abc import Callable
from enum import StrEnum
from typing import Final

import msgspec

from skep_contracts.plugins.runtimes import RunLimits
from skep_runtime_bubblewrap.fork_server import Child, Ended, ForkServer, ForkServerGone

_PIECE: Final = 65_536
_LENGTH: Final = struct.Struct(">Q")
_INT: Final = struct.Struct("@i")
_MIN_FLOOD_BYTES: Final = 16 * 1024 * 1024
_FLOOD_FACTOR: Final = 64
_REPORT_OVERHEAD: Final = 64 * 1024
"""What a report may hold beyond the result: its frame, or the message of a fault."""
_KILL_TIMEOUT_S: Final = 15.0
"""On a machine with far more to do than it can, the end of a process takes seconds."""
_MAX_LEFT: Final = 32
"""Pieces that a pipe can hold once nobody writes; a child may not enlarge its pipes."""


class Stopped(StrEnum):
    """Why the host ended a run."""

    WALL = "wall"
    FLOOD = "flood"
    RESULT = "result"


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that came back from a child. All of it is hostile but `ended` and `stopped`."""

    report: bytes
    out: bytes
    err: bytes
    cut: tuple[bool, bool]
    """Whether standard output and standard error lost something."""
    ended: Ended
    stopped: Stopped | None
    was_read: bool
    """Whether the child had taken in any of the request itself: until then it ran nothing of it."""
    elapsed_s: float


class _Drain:
    """Reads a pipe to its end, keeps the beginning, and complains once when there is too much."""

    def __init__(
        self, descriptor: int, *, keep: int, most: int, complain: Callable[[], None]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._descriptor = descriptor
        self._keep = keep
        self._most = most
        self._complain = complain
        self._parts: list[bytes] = []
        self.total = 0
        self._loop.add_reader(descriptor, self._read)

    @property
    def kept(self) -> bytes:
        return b"".join(self._parts)[: self._keep]

    @property
    def is_cut(self) -> bool:
        return self.total > self._keep

    def finish(self) -> None:
        """Take what is left, without waiting, and stop listening."""
        for _ in range(_MAX_LEFT):
            if not self._read():
                break
        self._loop.remove_reader(self._descriptor)

    def _read(self) -> bool:
        try:
            data = os.read(self._descriptor, _PIECE)
        except BlockingIOError:
            return False
        if not data:
            self._loop.remove_reader(self._descriptor)
            return False
        if self.total < self._keep:
            self._parts.append(data)
        self.total += len(data)
        if self.total > self._most:
            self._most = 1 << 62
            self._complain()
        return True


class _Writer:
    """Writes a request as fast as the child reads it."""

    def __init__(self, descriptor: int, data: bytes) -> None:
        self._loop = asyncio.get_running_loop()
        self._descriptor = descriptor
        self._rest = memoryview(data)
        self._written = 0
        self._loop.add_writer(descriptor, self._write)
        self._write()

    @property
    def was_read(self) -> bool:
        """Whether the child has taken in more than the length; what it left is still in the pipe.

        The kernel may give even the dying what they waited for, and they wait for the length.
        """
        (left,) = _INT.unpack(fcntl.ioctl(self._descriptor, termios.FIONREAD, bytes(_INT.size)))
        return bool(left < self._written - _LENGTH.size)

    def _write(self) -> None:
        try:
            while self._rest:
                written = os.write(self._descriptor, self._rest)
                self._written += written
                self._rest = self._rest[written:]
        except BlockingIOError:
            return
        except OSError:
            self._rest = self._rest[:0]  # the child ended before it had read everything
        self.finish()

    def finish(self) -> None:
        self._loop.remove_writer(self._descriptor)


async def converse(server: ForkServer, child: Child, body: bytes, limits: RunLimits) -> Traffic:
    """Run the request `body` in `child` until it ends or must; kills it when cancelled.

    Raises:
        ForkServerGone: The sandbox ended in the middle of it.
        Unavailable: The child could not be made.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    stopped: list[Stopped] = []

    def stop(reason: Stopped) -> None:
        stopped.append(reason)
        server.kill(child)

    flood = max(_MIN_FLOOD_BYTES, _FLOOD_FACTOR * limits.log_bytes)
    most = limits.output_bytes + _REPORT_OVERHEAD
    report = _Drain(child.result, keep=most, most=most, complain=lambda: stop(Stopped.RESULT))
    out, err = (
        _Drain(pipe, keep=limits.log_bytes, most=flood, complain=lambda: stop(Stopped.FLOOD))
        for pipe in (child.out, child.err)
    )
    writer = _Writer(child.request, _LENGTH.pack(len(body)) + body)
    try:
        try:
            async with asyncio.timeout(limits.wall_s):
                await asyncio.shield(child.ended)
        except TimeoutError:
            if not server.knows_end_of(child):
                stop(Stopped.WALL)
        ended = await _end_of(server, child)
        elapsed = loop.time() - began
    except ForkServerGone:
        raise ForkServerGone(has_begun=writer.was_read) from None
    except asyncio.CancelledError:
        server.kill(child)
        with contextlib.suppress(ForkServerGone):
            await _end_of(server, child)
        raise
    finally:
        writer.finish()
        for drain in (report, out, err):
            drain.finish()
    return Traffic(
        report=report.kept,
        out=out.kept,
        err=err.kept,
        cut=(out.is_cut, err.is_cut),
        ended=ended,
        stopped=stopped[0] if stopped else None,
        was_read=writer.was_read,
        elapsed_s=elapsed,
    )


async def _end_of(server: ForkServer, child: Child) -> Ended:
    """Wait for a child that is ending; a sandbox that cannot kill it is ended as a whole."""
    try:
        async with asyncio.timeout(_KILL_TIMEOUT_S):
            return await asyncio.shield(child.ended)
    except TimeoutError:
        if not server.knows_end_of(child):
            await server.give_up(child)
            raise ForkServerGone from None
    return child.ended.result()
