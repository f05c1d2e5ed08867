"""Inside the sandbox: imports what most code imports, then forks a child for every run.

Talks to the host through a socket that keeps message boundaries. `P`, a number and limits, with
four descriptors, asks for a child at once, `A` for one ahead of need; `K` and a number kills it.
`E` tells that it ended, and how; `N` that it could not be made. Only this process, and children
that hold no user code yet, have a capability here.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path

from skep_runtime_bubblewrap.programs import channel, confine

NUMBER = struct.Struct(">Q")
ENDED = struct.Struct(">QiQQ")
"""Number, wait status, microseconds of CPU, peak resident bytes."""

_REQUEST, _RESULT, _PROC = 3, 4, 5
_SPARE = 100
"""Descriptors are moved above this before they take their final numbers."""
_DESCRIPTORS = 4
_M_ARENA_MAX = -8


MakeGuest = Callable[[channel.Channel, channel.Bounds], channel.Guest]


class Server:
    """Forks children and reports their ends."""

    def __init__(
        self, control: socket.socket, proc: int, *, final: confine.Filter, make_guest: MakeGuest
    ) -> None:
        self._control = control
        self._proc = proc
        self._final = final
        self._make_guest = make_guest
        self._own_pid_namespace = os.open("self/ns/pid", os.O_RDONLY, dir_fd=proc)
        self._children: dict[int, int] = {}
        self._base_bytes = _address_space(proc)

    def serve(self) -> None:
        """Answer the host until it closes the socket."""
        wake_read, wake_write = os.pipe()
        os.set_blocking(wake_read, False)
        os.set_blocking(wake_write, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _ignore)
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(wake_read, select.POLLIN)
        self._control.send(b"R" + NUMBER.pack(self._base_bytes))
        while True:
            ready = {descriptor for descriptor, _ in poll.poll()}
            if wake_read in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(wake_read, 4096)
                self._reap()
            if self._control.fileno() in ready and not self._answer():
                return

    def _answer(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self._control, 256, _DESCRIPTORS)
        if not data:
            return False
        (number,) = NUMBER.unpack_from(data, 1)
        if data[:1] in {b"P", b"A"}:
            limits = confine.Limits(*confine.LIMITS.unpack_from(data, 1 + NUMBER.size))
            self._fork(number, limits, descriptors, is_ahead=data[:1] == b"A")
        elif data[:1] == b"K":
            for pid, known in self._children.items():
                if known == number:
                    os.kill(pid, signal.SIGKILL)
        for descriptor in descriptors:
            os.close(descriptor)
        return True

    def _fork(
        self, number: int, limits: confine.Limits, descriptors: list[int], *, is_ahead: bool
    ) -> None:
        pid = -1
        try:
            confine.unshare(confine.CLONE_NEWPID)
            try:
                pid = os.fork()
            finally:
                if pid != 0:
                    confine.enter_pid_namespace(self._own_pid_namespace)
        except OSError as error:
            self._control.send(b"N" + NUMBER.pack(number) + str(error).encode())
            return
        if pid == 0:
            self._become_guest(limits, descriptors, is_ahead=is_ahead)
        self._children[pid] = number

    def _reap(self) -> None:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            number = self._children.pop(pid, None)
            if number is not None:
                cpu_us = int((usage.ru_utime + usage.ru_stime) * 1_000_000)
                report = ENDED.pack(number, status, cpu_us, usage.ru_maxrss * 1024)
                self._control.send(b"E" + report)

    def _become_guest(
        self, limits: confine.Limits, descriptors: list[int], *, is_ahead: bool
    ) -> None:
        """Turn the fork into a confined child, run it to its end, and leave; never returns."""
        try:
            request, result, out, err = descriptors
            _place({request: _REQUEST, result: _RESULT, out: 1, err: 2, self._proc: _PROC})
            report = channel.Channel(_RESULT)
            try:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                confine.enter_namespaces()
                confine.enclose(limits, self._final, base_bytes=self._base_bytes, proc=_PROC)
            except OSError as error:
                report.say(channel.SET_UP_FAILED, str(error))
            else:
                bounds = channel.Bounds(limits.memory_bytes, limits.output_bytes)
                guest = self._make_guest(report, bounds)
                report.say(channel.CONFINED)
                gc.enable()
                if is_ahead and not _is_readable(_REQUEST):
                    guest.rehearse()
                guest.run(_REQUEST)
        finally:
            os._exit(0)


def _place(targets: dict[int, int]) -> None:
    """Give descriptors their final numbers and close every other one above the standard three."""
    moved: list[tuple[int, int]] = []
    for source, target in targets.items():
        high = os.dup(source)
        while high < _SPARE:
            high = os.dup2(source, _SPARE + len(moved))
        moved.append((high, target))
    for high, target in moved:
        os.dup2(high, target)
    os.closerange(max(targets.values()) + 1, 65_536)


def _is_readable(descriptor: int) -> bool:
    return bool(select.select([descriptor], [], [], 0)[0])


def _ignore(number: int, frame: object) -> None:
    """Let the signal wake the loop, and nothing else."""


def _address_space(proc: int) -> int:
    descriptor = os.open("self/statm", os.O_RDONLY, dir_fd=proc)
    try:
        pages = int(os.read(descriptor, 256).split()[0])
    finally:
        os.close(descriptor)
    return pages * os.sysconf("SC_PAGE_SIZE")


def _use_one_arena() -> None:
    """Let threads share one heap, for each heap of its own reserves address space (glibc)."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


def main(folder: str, control: int, proc: int) -> None:
    """Prepare and serve.

    `folder` holds what to prepare and the final filter; `control` is the socket to the host, `proc`
    a descriptor of a /proc directory.
    """
    order = json.loads(Path(folder, "order.json").read_bytes())
    final = confine.Filter(Path(folder, "final.bpf").read_bytes())
    sys.path += order["search"]
    for name in order["modules"]:
        try:
            importlib.import_module(name)
        except Exception as error:  # noqa: BLE001  # runs that import it will say so
            print(f"not loaded ahead: {name}: {error!r}"[:500], file=sys.stderr)  # noqa: T201
    _use_one_arena()
    program = f"skep_runtime_bubblewrap.programs.{order['language']}"
    make_guest = importlib.import_module(program).make_ready()
    sys.path.remove(folder)
    os.environ.clear()
    confine.keep_mounts_private()
    gc.collect()
    gc.freeze()
    gc.disable()
    Server(socket.socket(fileno=control), proc, final=final, make_guest=make_guest).serve()
