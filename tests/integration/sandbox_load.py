"""Mixed load on one sandbox service: several tenants, friendly and hostile, stopped in between."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from skep_contracts.calls.code import (
    DescribeSandbox,
    DescribeSandboxReply,
    RunCode,
    RunCodeReply,
    StopCodeHere,
    StopCodeHereReply,
)
from skep_contracts.plugins.runtimes import RunLimits, RuntimeReport
from skep_contracts.problems import Gone, RateLimited, Unavailable
from skep_contracts.sandbox_suite import SECTIONS, Case
from skep_runtime.bus import Bus
from skep_testing.conformance.runtime_kit.runtime_process import descendants
from skep_testing.docker_engine import DockerEngine, processes_in, without_other_engines
from skep_testing.nats import NatsServer

TENANTS: Final = tuple(f"t_01JG000000000000000000000{number}" for number in range(3))
MOST_S: Final = 3.0
"""Programs that never end are stopped after this; the service's own limit."""
_CALL_S: Final = 60.0
_STOPPED_OF_ALL: Final = 0.05
_PAUSE_S: Final = 0.03
_FRIENDLY: Final = tuple(SECTIONS["friendly programs"])
_ALL: Final = tuple(case for cases in SECTIONS.values() for case in cases)


class SandboxService:
    """The service as a process, maybe below another that is its parent."""

    def __init__(
        self,
        server: NatsServer,
        folder: Path,
        *,
        settings: Mapping[str, str],
        has_parent: bool = False,
        engine: DockerEngine | None = None,
    ) -> None:
        self.engine = engine
        self.temporary = folder / "tmp"
        self.temporary.mkdir(exist_ok=True)
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("SKEP_")},
            "TMPDIR": str(self.temporary),
            "SKEP_BUS__URL": server.url,
            "SKEP_BUS__USER": server.user,
            "SKEP_BUS__PASSWORD": server.password,
            "SKEP_PLUGINS__DATA_DIR": str(folder / "data"),
            "SKEP_SANDBOX__MAXIMUM__WALL_S": str(MOST_S),
            **settings,
        }
        command = [sys.executable, "-m", "skep_sandbox"]
        if has_parent:
            watch = (
                "import os, subprocess, sys\n"
                "os.environ['SKEP_PARENT_PID'] = str(os.getpid())\n"
                "subprocess.run(sys.argv[1:])\n"
            )
            command = [sys.executable, "-c", watch, *command]
        self.process = subprocess.Popen(command, env=environment)

    def kill(self) -> None:
        """End it, or its parent, as a crash would."""
        self.process.kill()
        self.process.wait(20)

    def end(self) -> int:
        """End it in order."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def below(self) -> set[int]:
        """Return every process that it has started, on its own or through an engine."""
        return descendants(self.process.pid) | processes_in(self.containers())

    def containers(self) -> list[str]:
        """Return the ids of the containers of its engine."""
        if self.engine is None:
            return []
        listed = ["docker", "--host", self.engine.address, "ps", "--all", "--quiet", "--no-trunc"]
        return subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split()

    def traces(self) -> dict[str, int]:
        """Count what it holds of the machine."""
        pid = self.process.pid
        mounts = Path(f"/proc/{pid}/mounts").read_text().splitlines()
        engine = self.engine.address if self.engine else ""
        return {
            "processes": len(descendants(pid)),
            "containers": len(self.containers()),
            "descriptors": len(list(Path(f"/proc/{pid}/fd").iterdir())),
            "mounts": len(without_other_engines(mounts, engine)),
            "groups": len(_groups(pid)),
            "files": sum(1 for _ in self.temporary.rglob("*")),
        }

    def left_behind(self) -> list[str]:
        """Return files and control groups that are there after its end."""
        found = [*self.temporary.rglob("*"), *_groups(self.process.pid)]
        return [str(path) for path in found]


def _groups(pid: int) -> list[Path]:
    # Not a glob, which stumbles over the groups that go away meanwhile.
    return [
        Path(folder, name)
        for folder, names, _ in os.walk("/sys/fs/cgroup")
        for name in names
        if name.startswith(f"skep-sandbox-{pid}-")
    ]


async def ready(bus: Bus) -> RuntimeReport:
    """Wait for the service; return the report of the runtime that runs code."""
    deadline = time.monotonic() + 60
    while True:
        try:
            told = await bus.call(
                DescribeSandbox(), tenant=TENANTS[0], reply=DescribeSandboxReply, timeout_s=5
            )
        except Unavailable:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.2)
        else:
            active = [r for r in told.reports if r.runtime == told.active]
            return active[0] if active else told.reports[0]


class _Killed(NamedTuple):
    """A run that is said to have been killed though its code does not kill itself."""

    began: float
    ended: float
    complaint: str


class Load:
    """Clients that run one program after the other, and what they have to complain of."""

    def __init__(
        self, bus: Bus, report: RuntimeReport, host: dict[str, Any], *, seed: int, pause_s: float
    ) -> None:
        self.runs = 0
        self.stopped = 0
        self.turned_away = 0
        self._bus = bus
        self._host = host
        self._pause_s = pause_s
        self._complaints: list[str] = []
        self._killed: list[_Killed] = []
        self._kills: list[float] = []
        self._random = random.Random(seed)
        self._friendly = [case for case in _FRIENDLY if case.applies(report)]
        self._hostile = [case for case in _ALL if case.applies(report)]

    @property
    def complaints(self) -> list[str]:
        """What went wrong; one run is forgiven its end for every process that was killed.

        It must have been in hand at that moment, and must be told as killed.
        """
        kills = list(self._kills)
        unforgiven = []
        for run in sorted(self._killed, key=lambda run: run.ended):
            kill = next((at for at in kills if run.began <= at <= run.ended), None)
            if kill is None:
                unforgiven.append(run.complaint)
            else:
                kills.remove(kill)
        return self._complaints + unforgiven

    def note_kill(self) -> None:
        """Remember that a process is killed now."""
        self._kills.append(time.monotonic())

    async def warm_up(self) -> None:
        """Let come to be what stays: servers and spares of two kinds, threads, connections."""
        default = RunLimits()
        small = msgspec.structs.replace(default, memory_bytes=default.memory_bytes // 2)
        for limits in (default, small, default):
            async with asyncio.TaskGroup() as tasks:
                for tenant in TENANTS:
                    for case in {case.language: case for case in self._friendly}.values():
                        request = msgspec.structs.replace(case.request(self._host), limits=limits)
                        tasks.create_task(self._call(RunCode(request=request), tenant))

    async def client(self, tenant: str, seconds: float) -> None:
        """Run programs for so many seconds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            cases = self._friendly if self._random.random() < 0.5 else self._hostile
            await self._one(tenant, self._random.choice(cases))
            await asyncio.sleep(self._pause_s)

    async def _one(self, tenant: str, case: Case) -> None:
        request = case.request(self._host)
        key = f"load-{self.runs}"
        self.runs += 1
        call = RunCode(request=msgspec.structs.replace(request, limits=_bounded(case)), key=key)
        began = time.monotonic()
        try:
            async with asyncio.TaskGroup() as tasks:
                running = tasks.create_task(self._call(call, tenant))
                if self._random.random() < _STOPPED_OF_ALL:
                    tasks.create_task(self._stop_soon(key, tenant))
            reply = running.result()
        except* Gone:
            self.stopped += 1
        except* (Unavailable, RateLimited):
            self.turned_away += 1
        else:
            # On a busy machine a program may be at its wall time before it is at its limit.
            is_late = reply.result.fault == "timed_out"
            complaint = "" if is_late else case.complaint(reply.result)
            if not complaint:
                return
            complaint = f"{case.language} {case.name}: {complaint}"
            if reply.result.fault == "killed":
                self._killed.append(_Killed(began, time.monotonic(), complaint))
            else:
                self._complaints.append(complaint)

    async def _call(self, call: RunCode, tenant: str) -> RunCodeReply:
        return await self._bus.call(call, tenant=tenant, reply=RunCodeReply, timeout_s=_CALL_S)

    async def _stop_soon(self, key: str, tenant: str) -> None:
        await asyncio.sleep(self._random.random() * 0.1)
        await self._bus.broadcast(
            StopCodeHere(key=key), tenant=tenant, reply=StopCodeHereReply, timeout_s=1.0
        )


def _bounded(case: Case) -> RunLimits:
    return msgspec.structs.replace(case.limits, wall_s=min(case.limits.wall_s, MOST_S))


async def still(service: SandboxService) -> dict[str, int]:
    """Return the traces of a service once they have not changed for a while."""
    deadline = time.monotonic() + 20
    traces, since = await asyncio.to_thread(service.traces), time.monotonic()
    while time.monotonic() < min(deadline, since + 1.5):
        await asyncio.sleep(0.1)
        if (now := await asyncio.to_thread(service.traces)) != traces:
            traces, since = now, time.monotonic()
    return traces


async def settled(service: SandboxService, at_most: dict[str, int]) -> dict[str, int]:
    """Wait until nothing exceeds `at_most`; return what still does after a while."""
    deadline = time.monotonic() + 20
    while True:
        now = await asyncio.to_thread(service.traces)
        over = {name: count for name, count in now.items() if count > at_most[name]}
        if not over or time.monotonic() > deadline:
            return over
        await asyncio.sleep(0.1)


async def all_gone(pids: set[int]) -> set[int]:
    """Wait until processes have ended; return those that have not."""
    deadline = time.monotonic() + 15
    while True:
        left = {pid for pid in pids if _is_alive(pid)}
        if not left or time.monotonic() > deadline:
            return left
        await asyncio.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
