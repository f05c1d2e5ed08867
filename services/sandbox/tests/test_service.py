"""The whole service: a process on a real bus with the installed runtimes."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from skep_contracts.calls.code import (
    DescribeSandbox,
    DescribeSandboxReply,
    RunCode,
    RunCodeReply,
    StopCodeHere,
    StopCodeHereReply,
)
from skep_contracts.plugins.runtimes import CodeFault, CodeRequest, CodeResult, RunLimits
from skep_contracts.problems import Gone, InvalidInput, RateLimited, Unavailable
from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer, nats_server

__all__ = ["nats_server"]


TENANT = "t_01JG0000000000000000000000"
OTHER = "t_01JG0000000000000000000001"
SLEEP = "import time\ndef main(s):\n    time.sleep(s)\n    return {'slept': s}\n"


class Service:
    """The sandbox service as a process."""

    def __init__(self, server: NatsServer, data_dir: Path, **settings: str) -> None:
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("SKEP_")},
            "SKEP_BUS__URL": server.url,
            "SKEP_BUS__USER": server.user,
            "SKEP_BUS__PASSWORD": server.password,
            "SKEP_PLUGINS__DATA_DIR": str(data_dir),
            "SKEP_VAULT__KEY_FILE": "another service's",
            **settings,
        }
        command = [sys.executable, "-m", "skep_sandbox"]
        self.process = subprocess.Popen(command, env=environment)

    def below(self) -> set[int]:
        """Return the processes below it."""
        found: set[int] = set()
        parents = {
            int(entry.name): int(text.rpartition(")")[2].split()[1])
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and (text := _read(entry / "stat"))
        }
        for pid in parents:
            above: int | None = pid
            while above and (above := parents.get(above)) != self.process.pid:
                pass
            if above:
                found.add(pid)
        return found

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(20)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if (text := _read(Path(f"/proc/{pid}/stat"))) and ") Z" not in text}


async def none_left(pids: set[int]) -> set[int]:
    for _ in range(200):
        if not alive(pids):
            break
        await asyncio.sleep(0.02)
    return alive(pids)


@pytest.fixture(scope="module")
def service(nats_server: NatsServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(
        nats_server,
        tmp_path_factory.mktemp("data"),
        SKEP_SANDBOX__CAPACITY="4",
        SKEP_SANDBOX__WAITING="8",
        SKEP_SANDBOX__MAXIMUM__WALL_S="3",
    )
    yield service
    if service.process.poll() is None:
        service.end(signal.SIGTERM)


@pytest.fixture
async def bus(nats_server: NatsServer) -> AsyncIterator[Bus]:
    bus = await Bus.connect(nats_server.settings(), service="orchestrator")
    await bus.ensure_topology()
    yield bus
    await bus.close()


async def describe(bus: Bus) -> DescribeSandboxReply:
    deadline = time.monotonic() + 30
    while True:
        try:
            return await bus.call(
                DescribeSandbox(), tenant=TENANT, reply=DescribeSandboxReply, timeout_s=5
            )
        except Unavailable:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)


@pytest.fixture
async def ready(service: Service, bus: Bus) -> Bus:
    report = await describe(bus)
    if report.active is None:
        pytest.skip(f"NOT TESTED, no isolation here: {report.reports}")
    return bus


async def run(
    bus: Bus, code: str, *, tenant: str = TENANT, timeout_s: float = 20.0, **inputs: Any
) -> CodeResult:
    return await run_within(bus, code, RunLimits(), tenant=tenant, timeout_s=timeout_s, **inputs)


async def run_within(
    bus: Bus,
    code: str,
    limits: RunLimits,
    *,
    tenant: str = TENANT,
    timeout_s: float = 20.0,
    **inputs: Any,
) -> CodeResult:
    request = CodeRequest(language="python", code=code, inputs=inputs, limits=limits)
    call = RunCode(request=request)
    reply = await bus.call(call, tenant=tenant, reply=RunCodeReply, timeout_s=timeout_s)
    return reply.result


async def test_code_runs_and_answers(ready: Bus) -> None:
    result = await run(ready, "def main(a):\n    print('hi')\n    return {'b': a + 1}\n", a=1)

    assert (result.result, result.stdout) == ({"b": 2}, "hi\n")


async def test_sandbox_describes_itself(ready: Bus) -> None:
    described = await describe(ready)

    assert described.active in {report.runtime for report in described.reports}
    assert (described.running, described.capacity) == (0, 4)
    assert all(g.detail for report in described.reports for g in report.guarantees)


async def test_operators_maximum_holds(ready: Bus) -> None:
    began = time.monotonic()

    result = await run_within(ready, SLEEP, RunLimits(wall_s=1000), s=100)

    assert result.fault is CodeFault.TIMED_OUT
    assert time.monotonic() - began < 8


async def test_impossible_limit_is_refused(ready: Bus) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await run_within(ready, SLEEP, RunLimits(wall_s=0), s=1)

    assert refusal.value.errors[0].pointer == "/request/limits/wall_s"


async def test_caller_that_gives_up_ends_its_run(ready: Bus) -> None:
    with pytest.raises(Unavailable):
        await run(ready, SLEEP, timeout_s=0.5, s=2.5)

    began = time.monotonic()
    while (await describe(ready)).running:
        assert time.monotonic() - began < 1.5
        await asyncio.sleep(0.02)


async def test_run_is_stopped_by_its_key(ready: Bus) -> None:
    request = CodeRequest(language="python", code=SLEEP, inputs={"s": 2.5})
    call, began = RunCode(request=request, key="effect-1"), time.monotonic()

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(
            _outcome(ready.call(call, tenant=TENANT, reply=RunCodeReply, timeout_s=10), Gone)
        )
        await asyncio.sleep(0.3)

        answers = [
            await ready.broadcast(
                StopCodeHere(key="effect-1"), tenant=tenant, reply=StopCodeHereReply, timeout_s=1.0
            )
            for tenant in (OTHER, TENANT)
        ]

        assert answers == [None, StopCodeHereReply()]

    assert isinstance(running.result(), Gone)
    assert time.monotonic() - began < 2.4
    assert (await describe(ready)).running == 0


async def test_overload_is_refused_and_passes(ready: Bus) -> None:
    outcomes: list[object] = []

    async def call() -> None:
        try:
            outcomes.append((await run(ready, SLEEP, s=0.2)).result)
        except (Unavailable, RateLimited) as error:
            outcomes.append(error)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(30):
            tasks.create_task(call())

    refused = [error for error in outcomes if isinstance(error, Unavailable | RateLimited)]
    assert len(refused) >= 10
    assert all(error.retry_after_s for error in refused)
    assert [done for done in outcomes if done == {"slept": 0.2}]
    assert (await run(ready, SLEEP, s=0)).result == {"slept": 0}


async def test_greedy_tenant_leaves_room_for_others(ready: Bus) -> None:
    async def greedy() -> None:
        with contextlib.suppress(Unavailable, RateLimited):
            await run(ready, SLEEP, s=1.5)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(8):
            tasks.create_task(greedy())
        await asyncio.sleep(0.2)
        began = time.monotonic()

        result = await run(ready, SLEEP, tenant=OTHER, s=0)

        assert result.result == {"slept": 0}
        assert time.monotonic() - began < 1.0


async def test_large_inputs_and_results_travel(ready: Bus) -> None:
    code = "def main(text):\n    return {'text': text[::-1]}\n"

    result = await run(ready, code, text="ab" * 400_000)

    assert result.result == {"text": "ba" * 400_000}


async def test_killed_service_leaves_nothing_and_comes_back(
    nats_server: NatsServer, tmp_path: Path
) -> None:
    with NatsServer() as server:
        bus = await Bus.connect(server.settings(), service="orchestrator")
        await bus.ensure_topology()
        first = Service(server, tmp_path)
        try:
            if (await describe(bus)).active is None:
                pytest.skip("NOT TESTED, no isolation here")
            async with asyncio.TaskGroup() as tasks:
                lost = tasks.create_task(_outcome(run(bus, SLEEP, s=8, timeout_s=15)))
                await asyncio.sleep(0.5)
                below = first.below()

                first.end(signal.SIGKILL)

                assert below
                assert await none_left(below) == set()
                assert isinstance(await lost, Unavailable)
            second = Service(server, tmp_path)
            try:
                await describe(bus)
                assert (await run(bus, SLEEP, s=0)).result == {"slept": 0}
                below = second.below()
                assert second.end(signal.SIGTERM) == 0
                assert await none_left(below) == set()
            finally:
                second.process.kill()
        finally:
            first.process.kill()
            await bus.close()


async def _outcome(running: Any, expected: type[Exception] = Unavailable) -> object:
    try:
        return await running
    except expected as error:
        return error
