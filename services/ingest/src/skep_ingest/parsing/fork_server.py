"""Starts parsing processes as copies of one that has loaded the parsers already.

A fresh interpreter with a parser takes far longer than most documents. So one process loads the
parsers of the environment and never sees a document; each document gets a copy of it, which raises
the same walls around itself as a fresh process does, before it reads anything.
"""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import IO, Final

import msgspec

from skep_ingest.parsing.frames import Copied, Ended, MakeCopy, ParserSource, Reap

_COMMAND: Final = (sys.executable, "-I", "-m", "skep_ingest.parsing.fork_child")
ENVIRONMENT: Final[Mapping[str, str]] = {
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # Otherwise glibc moves this limit up, and the heap grows with a file that is read in pieces.
    "MALLOC_MMAP_THRESHOLD_": "131072",
}
"""All that a parser's process is told."""
_ANSWER_S: Final = 30.0
"""Loading a parser is part of an answer."""
_MOST_FAILURES: Final = 3
_MAX_BYTES: Final = 64 * 1024


class ForkedProcess:
    """A copy, with as much of `subprocess.Popen` as is needed here; for one thread at a time."""

    def __init__(self, server: "_Server", pid: int, *, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        """Hold the process; the server does not reap it before it is asked."""
        self.pid = pid
        self.parent_pid = server.pid
        self.stdin, self.stdout = stdin, stdout
        self.is_lost = False
        """The server ended, and took this process along."""
        self._server = server
        self._handle = os.pidfd_open(pid)
        self._code: int | None = None

    def poll(self) -> int | None:
        """Return how it ended; None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def kill(self) -> None:
        """Kill it; nothing happens when it has ended."""
        if self._code is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Return how it ended, as a negative signal or an exit code.

        Raises:
            subprocess.TimeoutExpired: It runs on.
        """
        if self._code is not None:
            return self._code
        ending = select.poll()
        ending.register(self._handle, select.POLLIN)
        if not ending.poll(None if timeout is None else timeout * 1000):
            raise subprocess.TimeoutExpired("parser", timeout or 0)
        code = self._server.reap(self.pid)
        self.is_lost = code is None
        self._code = -signal.SIGKILL if code is None else code
        os.close(self._handle)
        return self._code


class ForkServer:
    """Makes copies, for any thread; begins again when its process is gone, and gives up in time."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._failures = 0

    def start(self, folder: str, *, parser: str, source: ParserSource) -> ForkedProcess | None:
        """Return a process that waits for its order, in `folder`; None when there can be none.

        Args:
            folder: Where it may write.
            parser: Loaded beforehand, if it is not yet.
            source: Where that is.
        """
        with self._lock:
            if not hasattr(os, "pidfd_open") or self._failures >= _MOST_FAILURES:
                return None
            try:
                if self._server is None:
                    self._server = _Server()
                return self._server.copy(folder, parser=parser, source=source)
            except (OSError, msgspec.DecodeError):
                self._failures += 1
                if self._server is not None:
                    self._server.close()
                self._server = None
                return None

    def close(self) -> None:
        """End the process, and the copies that are left."""
        with self._lock:
            if self._server is not None:
                self._server.close()
            self._server = None


class _Server:
    """The process that copies are made of."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_ANSWER_S)
        try:
            # It ends when its socket does. A death signal would come with the thread that is here.
            self._process = subprocess.Popen(
                [*_COMMAND, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=dict(ENVIRONMENT),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        finally:
            theirs.close()
        self.pid = self._process.pid

    def copy(self, folder: str, *, parser: str, source: ParserSource) -> ForkedProcess:
        """Return a new copy.

        Raises:
            OSError: The server does not answer.
        """
        their_input, our_output = os.pipe()
        our_input, their_output = os.pipe()
        try:
            order = MakeCopy(folder=folder, parser=parser, source=source)
            made = msgspec.msgpack.decode(
                self._ask(msgspec.msgpack.encode(order), (their_input, their_output)), type=Copied
            )
        except BaseException:
            os.close(our_output)
            os.close(our_input)
            raise
        finally:
            os.close(their_input)
            os.close(their_output)
        return ForkedProcess(
            self, made.pid, stdin=os.fdopen(our_output, "wb"), stdout=os.fdopen(our_input, "rb")
        )

    def reap(self, pid: int) -> int | None:
        """Return how a copy ended; None when nobody knows any more."""
        try:
            answer = self._ask(msgspec.msgpack.encode(Reap(pid=pid)), ())
            return msgspec.msgpack.decode(answer, type=Ended).code
        except (OSError, msgspec.DecodeError):
            return None

    def close(self) -> None:
        """End it."""
        self._control.close()
        self._process.kill()
        self._process.wait()

    def _ask(self, message: bytes, descriptors: tuple[int, ...]) -> bytes:
        with self._lock:
            try:
                socket.send_fds(self._control, [message], descriptors)
                answer = self._control.recv(_MAX_BYTES)
            except OSError:
                self._control.close()  # an answer that comes late must not be taken for the next
                raise
        if not answer:
            raise ConnectionResetError("the fork server is gone")
        return answer
