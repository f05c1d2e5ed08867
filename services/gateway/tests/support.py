"""A whole gateway on a free port, with a real bus and a real database, and a client for it."""

import asyncio
import base64
import contextlib
import http.client
import json
import os
import socket
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from services.gateway.tests.trial_plugin import write_trial_plugin
from skep_contracts.ids import TenantId, new_id
from skep_gateway.app import Gateway, open_gateway
from skep_gateway.identity.repository import IdentityRepository, Platform
from skep_gateway.identity.tables import ApiKeyRow, TenantRow
from skep_gateway.identity.tokens import new_api_key, token_hash
from skep_gateway.serving.server import HttpServer
from skep_gateway.settings import GatewaySettings
from skep_runtime.clock import now
from skep_runtime.database import DatabaseSettings
from skep_runtime.egress import EgressSettings
from skep_runtime.lifecycle import Stop
from skep_runtime.plugins import PluginSettings
from skep_runtime.vault import VaultSettings
from skep_testing.nats import NatsServer

T = TypeVar("T")
SETUP_TOKEN = "setup-token-of-the-tests"
ALL_SCOPES = ["admin", "operator"]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class RunningGateway:
    """A gateway in a thread of its own."""

    def __init__(self, settings: GatewaySettings, nats: NatsServer) -> None:
        self.settings = settings
        self.nats = nats
        self.key = settings.bootstrap_key or ""
        self.gateway: Gateway
        self.loop: asyncio.AbstractEventLoop
        self.port = 0
        self._stop: Stop
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()
        assert self._started.wait(30)
        if self._failure is not None:
            raise self._failure

    @property
    def is_running(self) -> bool:
        """Whether it has not stopped."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Ask it to stop and wait until it has; safe to repeat."""
        if not self._thread.is_alive():
            return
        self.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
            self._started.set()
            raise

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._stop = Stop()
        async with open_gateway(self.settings) as self.gateway, asyncio.TaskGroup() as tasks:
            server = HttpServer(
                self.gateway.app, host="127.0.0.1", port=0, settings=self.settings.web
            )
            tasks.create_task(server.run(self._stop, self.gateway.closing))
            await server.wait_listening()
            self.port = server.port
            self._started.set()

    def run(self, action: Callable[[], Awaitable[T]]) -> T:
        """Do something in the gateway's own event loop."""

        async def act() -> T:
            return await action()

        return asyncio.run_coroutine_threadsafe(act(), self.loop).result(30)

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        data: bytes | None = None,
        content_type: str | None = "application/json",
        key: str | None = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request, `body` as JSON, with the bootstrap key unless `key` is given."""
        sent = dict(headers or {})
        if body is not None:
            data = msgspec.json.encode(body)
        if data is not None and content_type is not None:
            sent["Content-Type"] = content_type
        if key is not None:
            sent["Authorization"] = f"Bearer {key or self.key}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())

    def raw(self, data: bytes) -> bytes:
        """Send bytes as they are and return what comes back until the server hangs up."""
        received = b""
        with (
            contextlib.suppress(BrokenPipeError, ConnectionResetError, TimeoutError),
            socket.create_connection(("127.0.0.1", self.port), timeout=5) as client,
        ):
            client.sendall(data)
            while piece := client.recv(65_536):
                received += piece
                if b"\r\n\r\n" in received and b"connection: close" not in received.lower():
                    break
        return received

    def add_tenant(self, name: str, scopes: list[str] | None = None) -> "OtherTenant":
        """Create a tenant with a key."""
        tenant = TenantId(new_id("tenant"))
        key = new_api_key()

        async def add() -> None:
            async with self.gateway.database.session() as session:
                await Platform(session).add_tenant(
                    TenantRow(id=tenant, name=name, created_at=now(), set_up_at=now())
                )
                await IdentityRepository(session, tenant).add(
                    ApiKeyRow(
                        id=new_id("key"),
                        tenant_id=tenant,
                        name="test",
                        prefix=key[:9],
                        token_hash=token_hash(key),
                        scopes=scopes or ["admin"],
                        created_at=now(),
                    )
                )

        self.run(add)
        return OtherTenant(tenant, key)


@dataclass(frozen=True)
class OtherTenant:
    """Somebody else."""

    id: TenantId
    key: str


@contextlib.contextmanager
def running_gateway(**changes: Any) -> Iterator[RunningGateway]:
    """Start a gateway with its own bus, database and plugins; everything goes at the end."""
    with tempfile.TemporaryDirectory(prefix="skep-gateway-") as directory, NatsServer() as nats:
        running = RunningGateway(settings_in(Path(directory), nats, **changes), nats)
        running.start()
        try:
            yield running
        finally:
            running.stop()


def settings_in(directory: Path, nats: NatsServer, **changes: Any) -> GatewaySettings:
    """Return settings for a gateway that keeps everything in `directory`."""
    plugins = directory / "plugins"
    write_trial_plugin(plugins)
    settings = GatewaySettings(
        bootstrap_key=new_api_key(),
        setup_token=SETUP_TOKEN,
        database=DatabaseSettings(
            url=f"sqlite:///{directory / 'gateway.db'}", synchronous="normal"
        ),
        vault=VaultSettings(key=base64.b64encode(os.urandom(32)).decode()),
        bus=nats.settings(),
        egress=EgressSettings(allow="127.0.0.1"),
        plugins=PluginSettings(directory=str(plugins), data_dir=str(directory / "plugin-data")),
    )
    return msgspec.structs.replace(settings, **changes)


def until(condition: Callable[[], object], timeout_s: float = 10) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def assert_problem(answer: Answer, status: int, code: str | None = None) -> Any:
    """Check that the answer is a whole problem document; return it."""
    assert answer.status == status, answer.body[:500]
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"] == f"urn:skep:problem:{problem['code']}"
    assert problem["title"]
    assert problem["detail"]
    assert len(problem["trace_id"]) == 32
    assert "Traceback" not in answer.body.decode()
    assert urlsplit(problem["instance"]).path == problem["instance"]
    if code is not None:
        assert problem["code"] == code
    return problem


def pointers(problem: Any) -> set[str]:
    """Return the places a problem points at."""
    return {error["pointer"] for error in problem.get("errors", ())}
