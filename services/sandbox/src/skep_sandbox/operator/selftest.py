"""Runs the sandbox suite against a runtime of this machine and tells, case by case, what holds."""

import asyncio
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from skep_contracts.plugins.runtimes import CodeRequest, RunLimits, RuntimeReport
from skep_contracts.problems import SkepError
from skep_contracts.sandbox_suite import CANARY, SECTIONS, Case
from skep_runtime.plugins import PluginHost
from skep_sandbox.runtimes import Runtimes

_AT_ONCE: Final = 2
_SETTLE_S: Final = 10.0
_TRACES: Final = "traces"
_MEETING: Final = """\
import os, time


def main():
    open('/tmp/meeting', 'w').close()
    seen = set()
    for _ in range(20):
        for pid in {-1, *range(1, 400)} - {os.getpid()}:
            try:
                os.kill(pid, 9)
                seen.add(pid)
            except OSError:
                pass
        time.sleep(0.01)
    return {'seen': sorted(seen), 'files': os.listdir('/tmp')}
"""
_SLEEPING: Final = "import time\ndef main(s):\n    time.sleep(s)\n    return {'slept': s}\n"


class Say(Protocol):
    """Takes one line of what there is to tell."""

    def __call__(self, kind: str, **fields: object) -> None:
        """Tell it."""


async def selftest(host: PluginHost, wanted: str | None, say: Say) -> bool:
    """Try everything on the runtime called `wanted`, or the one that would run code here."""
    descriptors = _descriptors()
    runtimes = Runtimes(host, wanted=wanted)
    await runtimes.choose()
    holds = False
    try:
        for report in runtimes.reports:
            say("report", active=report.runtime == runtimes.active, **msgspec.to_builtins(report))
        active = next((r for r in runtimes.reports if r.runtime == runtimes.active), None)
        if active is None:
            say("problem", detail=runtimes.why_not)
            return False
        os.environ["SKEP_CANARY"] = CANARY  # what a program may never see
        with _host() as found:
            holds = await _Trial(runtimes, active, say).all_cases(found)
    finally:
        await runtimes.stop()
    return await _traces(descriptors, say) and holds


class _Trial:
    """One runtime on trial."""

    def __init__(self, runtimes: Runtimes, report: RuntimeReport, say: Say) -> None:
        self._runtimes = runtimes
        self._report = report
        self._say = say
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def all_cases(self, host: dict[str, Any]) -> bool:
        """Run them section by section; `host` is what some of them are after."""
        holds = []
        for section, cases in SECTIONS.items():
            async with asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(self._one(section, case, host)) for case in cases]
            holds += [task.result() for task in running]
        holds.append(await self._siblings())
        return all(holds)

    async def _one(self, section: str, case: Case, host: dict[str, Any]) -> bool:
        fields = {"section": section, "name": case.name, "language": case.language}
        if not case.applies(self._report):
            self._say("case", **fields, holds=None, complaint="not promised here", seconds=0.0)
            return True
        async with self._places:
            began = time.monotonic()
            try:
                complaint = case.complaint(await self._runtimes.run(case.request(host)))
            except SkepError as error:
                complaint = error.detail
            seconds = round(time.monotonic() - began, 3)
        self._say("case", **fields, holds=not complaint, complaint=complaint, seconds=seconds)
        return not complaint

    async def _siblings(self) -> bool:
        """See that runs side by side meet neither in files nor by signals."""
        asked = [(_SLEEPING, {"s": 0.6}), (_MEETING, {})] * 2
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(self._run(code, inputs)) for code, inputs in asked]
        found = [task.result() for task in running]
        right: list[dict[str, Any]] = [{"slept": 0.6}, {"seen": [], "files": ["meeting"]}] * 2
        complaint = "" if found == right else f"they met: {found}"
        self._say(
            "case",
            section="processes",
            name="runs_side_by_side_do_not_meet",
            language="python",
            holds=not complaint,
            complaint=complaint,
            seconds=0.0,
        )
        return not complaint

    async def _run(self, code: str, inputs: dict[str, Any]) -> object:
        request = CodeRequest(language="python", code=code, inputs=inputs, limits=RunLimits())
        try:
            result = await self._runtimes.run(request)
        except SkepError as error:
            return error.detail
        return result.result or result.message


@contextmanager
def _host() -> Iterator[dict[str, Any]]:
    """Put a file where everyone can read it, and listen on a port and a socket."""
    with (
        tempfile.TemporaryDirectory(prefix="skep-selftest-") as folder,
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_UNIX) as unix,
    ):
        Path(folder).chmod(0o755)
        canary = Path(folder, CANARY)
        canary.write_text(CANARY, encoding="utf-8")
        abstract = f"{CANARY}-{os.getpid()}"
        unix.bind(f"\0{abstract}")
        unix.listen()
        yield {"canary": str(canary), "port": tcp.getsockname()[1], "abstract": abstract}


async def _traces(descriptors: int, say: Say) -> bool:
    """See that a stopped runtime leaves neither a process nor a descriptor."""
    deadline = time.monotonic() + _SETTLE_S
    while (left := (_children(), _descriptors() - descriptors)) > (0, 0):
        if time.monotonic() > deadline:
            break
        await asyncio.sleep(0.05)
    complaint = "" if left <= (0, 0) else f"left {left[0]} processes and {left[1]} descriptors"
    say(
        "case",
        section=_TRACES,
        name="a_stopped_runtime_leaves_nothing",
        language="python",
        holds=not complaint,
        complaint=complaint,
        seconds=0.0,
    )
    return not complaint


def _children() -> int:
    own, found = str(os.getpid()), 0
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = entry.read_text(errors="replace").rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue
        found += parent == own and state != "Z"
    return found


def _descriptors() -> int:
    try:
        return len(list(Path("/proc/self/fd").iterdir()))
    except OSError:
        return 0
