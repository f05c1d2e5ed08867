"""The sandbox service under mixed load leaves nothing, and nothing outlives it.

Twenty seconds of it by default; `SKEP_TEST_SANDBOX_LOAD_S=3600` makes an hour of it.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from skep_contracts.calls.code import RunCode, RunCodeReply
from skep_contracts.plugins.runtimes import CodeRequest, RunLimits
from skep_runtime.bus import Bus
from skep_testing.conformance.runtime_kit.runtime_process import descendants
from skep_testing.conformance.runtime_kit.surroundings import surroundings
from skep_testing.docker_engine import DockerEngine, docker_engine
from skep_testing.eventually import eventually
from skep_testing.nats import NatsServer, nats_server
from tests.integration.sandbox_load import (
    TENANTS,
    Load,
    SandboxService,
    all_gone,
    ready,
    settled,
    still,
)

__all__ = ["nats_server"]

SECONDS = float(os.environ.get("SKEP_TEST_SANDBOX_LOAD_S", "20"))
PAUSE_S = 0.05
"""Between a client's runs: this job runs beside other tests."""
CONNECTIONS = 4
SEED = 4
BUBBLEWRAP = {"SKEP_SANDBOX__RUNTIME": "bubblewrap"}

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.timeout(SECONDS + 240),
]


@pytest.fixture
async def bus(nats_server: NatsServer) -> AsyncIterator[Bus]:
    bus = await Bus.connect(nats_server.settings(), service="orchestrator")
    await bus.ensure_topology()
    yield bus
    await bus.close()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[dict[str, Any]]:
    with surroundings(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def engine() -> Iterator[DockerEngine]:
    with docker_engine() as running:
        settings = {**os.environ, **_settings(running)}
        build = [sys.executable, "-m", "skep_sandbox", "build-image", "--runtime", "docker"]
        subprocess.run(build, env=settings, check=True, capture_output=True)
        yield running


def _settings(engine: DockerEngine) -> dict[str, str]:
    plugin = {"engine": engine.address, "spares": 4}
    return {
        "SKEP_SANDBOX__RUNTIME": "docker",
        "SKEP_PLUGINS__SETTINGS": json.dumps({"runtime-docker": plugin}),
    }


async def test_mixed_load_leaves_nothing_behind(
    nats_server: NatsServer, bus: Bus, host: dict[str, Any], tmp_path: Path
) -> None:
    service = SandboxService(nats_server, tmp_path, settings=BUBBLEWRAP)
    await _stand(service, bus, host, SECONDS)


@pytest.mark.docker
async def test_mixed_load_on_containers_leaves_nothing_behind(
    nats_server: NatsServer,
    bus: Bus,
    host: dict[str, Any],
    *,
    tmp_path: Path,
    engine: DockerEngine,
) -> None:
    service = SandboxService(nats_server, tmp_path, settings=_settings(engine), engine=engine)
    await _stand(service, bus, host, SECONDS / 2)


async def _stand(service: SandboxService, bus: Bus, host: dict[str, Any], seconds: float) -> None:
    """Put a service under load for so many seconds; it must come out as it went in."""
    try:
        report = await ready(bus)
        if not report.usable:
            pytest.skip(f"NOT TESTED, no isolation here: {report.guarantees}")
        load = Load(bus, report, host, seed=SEED, pause_s=PAUSE_S)
        await load.warm_up()
        before = await still(service)
        if service.engine is not None:
            # The library keeps a connection for every thread that ever asked beside others.
            before["descriptors"] += CONNECTIONS

        async with asyncio.TaskGroup() as tasks:
            for tenant in TENANTS:
                tasks.create_task(load.client(tenant, seconds))
            tasks.create_task(_kill_inside(service, load, seconds))

        assert load.complaints == []
        assert load.runs > seconds / 4
        assert load.turned_away < load.runs / 2
        assert await settled(service, before) == {}, f"before: {before}"
        below = service.below()
        assert service.end() == 0
        assert await all_gone(below) == set()
        assert service.left_behind() == []
        await eventually(lambda: service.containers() == [], within_s=20)
    finally:
        if service.process.poll() is None:
            service.kill()


async def _kill_inside(service: SandboxService, load: Load, seconds: float) -> None:
    """Kill a process of the sandbox from time to time, as the system does when memory is short."""
    choice = random.Random(SEED)
    pause_s = min(8.0, seconds / 5)
    for _ in range(int(seconds / pause_s) - 1):
        await asyncio.sleep(pause_s * (0.9 + 0.2 * choice.random()))
        below = sorted(await asyncio.to_thread(service.below))
        if below:
            load.note_kill()
            with contextlib.suppress(ProcessLookupError):
                os.kill(choice.choice(below), signal.SIGKILL)


@pytest.mark.parametrize("has_parent", [False, True], ids=["service", "parent"])
async def test_kill_at_any_moment_leaves_no_process(
    nats_server: NatsServer, bus: Bus, tmp_path: Path, *, has_parent: bool
) -> None:
    choice = random.Random(SEED)
    busy = "def main():\n    while True: pass\n"
    request = CodeRequest(language="python", code=busy, inputs={}, limits=RunLimits(wall_s=60.0))
    for delay_s in (0.3, 1.0, 2.5):
        service = SandboxService(nats_server, tmp_path, settings=BUBBLEWRAP, has_parent=has_parent)
        async with asyncio.TaskGroup() as tasks:
            runs = [
                tasks.create_task(_unanswered(bus, RunCode(request=request), tenant))
                for tenant in TENANTS
            ]
            await asyncio.sleep(delay_s + choice.random() * 0.2)
            below = descendants(service.process.pid)

            service.kill()

            assert await all_gone(below) == set(), f"killed after {delay_s} s"
            for run in runs:
                run.cancel()


async def _unanswered(bus: Bus, call: RunCode, tenant: str) -> None:
    while True:
        try:
            await bus.call(call, tenant=tenant, reply=RunCodeReply, timeout_s=60)
        except Exception:  # noqa: BLE001  # the service is killed under it
            await asyncio.sleep(0.05)
