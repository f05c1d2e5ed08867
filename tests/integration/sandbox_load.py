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
from typing import Any, Final

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
    ) -> None:
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

    def traces(self) -> dict[str, int]:
        """Count what it holds of the machine."""
        pid = self.process.pid
        return {
            "processes": len(descendants(pid)),
            "descriptors": len(list(Path(f"/proc/{pid}/fd").iterdir())),
            "mounts": len(Path(f"/proc/{pid}/mounts").read_text().splitlines()),
            "groups": len(_groups(pid)),
            "files": sum(1 for _ in self.temporary.rglob("*")),
        }

    def left_behind(self) -> list[str]:
        """Return files and control groups that are there after its end."""
        found = [*self.temporary.rglob("*"), *_groups(self.process.pid)]
        return [str(path) for path in found]


def _groups(pid: int) -> list[Path]:
    return list(Path("/sys/fs/cgroup").glob(f"**/skep-sandbox-{pid}-*"))


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


class Load:
    """Clients that run one program after the other, and what they have to complain of."""

    def __init__(
        self, bus: Bus, report: RuntimeReport, host: dict[str, Any], *, seed: int, pause_s: float
    ) -> None:
        self.complaints: list[str] = []
        self.runs = 0
        self.stopped = 0
        self.turned_away = 0
        self._bus = bus
        self._host = host
        self._pause_s = pause_s
        self._random = random.Random(seed)
        self._friendly = [case for case in _FRIENDLY if case.applies(report)]
        self._hostile = [case for case in _ALL if case.applies(report)]

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
            if complaint:
                self.complaints.append(f"{case.language} {case.name}: {complaint}")

    async def _call(self, call: RunCode, tenant: str) -> RunCodeReply:
        return await self._bus.call(call, tenant=tenant, reply=RunCodeReply, timeout_s=_CALL_S)

    async def _stop_soon(self, key: str, tenant: str) -> None:
        await asyncio.sleep(self._random.random() * 0.1)
        await self._bus.broadcast(
            StopCodeHere(key=key), tenant=tenant, reply=StopCodeHereReply, timeout_s=1.0
        )


def _bounded(case: Case) -> RunLimits:
    return msgspec.structs.replace(case.limits, wall_s=min(case.limits.wall_s, MOST_S))


async def settled(service: SandboxService, at_most: dict[str, int]) -> dict[str, int]:
    """Wait until nothing exceeds `at_most`; return what still does after a while."""
    deadline = time.monotonic() + 20
    while True:
        now = service.traces()
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
