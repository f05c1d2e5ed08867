"""The first process of a container: keeps one run, tells the host about it, and ends.

Speaks frames on standard output: `G` and its languages when it is ready, then what the run prints
(`O`, `E`) and reports (`R`), bounded, and last how it ended (`X`). Reads from standard input only
the run's language and limits; what follows there is for the child, who reads it when it is
confined. When the host lets go of standard input the keeper ends, and with the first process
everything in the container.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import struct
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from skep_runtime_docker.programs import walls

FRAME = struct.Struct(">cI")
ENDED = struct.Struct(">iQQB??")
"""Wait status, microseconds of CPU, peak resident bytes, why it was stopped, what was cut."""
STOPPED_BY_CLOCK, STOPPED_FOR_PRINTS, STOPPED_FOR_RESULT = 1, 2, 3

LANGUAGE_BYTES = 16
"""The order names the language, filled up with null bytes; the limits follow."""

_HOST = 50
"""Where standard output was: what is imported may print, and may not be taken for a frame."""
_REQUEST, _REPORT = 3, 4
_SPARE = 100
"""Descriptors are moved above this before they take their final numbers."""
_LEASE_S = 900.0
"""Nobody is kept waiting for longer: the host replaces spares well before."""
_PIECE = 65_536
_MIN_FLOOD_BYTES = 16 * 1024 * 1024
_FLOOD_FACTOR = 64
_REPORT_OVERHEAD = 64 * 1024
_MAX_LEFT = 32
"""Pieces that a pipe can hold once nobody writes; a child may not enlarge its pipes."""
_M_ARENA_MAX = -8


class Order(NamedTuple):
    """A run to keep."""

    language: str
    limits: walls.Limits


class Readiness(NamedTuple):
    """What was prepared for a run in whatever language."""

    base_bytes: int
    channel: Any
    """The module that guests report through."""
    guests: dict[str, Any]
    """By language, what makes one in a fork."""


class Pipe:
    """What comes from the child through one descriptor: sent on up to a size, counted beyond."""

    def __init__(self, kind: bytes, *, keep: int, most: int) -> None:
        self.read, self.write = os.pipe()
        os.set_blocking(self.read, False)
        self._kind = kind
        self._left = keep
        self._most = most
        self._total = 0
        self.is_cut = False

    @property
    def is_over(self) -> bool:
        """Whether so much came that the run must end."""
        return self._total > self._most

    def drain(self) -> bool:
        """Send on one piece; tell whether there may be more."""
        try:
            data = os.read(self.read, _PIECE)
        except BlockingIOError:
            return False
        if not data:
            return False
        self._total += len(data)
        self.is_cut = self.is_cut or len(data) > self._left
        kept = data[: self._left]
        self._left -= len(kept)
        if kept:
            say(self._kind, kept)
        return True


def say(kind: bytes, data: bytes) -> None:
    """Write one frame for the host."""
    view = memoryview(FRAME.pack(kind, len(data)) + data)
    while view:
        view = view[os.write(_HOST, view) :]


def read_exactly(size: int) -> bytes:
    """Read so many bytes of standard input and not one more; leave when it ends."""
    data = b""
    while len(data) < size:
        part = os.read(0, size - len(data))
        if not part:
            os._exit(0)
        data += part
    return data


def wait_for_order() -> Order:
    """Return the run to keep; leave when nobody asks for one in time."""
    poll = select.poll()
    poll.register(0, select.POLLIN)
    if not poll.poll(_LEASE_S * 1000):
        os._exit(0)
    language = read_exactly(LANGUAGE_BYTES).rstrip(b"\0").decode("ascii")
    return Order(language, walls.Limits(*walls.LIMITS.unpack(read_exactly(walls.LIMITS.size))))


def keep(order: Order, ready: Readiness) -> None:
    """Fork the run, pass on what it says, end it when it must, and tell how it ended."""
    limits = order.limits
    deadline = time.monotonic() + limits.wall_ms / 1000
    flood = max(_MIN_FLOOD_BYTES, _FLOOD_FACTOR * limits.log_bytes)
    most = limits.output_bytes + _REPORT_OVERHEAD
    report = Pipe(b"R", keep=most, most=most)
    out = Pipe(b"O", keep=limits.log_bytes, most=flood)
    err = Pipe(b"E", keep=limits.log_bytes, most=flood)
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_read, False)
    os.set_blocking(wake_write, False)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, _ignore)
    pid = os.fork()
    if pid == 0:
        become_guest(order, ready, {out.write: 1, err.write: 2, report.write: _REPORT})
    for pipe in (report, out, err):
        os.close(pipe.write)
    pipes = {pipe.read: pipe for pipe in (report, out, err)}
    stopped = watch(pid, pipes, wake_read, deadline)
    _, status, usage = os.wait4(pid, 0)
    for pipe in (report, out, err):
        for _ in range(_MAX_LEFT):
            if not pipe.drain():
                break
    cpu_us = int((usage.ru_utime + usage.ru_stime) * 1_000_000)
    ended = ENDED.pack(status, cpu_us, usage.ru_maxrss * 1024, stopped, out.is_cut, err.is_cut)
    say(b"X", ended)


def watch(pid: int, pipes: dict[int, Pipe], wake: int, deadline: float) -> int:
    """Pass on what comes until the child has ended; return why it was killed, 0 if it was not."""
    poll = select.poll()
    poll.register(0, 0)  # a hang-up is always told
    poll.register(wake, select.POLLIN)
    for descriptor in pipes:
        poll.register(descriptor, select.POLLIN)
    report = next(iter(pipes))
    stopped = 0
    while not _has_ended(pid):
        left_s = deadline - time.monotonic()
        if not stopped and left_s <= 0:
            stopped = STOPPED_BY_CLOCK
            os.kill(pid, signal.SIGKILL)
        for descriptor, event in poll.poll(None if stopped else max(left_s * 1000, 1)):
            if descriptor == 0 and event & (select.POLLHUP | select.POLLERR):
                os._exit(0)  # the host is gone, and so is everything here
            pipe = pipes.get(descriptor)
            if pipe is None:
                _empty(descriptor)
                continue
            if not pipe.drain() and event & select.POLLHUP:
                poll.unregister(descriptor)
            if pipe.is_over and not stopped:
                stopped = STOPPED_FOR_RESULT if descriptor == report else STOPPED_FOR_PRINTS
                os.kill(pid, signal.SIGKILL)
    return stopped


def _has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _empty(descriptor: int) -> None:
    with contextlib.suppress(BlockingIOError, OSError):
        if descriptor:
            os.read(descriptor, 4096)


def become_guest(order: Order, ready: Readiness, targets: dict[int, int]) -> None:
    """Turn the fork into a confined child, run it to its end, and leave; never returns."""
    try:
        _place({0: _REQUEST, **targets})
        nowhere = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nowhere, 0)
        os.close(nowhere)
        limits, channel = order.limits, ready.channel
        report = channel.Channel(_REPORT)
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            make_guest = ready.guests[order.language]
            walls.enclose(limits, base_bytes=ready.base_bytes)
        except (OSError, KeyError) as error:
            report.say(channel.SET_UP_FAILED, str(error))
        else:
            bounds = channel.Bounds(limits.memory_bytes, limits.output_bytes)
            guest = make_guest(report, bounds)
            report.say(channel.CONFINED)
            gc.enable()
            guest.run(_REQUEST)
    finally:
        os._exit(0)


def _place(targets: dict[int, int]) -> None:
    """Give descriptors their final numbers and close every other one above the standard three."""
    moved: list[tuple[int, int]] = []
    for source, target in targets.items():
        high = os.dup2(source, _SPARE + len(moved))
        moved.append((high, target))
    for high, target in moved:
        os.dup2(high, target)
    os.closerange(max(targets.values()) + 1, 65_536)


def _ignore(number: int, frame: object) -> None:
    """Let the signal wake the loop, and nothing else."""


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _use_one_arena() -> None:
    """Let threads share one heap, for each heap of its own reserves address space (glibc)."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


def prepare(folder: str) -> Readiness:
    """Import what most code imports, make guests ready, and leave nothing of this in their sight.

    A guest whose engine is not in the image is left out.
    """
    walls.hide_memory()
    # A first process hears only what it handles; with it everything here ends.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    contents = json.loads(Path(folder, "contents.json").read_bytes())
    for name in contents["modules"]:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    _use_one_arena()
    guests = {}
    for language, name in contents["guests"].items():
        with contextlib.suppress(ImportError):
            guests[language] = importlib.import_module(name).make_ready()
    channel = importlib.import_module(contents["channel"])
    sys.path.remove(folder)
    os.environ.clear()
    gc.collect()
    gc.freeze()
    gc.disable()
    return Readiness(_address_space(), channel, guests)


def main(folder: str) -> None:
    """Get ready, keep one run, end. `folder` holds the packages and the list of contents."""
    os.dup2(1, _HOST, inheritable=False)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    ready = prepare(folder)
    say(b"G", " ".join(ready.guests).encode("ascii"))
    keep(wait_for_order(), ready)
