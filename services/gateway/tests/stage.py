"""A gateway with a scripted orchestrator and ingest behind it."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

from services.gateway.tests.scripted import Script, ScriptedIngest, ScriptedOrchestrator
from services.gateway.tests.support import Answer, RunningGateway, running_gateway
from services.gateway.tests.trial_plugin import chat_document, document
from skep_runtime.bus import Bus


class Stage:
    """Everything a test of runs, files and datasets needs."""

    def __init__(self, gateway: RunningGateway) -> None:
        self.gateway = gateway
        self.orchestrator: ScriptedOrchestrator
        self.ingest: ScriptedIngest
        self.app = ""
        self.chat = ""
        self._buses: list[Bus] = []
        self._working: asyncio.Task[None]

    def set_up(self, *, orchestrator: bool = True, ingest: bool = True) -> None:
        """Bring the other services up and make two apps: a workflow that takes `topic`, a chat."""

        async def connect() -> None:
            for service in ("orchestrator", "ingest"):
                bus = await Bus.connect(self.gateway.nats.settings(), service=service)
                self._buses.append(bus)
            self.orchestrator = ScriptedOrchestrator(self._buses[0])
            self.ingest = ScriptedIngest(self._buses[1])
            if orchestrator:
                self.orchestrator.answer()
                self._working = asyncio.get_running_loop().create_task(self.orchestrator.work())
            if ingest:
                self.ingest.answer()

        self.gateway.run(connect)
        self.app, self.chat = self.publish(document("staged")), self.publish(chat_document())

    def publish(self, content: object) -> str:
        """Create and publish an app; return its id."""
        made = self.gateway.request("POST", "/api/v1/apps", {"document": content})
        assert made.status == 201, made.body
        app = str(made.json()["id"])
        assert self.gateway.request("POST", f"/api/v1/apps/{app}/versions", {}).status == 201
        return app

    def tear_down(self) -> None:
        """Take the other services away."""

        async def close() -> None:
            with contextlib.suppress(AttributeError):
                self._working.cancel()
            for bus in self._buses:
                await bus.close()

        self.gateway.run(close)

    def start(
        self,
        topic: str = "bees",
        *,
        script: Script | None = None,
        key: str | None = None,
        **more: Any,
    ) -> Answer:
        """Start a run; `script` says what becomes of it, `key` is its Idempotency-Key."""
        if script is not None:
            self.orchestrator.scripts[topic] = script
        headers = {"Idempotency-Key": key} if key else {}
        body = {"app": self.app, "inputs": {"topic": topic}, **more}
        return self.gateway.request("POST", "/api/v1/runs", body, headers=headers)

    def commands(self, topic: str) -> int:
        """Return how often an orchestrator was told to start a run about a topic."""
        return sum(c.inputs.get("topic") == topic for c in self.orchestrator.commands)

    def listeners(self) -> int:
        """Return how many subscriptions and tasks there are in the gateway's loop."""

        async def count() -> int:
            listeners = len(self.gateway.gateway.bus._connection._listeners)
            return listeners * 1000 + len(asyncio.all_tasks())

        return self.gateway.run(count)


class OpenRequest:
    """A request whose answer is read as it comes, and that can be left in the middle."""

    def __init__(
        self, gateway: RunningGateway, method: str, path: str, body: object = None, **headers: str
    ) -> None:
        data = json.dumps(body).encode() if body is not None else b""
        lines = [
            f"{method} {path} HTTP/1.1",
            "Host: x",
            f"Authorization: Bearer {gateway.key}",
            f"Content-Length: {len(data)}",
            *(["Content-Type: application/json"] if body is not None else []),
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        ]
        self.received = b""
        self.is_ended = threading.Event()
        self._socket = socket.create_connection(("127.0.0.1", gateway.port), timeout=30)
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + data)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while piece := self._socket.recv(65_536):
                self.received += piece
        self.is_ended.set()

    def wait_for(self, text: str, timeout_s: float = 10) -> str:
        """Return what has come once `text` is in it."""
        deadline = time.monotonic() + timeout_s
        while text.encode() not in self.received:
            assert time.monotonic() < deadline, self.received[-2000:]
            time.sleep(0.01)
        return self.received.decode()

    def leave(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def form(
    content: bytes = b"hello",
    *,
    filename: str | None = 'filename="a.txt"',
    field: str = "file",
    kind: str = "text/plain",
    more: str = "",
) -> bytes:
    """Return a form with a file in it, its boundary being ``b``."""
    disposition = f'form-data; name="{field}"' + (f"; {filename}" if filename else "")
    head = f"--b\r\nContent-Disposition: {disposition}\r\nContent-Type: {kind}\r\n\r\n"
    return head.encode() + content + f"\r\n{more}--b--\r\n".encode()


@contextlib.contextmanager
def staged(**changes: Any) -> Iterator[Stage]:
    """Start a gateway and what is behind it; everything goes at the end."""
    with running_gateway(**changes) as gateway:
        stage = Stage(gateway)
        stage.set_up()
        try:
            yield stage
        finally:
            if gateway.is_running:
                stage.tear_down()
