"""The tests' side of `host_process`: a runtime in a process of its own."""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import msgspec

from skep_contracts.plugins.runtimes import CodeRequest, CodeResult, RuntimeReport
from skep_contracts.problems import Problem
from skep_contracts.sandbox_suite import CANARY

_START_S: Final = 60.0
_ANSWER_S: Final = 60.0


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an order."""

    number: int = 0
    result: CodeResult | None = None
    problem: Problem | None = None
    cancelled: bool = False
    defect: str | None = None
    report: RuntimeReport | None = None


class RuntimeProcess:
    """Starts the process, sends orders, and waits for their answers."""

    def __init__(
        self, entry_point: str, name: str, *, settings: Mapping[str, Any], uid: int | None
    ) -> None:
        """Prepare; `uid` is the ordinary user to become, None to stay who the tests are."""
        self._argument = msgspec.json.encode([entry_point, name, settings, uid]).decode()
        self.is_ordinary_user = uid is not None
        self._answers: dict[int, queue.Queue[Answer]] = {}
        self._last = 0
        self.process: subprocess.Popen[bytes]
        self.report: RuntimeReport

    @contextlib.contextmanager
    def started(self) -> Iterator[None]:
        """Start the process without waiting for the runtime; it is killed on leaving."""
        self._spawn()
        try:
            yield
        finally:
            self.kill()

    def __enter__(self) -> Self:
        """Start, and wait for the runtime's report."""
        self._spawn()
        report = self._answers[0].get(timeout=_START_S).report
        assert report is not None, "the runtime did not start; its errors are above"
        self.report = report
        return self

    def _spawn(self) -> None:
        self._answers[0] = queue.Queue()
        program = "skep_testing.conformance.runtime_kit.host_process"
        self.process = subprocess.Popen(
            [sys.executable, "-m", program, self._argument],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "SKEP_CANARY": CANARY},
        )
        threading.Thread(target=self._read, daemon=True).start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def submit(self, request: CodeRequest) -> int:
        """Send a request; return the number to wait for."""
        return self._send({"request": request})

    def run(self, request: CodeRequest) -> CodeResult:
        """Send a request and return its result; fails when there is none."""
        answer = self.wait(self.submit(request))
        assert answer.result is not None, f"no result, but {answer}"
        return answer.result

    def cancel(self, number: int) -> None:
        """Cancel the task that carries out an order."""
        self._send({"cancel": number})

    def stop_runtime(self) -> None:
        """Stop the runtime; the process goes on."""
        self.wait(self._send({"stop": True}))

    def wait(self, number: int, timeout_s: float = _ANSWER_S) -> Answer:
        """Return the answer to an order."""
        return self._answers[number].get(timeout=timeout_s)

    def kill(self) -> None:
        """End the process as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def descriptors(self) -> int:
        """Count the open descriptors of the process."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def descendants(self) -> set[int]:
        """Return every process below this one."""
        return descendants(self.process.pid)

    def _send(self, order: dict[str, Any]) -> int:
        self._last += 1
        self._answers[self._last] = queue.Queue()
        line = msgspec.json.encode({"number": self._last, **order})
        assert self.process.stdin is not None
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()
        return self._last

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            answer = msgspec.json.decode(line, type=Answer)
            self._answers[answer.number].put(answer)
        for waiting in self._answers.values():
            waiting.put(Answer(defect="the process has ended"))


def descendants(pid: int) -> set[int]:
    """Return every process below `pid`, by the parents that /proc tells."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parent = int(stat.rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(entry.name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            found.add(child)
            waiting.append(child)
    return found


def threads_of(pid: int) -> int:
    """Return how many threads a process has beside its first; 0 when it has ended."""
    try:
        return len(list(Path(f"/proc/{pid}/task").iterdir())) - 1
    except OSError:
        return 0


def wait_until_gone(pids: set[int], timeout_s: float = 5.0) -> set[int]:
    """Wait until processes have ended; return those that have not."""
    deadline = time.monotonic() + timeout_s
    while True:
        left = {pid for pid in pids if _is_alive(pid)}
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.02)


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
