"""Makes sure that what parses can be ended: its thread, the pipe it is heard through, its tree."""

import contextlib
import io
import os
import select
import signal
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Final, TypeVar

T = TypeVar("T")

_LOOK_MS: Final = 250
"""How often somebody who waits for a process looks whether it was stopped."""


class Output(io.RawIOBase):
    """What a process says.

    It ends with the process, and at the latest when that is stopped: a process that it started may
    hold the pipe open for longer.
    """

    def __init__(self, pipe: IO[bytes], is_stopped: Callable[[], bool]) -> None:
        """Read from `pipe`, past its own buffer."""
        super().__init__()
        self._pipe = pipe
        self._is_stopped = is_stopped
        self._poll = select.poll()
        self._poll.register(pipe, select.POLLIN)

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # of one kind here
        """Read what there is; 0 at the end."""
        while not self._is_stopped():
            if self._poll.poll(_LOOK_MS):
                return os.readv(self._pipe.fileno(), [buffer])
        return 0


def on_thread(work: Callable[[], T], *, name: str) -> Future[T]:
    """Run `work` on a thread of its own, which does not keep the program from ending."""
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001  # whoever waits for the outcome gets it
            outcome.set_exception(error)
        else:
            outcome.set_result(result)

    threading.Thread(target=run, name=name, daemon=True).start()
    return outcome


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that leads its group, and the group."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill its group, and what was started from it and has left the group. Needs Linux for that."""
    below = _below(process.pid) if process.poll() is None else []
    kill(process)
    for pid in below:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _below(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            parent = file.read_text().rpartition(")")[2].split()[1]
            children.setdefault(int(parent), []).append(int(file.parent.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found[1:]
