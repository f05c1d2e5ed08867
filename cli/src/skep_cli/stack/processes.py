"""Child processes kept alive: started, watched, restarted with back-off, stopped cleanly."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

_BACKOFF_S: Final = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_HEALTHY_AFTER_S: Final = 30.0
_LINE_LIMIT: Final = 256 * 1024
_PR_SET_PDEATHSIG: Final = 1

LineSink = Callable[[str, str], None]
"""Takes a process's name and one line it wrote."""


class ProcessSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What to run. `stop_grace_s`: from the first signal to the kill."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    stop_grace_s: float = 10.0


def _die_with_parent() -> Callable[[], None] | None:
    """Return what makes a child end with its parent, even when that is killed; Linux only."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def in_child() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the call above took effect
            os._exit(1)

    return in_child


class SupervisedProcess:
    """One process that should always run."""

    def __init__(
        self, spec: ProcessSpec, sink: LineSink, on_start: Callable[[], None] | None = None
    ) -> None:
        """Watch `spec`; nothing starts before `run`. `on_start` is called at every start."""
        self.spec = spec
        self.restarts = 0
        self._sink = sink
        self._on_start = on_start
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._started_at = 0.0

    @property
    def pid(self) -> int | None:
        """The process id, while it runs."""
        process = self._process
        return process.pid if process and process.returncode is None else None

    async def run(self) -> None:
        """Keep the process running until `stop`."""
        failures = 0
        while not self._stopping.is_set():
            code = await self._run_once()
            if self._stopping.is_set():
                return
            if time.monotonic() - self._started_at > _HEALTHY_AFTER_S:
                failures = 0
            delay_s = _BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)]
            failures += 1
            self.restarts += 1
            self._sink(
                self.spec.name, f"ended with {_describe(code)}; starting again in {delay_s:g} s"
            )
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(delay_s):
                    await self._stopping.wait()

    async def _run_once(self) -> int:
        self._started_at = time.monotonic()
        try:
            process = await asyncio.create_subprocess_exec(
                *self.spec.command,
                env=dict(self.spec.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C in the terminal reaches the supervisor alone
                preexec_fn=_die_with_parent(),
                limit=_LINE_LIMIT,
            )
        except OSError as error:
            self._sink(self.spec.name, f"cannot start: {error.strerror}")
            return 127
        self._process = process
        if self._on_start is not None:
            self._on_start()
        await self._pump(process)
        return await process.wait()

    async def _pump(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            return
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:  # a line beyond the limit; the reader has dropped it
                continue
            if not line:
                return
            self._sink(self.spec.name, line.decode(errors="replace").rstrip("\n"))

    async def stop(self) -> None:
        """End the process: ask, wait for the grace period, then kill."""
        self._stopping.set()
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(self.spec.stop_grace_s):
                await process.wait()
        except TimeoutError:
            self._sink(self.spec.name, "did not stop in time; killed")
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _describe(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
