"""A whole stack of real processes in a temporary folder, for tests that kill some of them."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self

from skep_testing.ports import free_port

_START_TIMEOUT_S: Final = 60.0
_POLL_S: Final = 0.02


class StackFailedError(RuntimeError):
    """The stack did not come up; the message holds the end of its log."""


class RunningStack:
    """`skep up` as a child process, with everything it needs of its own.

    Use it as a context manager. Processes are named as in the log: ``nats``, ``gateway``,
    ``orchestrator`` (``orchestrator-1`` … with several workers), ``ingest``, ``sandbox``.
    """

    def __init__(
        self,
        *,
        options: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        data_dir: Path | None = None,
    ) -> None:
        """Prepare; nothing starts before `start`. `options` go to `skep up` as they are."""
        self._own = None if data_dir else tempfile.TemporaryDirectory(prefix="skep-stack-")
        self.data_dir = data_dir or Path(self._own.name if self._own else "")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_file = self.data_dir / "stack.log"
        self._options = list(options)
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start and wait until the gateway is ready."""
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Stop and delete the folder."""
        self.stop()
        if self._own:
            self._own.cleanup()

    @property
    def key(self) -> str:
        """An API key that may do everything in the stack's first tenant."""
        return (self.data_dir / "secrets" / "cli.key").read_text().strip()

    @property
    def pid(self) -> int:
        """The supervisor's process id."""
        if self._process is None:
            raise StackFailedError("the stack does not run")
        return self._process.pid

    def start(self) -> None:
        """Start `skep up` and return once it says that it is ready.

        Raises:
            StackFailedError: It ended, or was not ready within a minute.
        """
        self.data_dir.mkdir(parents=True, exist_ok=True)
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("SKEP_", "OPENAI_"))}
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "skep_cli", "up"),
                    *("--data-dir", str(self.data_dir), "--port", str(self.port)),
                    *("--sync", "1s", "--log-format", "json"),
                    *self._options,
                ],
                env=clean | {"SKEP_EGRESS__ALLOW": "127.0.0.0/8"} | self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not self._state():
            if self._process.poll() is not None or time.monotonic() > deadline:
                end = self.log()[-6000:]
                self.stop()
                raise StackFailedError(f"the stack did not come up:\n{end}")
            time.sleep(_POLL_S)

    def stop(self) -> None:
        """Stop everything as Ctrl-C does; kill what does not follow."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=20)
            self._process.kill()
        self._process.wait()
        self._process = None

    def log(self) -> str:
        """Return everything the processes wrote so far."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def _state(self) -> dict[str, Any]:
        try:
            state: dict[str, Any] = json.loads((self.data_dir / "stack.json").read_text())
        except (OSError, json.JSONDecodeError):
            return {}
        return state

    @property
    def nats_url(self) -> str:
        """Where the stack's NATS listens."""
        return str(self._state()["nats_url"])

    def pid_of(self, name: str) -> int:
        """Return the process id of one of the stack's processes as it is now."""
        return int(self._state()["processes"][name])

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to one process, SIGKILL unless told, and return its process id."""
        pid = self.pid_of(name)
        os.kill(pid, how)
        return pid

    def wait_until_ready(self, timeout_s: float = 30.0) -> None:
        """Return once the gateway answers that everything it needs is there."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                self.request("GET", "/readyz")
                return
            time.sleep(_POLL_S)
        raise StackFailedError(f"not ready within {timeout_s:g} s:\n{self.log()[-4000:]}")

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str | None = None,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Send a request and return the decoded JSON answer.

        Raises:
            urllib.error.HTTPError: The status is 400 or above.
            urllib.error.URLError: Nothing answers.
        """
        data = body if isinstance(body, bytes) else None
        if body is not None and data is None:
            data = json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310  # a loopback address made above
            self.url + path,
            data=data,
            method=method,
            headers={
                "Authorization": f"Bearer {key or self.key}",
                "Content-Type": content_type,
                **(headers or {}),
            },
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  # as above
            content = answer.read()
        return json.loads(content) if content else None
