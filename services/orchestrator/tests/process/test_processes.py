"""Whole orchestrator processes: started, killed, frozen, stopped."""

import asyncio
import base64
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from skep_contracts.calls.run import ListRuns, ListRunsReply
from skep_contracts.commands.run import StartRun
from skep_contracts.graph import canonical, decode_document, version_hash
from skep_contracts.ids import AppId, RunId, new_id
from skep_contracts.run_log import RunFailed, RunSucceeded, WorkerAcquired
from skep_orchestrator.runs.run_log import RecordedRun, read_run
from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer, nats_server

__all__ = ["nats_server"]
pytestmark = pytest.mark.slow
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
        for _ in range(600):
            recorded = await read_run(self.bus.journal, TENANT, run_id)
            if recorded.is_ended:
                return recorded.events[-1], recorded
            await asyncio.sleep(0.05)
        raise AssertionError(run_id)


@pytest.fixture
async def processes(nats_server: NatsServer, tmp_path: Path) -> AsyncIterator[Processes]:
    bus = await Bus.connect(nats_server.settings(), service="gateway")
    await bus.ensure_topology()
    made = Processes(nats_server, tmp_path, bus)
    try:
        yield made
    finally:
        for process in made.started:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()
        await bus.close()


async def test_killed_process_is_replaced_and_nothing_is_done_twice(processes: Processes) -> None:
    first = await processes.start()
    second = await processes.start()
    run_id = await processes.run()
    await processes.until_begun(f"{run_id}:b:1", 1)
    holder = int(processes.deeds("begun")[-1][2])
    victim = first if first.pid == holder else second

    killed_s = time.monotonic()
    victim.kill()
    await processes.until_begun(f"{run_id}:b:1", 2)
    took_s = time.monotonic() - killed_s
    (processes.folder / "go").touch()
    end, recorded = await processes.end_of(run_id)

    assert isinstance(end, RunSucceeded)
    assert took_s < 10.0, "a lease is five seconds"
    assert [deed[1] for deed in processes.deeds("done")] == [f"{run_id}:a:1", f"{run_id}:b:1"]
    repeats = [event.repeated for event in recorded.events if isinstance(event, WorkerAcquired)]
    assert repeats == [(f"{run_id}:b:1",)]


async def test_frozen_process_that_wakes_up_has_lost_its_run(processes: Processes) -> None:
    pair = [await processes.start(), await processes.start()]
    run_id = await processes.run()
    await processes.until_begun(f"{run_id}:b:1", 1)
    holder = int(processes.deeds("begun")[-1][2])
    first, second = pair if pair[0].pid == holder else reversed(pair)
    await asyncio.sleep(0.5)  # let it finish what it writes elsewhere
    first.send_signal(signal.SIGSTOP)
    await processes.until_begun(f"{run_id}:b:1", 2)

    first.send_signal(signal.SIGCONT)
    await asyncio.sleep(2.5)
    (processes.folder / "go").touch()
    end, recorded = await processes.end_of(run_id)
    await asyncio.sleep(0.5)

    assert isinstance(end, RunSucceeded)
    assert end.outputs == {"x": f"{second.pid} "}
    assert recorded.epoch == 2
    done = [deed for deed in processes.deeds("done") if ":b:" in deed[1]]
    assert [int(deed[2]) for deed in done] == [second.pid]
    assert await read_run(processes.bus.journal, TENANT, run_id) == recorded
    assert first.poll() is None


async def test_process_that_is_stopped_hands_its_run_over_at_once(processes: Processes) -> None:
    first = await processes.start()
    run_id = await processes.run()
    await processes.until_begun(f"{run_id}:b:1", 1)
    await processes.start()

    stopped_s = time.monotonic()
    first.terminate()
    await processes.until_begun(f"{run_id}:b:1", 2)
    took_s = time.monotonic() - stopped_s

    assert took_s < 4.0, "the lease was waited for"
    assert first.wait(10) == 0
    (processes.folder / "go").touch()
    end, _ = await processes.end_of(run_id)
    assert isinstance(end, RunSucceeded)


async def test_process_answers_and_says_what_it_cannot_run(processes: Processes) -> None:
    await processes.start()
    run_id = await processes.run(DOCUMENT.replace(b'"deed"', b'"unheard-of"'))

    end, _ = await processes.end_of(run_id)

    assert isinstance(end, RunFailed)
    assert "`unheard-of`" in end.problem.detail
    for _ in range(100):
        reply = await processes.bus.call(
            ListRuns(), tenant=TENANT, reply=ListRunsReply, timeout_s=5
        )
        if any(item.id == run_id and item.problem for item in reply.items):
            break
        await asyncio.sleep(0.05)
    else:
        raise AssertionError(run_id)
