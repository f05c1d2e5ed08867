"""Orchestrator processes that share a server, a database and a plugin."""

import asyncio
import base64
import os
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from skep_contracts.commands.run import StartRun
from skep_contracts.graph import canonical, decode_document, version_hash
from skep_contracts.ids import AppId, RunId, new_id
from skep_orchestrator.runs.run_log import RecordedRun, read_run
from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer

TENANT = "t_test"
DOCUMENT = b"""{"skep": 1, "app": {"name": "x"}, "nodes": {
    "s": {"type": "begin"}, "a": {"type": "deed"},
    "b": {"type": "deed", "settings": {"wait_for": "go"}},
    "e": {"type": "finish", "settings": {"outputs": {"x": "{{b.text}}"}}}},
    "edges": [{"from": "s", "to": "a"}, {"from": "a", "to": "b"}, {"from": "b", "to": "e"}]}"""


class Processes:
    """Orchestrators that share a server, a database and a plugin."""

    def __init__(self, server: NatsServer, folder: Path, bus: Bus) -> None:
        self.server = server
        self.folder = folder
        self.bus = bus
        self.started: list[subprocess.Popen[bytes]] = []
        plugin = folder / "plugins" / "skep-node-deeds"
        info = plugin / "skep_node_deeds-1.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: skep-node-deeds\nVersion: 1\n")
        (info / "entry_points.txt").write_text("[skep.nodes]\ndeeds = skep_node_deeds\n")
        source = Path(__file__).parent / "plugin_source.py"
        shutil.copy(source, plugin / "skep_node_deeds.py")
        self.key = base64.b64encode(secrets.token_bytes(32)).decode()

    async def start(self) -> subprocess.Popen[bytes]:
        """Start one, and return once it answers."""
        environment = {
            **os.environ,
            "DEEDS": str(self.folder),
            "SKEP_BUS__URL": self.server.url,
            "SKEP_BUS__USER": self.server.user,
            "SKEP_BUS__PASSWORD": self.server.password,
            "SKEP_VAULT__KEY": self.key,
            "SKEP_ORCHESTRATOR__DATABASE__URL": f"sqlite+aiosqlite:///{self.folder}/o.db",
            "SKEP_PLUGINS__DIRECTORY": str(self.folder / "plugins"),
            "SKEP_PARENT_PID": str(os.getpid()),
        }
        ready = self.folder / f"log-{len(self.started)}"
        with ready.open("wb") as log:
            process = subprocess.Popen(  # noqa: ASYNC220 - it takes no time
                [sys.executable, "-m", "skep_orchestrator"],
                env=environment,
                stdout=log,
                stderr=log,
            )
        self.started.append(process)
        for _ in range(600):
            if b"orchestrator ready" in ready.read_bytes():
                return process
            assert process.poll() is None, ready.read_text()
            await asyncio.sleep(0.05)
        raise AssertionError(ready.read_text())

    async def run(self, document: bytes = DOCUMENT) -> str:
        run_id = RunId(new_id("run"))
        decoded = decode_document(document)
        await self.bus.blobs.put(TENANT, canonical(decoded))
        order = StartRun(
            run_id=run_id, app_id=AppId("app_x"), version=version_hash(decoded), inputs={}
        )
        await self.bus.publish(order, tenant=TENANT, message_id=run_id)
        return run_id

    def deeds(self, what: str) -> list[list[str]]:
        file = self.folder / "deeds"
        lines = file.read_text().splitlines() if file.exists() else []
        return [line.split() for line in lines if line.startswith(what)]

    async def until_begun(self, key: str, count: int, *, timeout_s: float = 15.0) -> None:
        deadline = time.monotonic() + timeout_s
        while sum(deed[1] == key for deed in self.deeds("begun")) < count:
            assert time.monotonic() < deadline, self.deeds("")
            await asyncio.sleep(0.02)

    async def end_of(self, run_id: str) -> tuple[Any, RecordedRun]:
        for _ in range(2400):
            recorded = await read_run(self.bus.journal, TENANT, run_id)
            if recorded.is_ended:
                return recorded.events[-1], recorded
            await asyncio.sleep(0.05)
        raise AssertionError(run_id)
