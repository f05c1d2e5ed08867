"""A real Docker Engine for tests, in a folder that goes away: no network, no registry, no trace."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Self

import pytest

_READY_S: Final = 40.0
_STOP_S: Final = 30.0
_PREFIX: Final = "skep-docker-"
_DRIVERS: Final = ("overlay2", "vfs")
"""The second copies every layer and works everywhere."""
_PROGRAMS: Final = ("dockerd", "containerd", "runc")
_EXTRA_PATH: Final = "/usr/sbin:/usr/local/sbin:/sbin"


class DockerEngine:
    """An engine of its own. `reason` says why there is none."""

    def __init__(self) -> None:
        # Paths of sockets are short: not below pytest's own folder.
        self.directory = Path(tempfile.mkdtemp(prefix=_PREFIX, dir="/tmp"))
        self._socket = self.directory / "engine.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self._drivers: tuple[str, ...] = _DRIVERS

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"unix://{self._socket}"

    @property
    def log(self) -> str:
        """What it wrote."""
        return (self.directory / "engine.log").read_text("utf-8", "replace")

    def start(self) -> Self:
        """Start with the first storage driver that works here, and wait until it answers.

        Raises:
            RuntimeError: It did not come up; the text holds the end of its log.
        """
        for driver in self._drivers:
            self._launch(driver)
            if self._answers():
                self._drivers = (driver,)
                # Tests may be an ordinary user while this is root.
                self.directory.chmod(0o711)
                self._socket.chmod(0o666)
                return self
            self.stop()
        raise RuntimeError(f"dockerd did not start:\n{self.log[-2_000:]}")

    def _launch(self, driver: str) -> None:
        with (self.directory / "engine.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    "dockerd",
                    f"--host={self.address}",
                    f"--data-root={self.directory}/data",
                    f"--exec-root={self.directory}/exec",
                    f"--pidfile={self.directory}/pid",
                    f"--storage-driver={driver}",
                    *("--bridge=none", "--iptables=false", "--ip6tables=false"),
                    *("--ip-forward=false", "--ip-masq=false", "--userland-proxy=false"),
                    "--log-level=warn",
                ],
                stdout=log,
                stderr=log,
                env=_environment(),
                start_new_session=True,
            )

    def _answers(self) -> bool:
        deadline = time.monotonic() + _READY_S
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                return False
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(str(self._socket))
                client.sendall(b"GET /_ping HTTP/1.0\r\nHost: engine\r\n\r\n")
                if b" 200 " in client.recv(64):
                    return True
            time.sleep(0.05)
        return False

    def stop(self) -> None:
        """End it with everything it runs."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(_STOP_S)

    def kill(self) -> None:
        """End it as a crash would; `start` brings it back on the same data."""
        process, self._process = self._process, None
        if process is None:
            return
        below = self.directory / "exec/containerd/containerd.pid"
        with contextlib.suppress(OSError, ValueError):
            os.kill(int(below.read_text()), signal.SIGKILL)
        process.kill()
        process.wait(_STOP_S)
        for left in (below, self.directory / "pid", self._socket):
            left.unlink(missing_ok=True)

    def remove(self) -> None:
        """End it and remove its folder."""
        self.stop()
        for pid in _left_by(self.directory):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for mount in reversed(_mounts_below(self.directory)):
            subprocess.run(["umount", "-l", mount], check=False, capture_output=True)
        shutil.rmtree(self.directory, ignore_errors=True)


def processes_in(containers: Iterable[str]) -> set[int]:
    """Return every process in some containers, by their ids."""
    names = list(containers)
    found = set()
    for entry in Path("/proc").glob("[0-9]*/cgroup"):
        with contextlib.suppress(OSError):
            groups = entry.read_text(encoding="utf-8")
            if any(name in groups for name in names):
                found.add(int(entry.parent.name))
    return found


def without_other_engines(mounts: Iterable[str], address: str = "") -> set[str]:
    """Leave out of some mounts what engines of other tests do, for all see it; keep `address`'s."""
    own = address.removeprefix("unix://").rpartition("/")[0]
    return {mount for mount in mounts if _PREFIX not in mount or (own and f"{own}/" in mount)}


def why_none() -> str:
    """Say why no engine can be started here; nothing when one can."""
    missing = [name for name in _PROGRAMS if not shutil.which(name, path=_environment()["PATH"])]
    if missing:
        return f"NOT TESTED, no Docker Engine here: {', '.join(missing)} not installed"
    if os.geteuid() != 0:
        return "NOT TESTED, no Docker Engine here: starting one takes root"
    return ""


@contextlib.contextmanager
def docker_engine() -> Iterator[DockerEngine]:
    """Run an engine, or skip the test with the reason why there is none."""
    if reason := why_none():
        pytest.skip(reason)
    engine = DockerEngine()
    try:
        try:
            engine.start()
        except RuntimeError as error:
            pytest.skip(f"NOT TESTED, no Docker Engine here: {error}")
        yield engine
    finally:
        engine.remove()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PATH": f"{kept.get('PATH', '/usr/bin:/bin')}:{_EXTRA_PATH}"}


def _left_by(folder: Path) -> list[int]:
    """Return what a killed engine left: the processes that held its containers."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = entry.read_bytes().split(b"\0")
            if words[0].endswith(b"containerd-shim-runc-v2") and any(
                word.startswith(f"{folder}/".encode()) for word in words
            ):
                found.append(int(entry.parent.name))
    return found


def _mounts_below(folder: Path) -> list[str]:
    lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    return [place for line in lines if (place := line.split(" ")[1]).startswith(f"{folder}/")]
