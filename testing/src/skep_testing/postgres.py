"""A real PostgreSQL server for tests, in a folder that goes away."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pytest

from skep_runtime.database import DatabaseSettings
from skep_testing.ports import free_port

_READY_S: Final = 30.0
_PLACES: Final = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
)
_HOW_TO_GET_IT: Final = "no PostgreSQL programs here; install the package `postgresql`"
_UNPRIVILEGED: Final = ("postgres", "nobody")


def postgres_programs() -> Path | None:
    """Return the folder of initdb and postgres: of the PATH, or the newest that a package left."""
    if (found := shutil.which("initdb")) and shutil.which("postgres"):
        return Path(found).parent
    folders = [f for p in _PLACES for f in Path("/").glob(p[1:]) if (f / "initdb").exists()]
    return max(folders, key=lambda folder: folder.parts, default=None)


class PostgresServer:
    """A server of its own on a loopback port, with a password. Started by root it runs as nobody.

    Args:
        programs: The folder of initdb and postgres.
        durable: Sync to disk, as production does; tests are quicker without.
    """

    def __init__(self, programs: Path, *, durable: bool = False) -> None:
        self.port = free_port()
        self.password = secrets.token_hex(8)
        self.directory = Path(tempfile.mkdtemp(prefix="skep-postgres-"))
        self._programs = programs
        self._fsync = "on" if durable else "off"
        self._process: subprocess.Popen[bytes] | None = None
        self._as_user: dict[str, Any] = {"cwd": self.directory}
        if os.geteuid() == 0:  # which PostgreSQL refuses to run as
            names = {entry.pw_name for entry in pwd.getpwall()}
            account = pwd.getpwnam(next(name for name in _UNPRIVILEGED if name in names))
            os.chown(self.directory, account.pw_uid, account.pw_gid)
            self._as_user |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    @property
    def url(self) -> str:
        """The address of its database, with the password."""
        return f"postgresql://skep:{self.password}@127.0.0.1:{self.port}/postgres"

    @property
    def log(self) -> str:
        """What the server wrote."""
        return (self.directory / "server.log").read_text("utf-8", "replace")

    def settings(self, schema: str, *, pool_size: int = 5) -> DatabaseSettings:
        """Return how to connect, with a schema of one's own."""
        return DatabaseSettings(url=self.url, schema=schema, pool_size=pool_size)

    def start(self) -> Self:
        """Start on the data there is, or on new data, and wait until it answers.

        Raises:
            RuntimeError: It did not come up; the text holds its log.
        """
        data = self.directory / "data"
        if not data.exists():
            secret = self.directory / "password"
            secret.write_text(self.password)
            secret.chmod(0o644)  # the folder is closed to others
            words = ("--username=skep", "--encoding=UTF8", "--locale=C", "--no-sync")
            self._run("initdb", (*words, f"--pwfile={secret}", "--auth=scram-sha-256", str(data)))
        options = ("listen_addresses=127.0.0.1", f"fsync={self._fsync}", "unix_socket_directories=")
        command = [str(self._programs / "postgres"), "-D", str(data), "-p", str(self.port)]
        command += [word for option in options for word in ("-c", option)]
        with (self.directory / "server.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, **self._as_user)
        deadline = time.monotonic() + _READY_S
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._is_ready(data / "postmaster.pid"):
                return self
            time.sleep(0.02)
        raise RuntimeError(f"PostgreSQL did not start:\n{self.log}")

    def _is_ready(self, pid_file: Path) -> bool:
        """Tell what pg_ctl goes by: the first and the last line of this file."""
        with contextlib.suppress(FileNotFoundError):
            first, *_, last = pid_file.read_text().split() or ("", "")
            return self._process is not None and (first, last) == (str(self._process.pid), "ready")
        return False

    def _run(self, program: str, arguments: Sequence[str]) -> None:
        command = [str(self._programs / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, **self._as_user)

    def stop(self) -> None:
        """End it in order, not waiting for clients to leave."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it as a crash would, its child processes included."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_READY_S)
            self._process = None

    def restart(self) -> None:
        """Kill it and start it again on the same data and port."""
        self.kill()
        self.start()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[PostgresServer]:
    """Give a module a fresh server, or skip its tests. Import this in a conftest."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip(_HOW_TO_GET_IT)
    with PostgresServer(programs) as server:
        yield server
