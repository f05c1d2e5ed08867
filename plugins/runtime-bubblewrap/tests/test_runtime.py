"""The runtime in this process: spares, recovery, and what it says when something is missing."""

import asyncio
import contextlib
import logging
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from skep_contracts.plugins.runtimes import CodeFault, CodeRequest, RunLimits, RuntimeReport
from skep_contracts.problems import InvalidInput, Unavailable
from skep_runtime_bubblewrap.runtime import BubblewrapRuntime
from skep_runtime_bubblewrap.settings import Settings, read_settings
from skep_testing.conformance.runtime_kit.runtime_process import (
    descendants,
    threads_of,
    wait_until_gone,
)
from skep_testing.eventually import eventually

EMPTY = "def main():\n    return {}\n"
SLEEP = "import time\ndef main(s):\n    time.sleep(s)\n    return {'slept': s}\n"
IN_THREADS = (
    "import threading, time\n"
    "def main(s):\n"
    "    threading.Thread(target=time.sleep, args=(s,)).start()\n"
    "    time.sleep(s)\n"
)
"""Nothing else in a sandbox has threads: they tell that it is in the middle of it."""
TAKE = "def main(n):\n    return {'taken': len(bytearray(n))}\n"
DEFAULT = RunLimits()
_MIB = 1024 * 1024


def code(text: str, limits: RunLimits = DEFAULT, **inputs: Any) -> CodeRequest:
    return CodeRequest(language="python", code=text, inputs=inputs, limits=limits)


OTHERS: set[int] = set()


@pytest.fixture(autouse=True)
def _remember_others() -> None:
    # Tests before this one may have left a child of their own to this process.
    OTHERS.clear()
    OTHERS.update(descendants(os.getpid()))


def ours() -> set[int]:
    """Return the processes below this one that the test started."""
    return set(descendants(os.getpid())) - OTHERS


@contextlib.asynccontextmanager
async def started(**settings: Any) -> AsyncIterator[tuple[BubblewrapRuntime, RuntimeReport]]:
    runtime = BubblewrapRuntime(Settings(**settings), logging.getLogger("test"))
    try:
        yield runtime, await runtime.start()
    finally:
        await runtime.stop()


@pytest.fixture
async def runtime() -> AsyncIterator[BubblewrapRuntime]:
    async with started() as (runtime, report):
        if not report.usable:
            pytest.skip(f"NOT TESTED, no isolation here: {report.guarantees}")
        yield runtime


async def test_every_run_gets_its_own_limits(runtime: BubblewrapRuntime) -> None:
    small, large = (RunLimits(memory_bytes=n * _MIB) for n in (32, 200))

    for _ in range(6):
        refused = await runtime.run(code(TAKE, small, n=100 * _MIB))
        taken = await runtime.run(code(TAKE, large, n=100 * _MIB))

        assert refused.fault is CodeFault.OUT_OF_MEMORY
        assert taken.result == {"taken": 100 * _MIB}


@pytest.mark.parametrize("spares", [0, 1, 5])
async def test_any_number_of_spares_serves_any_number_of_runs(spares: int) -> None:
    async with started(spares=spares) as (runtime, report):
        if not report.usable:
            pytest.skip("NOT TESTED, no isolation here")
        async with asyncio.TaskGroup() as tasks:
            runs = [tasks.create_task(runtime.run(code(SLEEP, s=n / 100))) for n in range(12)]

        assert [run.result().result for run in runs] == [{"slept": n / 100} for n in range(12)]


async def test_sandbox_that_dies_is_started_anew(runtime: BubblewrapRuntime) -> None:
    async with asyncio.TaskGroup() as tasks:
        lost = tasks.create_task(_outcome(runtime, code(IN_THREADS, s=20)))
        await eventually(lambda: any(map(threads_of, ours())), within_s=20)
        before = _sandbox_around(_fork_server())
        os.kill(_fork_server(), signal.SIGKILL)

    error = lost.result()
    assert isinstance(error, Unavailable)
    assert error.retry_after_s
    assert (await runtime.run(code(EMPTY))).result == {}
    assert wait_until_gone(before) == set()


async def test_run_in_a_process_that_is_killed_ends_alone(runtime: BubblewrapRuntime) -> None:
    async with asyncio.TaskGroup() as tasks:
        lost = tasks.create_task(runtime.run(code(IN_THREADS, s=20)))
        other = tasks.create_task(runtime.run(code(SLEEP, s=1)))
        await eventually(lambda: any(map(threads_of, ours())), within_s=20)
        os.kill(next(filter(threads_of, ours())), signal.SIGKILL)

    assert lost.result().fault is CodeFault.KILLED
    assert other.result().result == {"slept": 1}


async def test_spares_that_are_killed_cost_no_run_its_result() -> None:
    # As the system does when memory is short. Nobody has heard of it when they are given out.
    async with started(spares=2) as (runtime, report):
        if not report.usable:
            pytest.skip("NOT TESTED, no isolation here")
        await eventually(lambda: len(_spares()) == 2, within_s=20)
        for spare in _spares():
            os.kill(spare, signal.SIGKILL)

        assert (await runtime.run(code(EMPTY))).result == {}


def _spares() -> set[int]:
    return descendants(_fork_server())


async def test_fork_server_that_is_killed_between_runs_costs_none_its_result(
    runtime: BubblewrapRuntime,
) -> None:
    for _ in range(3):
        below = _sandbox_around(_fork_server())
        os.kill(_fork_server(), signal.SIGKILL)
        assert wait_until_gone(below) == set()

        assert (await runtime.run(code(EMPTY))).result == {}


def _fork_server() -> int:
    """Return the first interpreter below this process; the others are its children."""
    below = sorted(ours())
    return next(pid for pid in below if "python" in Path(f"/proc/{pid}/comm").read_text())


def _sandbox_around(pid: int) -> set[int]:
    """Return the processes of the sandbox that a process is in."""
    outermost = next(child for child in ours() if pid in descendants(child) | {child})
    while above := [p for p in ours() - {outermost} if outermost in descendants(p)]:
        outermost = above[0]
    return descendants(outermost) | {outermost}


async def _outcome(runtime: BubblewrapRuntime, request: CodeRequest) -> object:
    try:
        return await runtime.run(request)
    except Unavailable as error:
        return error


async def test_stop_ends_runs_and_refuses_more(runtime: BubblewrapRuntime) -> None:
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(_outcome(runtime, code(SLEEP, s=5)))
        await asyncio.sleep(0.1)
        below = ours()

        await runtime.stop()

    assert isinstance(running.result(), Unavailable)
    assert wait_until_gone(below) == set()
    with pytest.raises(Unavailable, match="stopped"):
        await runtime.run(code(EMPTY))


async def test_runtime_that_was_not_started_runs_nothing() -> None:
    runtime = BubblewrapRuntime(Settings(), logging.getLogger("test"))

    with pytest.raises(Unavailable, match="not been started"):
        await runtime.run(code(EMPTY))


async def test_cancelled_start_leaves_nothing() -> None:
    for delay in (0.0, 0.01, 0.05, 0.1, 0.2, 0.3):
        runtime = BubblewrapRuntime(Settings(), logging.getLogger("test"))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await runtime.start()
        await runtime.stop()

        assert wait_until_gone(ours()) == set()


async def test_forged_report_before_the_end_is_the_runs_own(runtime: BubblewrapRuntime) -> None:
    # Whoever controls main decides its result; by this door too, and for this run alone.
    forged = (
        "import os, struct\n"
        "body = b'{\"own\": 1}'\n"
        "os.write(4, b'R' + struct.pack('>Q', len(body)) + body)\n"
        "os._exit(0)\n"
    )

    assert (await runtime.run(code(forged))).result == {"own": 1}
    assert (await runtime.run(code(EMPTY))).result == {}


async def test_confinement_cannot_be_denied_afterwards(runtime: BubblewrapRuntime) -> None:
    # A run that claims that it was never confined would be tried again and again.
    denial = "import os\nos.write(4, b'Sno space left')\nos._exit(0)\n"

    assert (await runtime.run(code(denial))).fault is CodeFault.BAD_RESULT


async def test_inputs_that_are_no_json_are_refused(runtime: BubblewrapRuntime) -> None:
    for value in (float("nan"), "\ud800", object()):
        with pytest.raises(InvalidInput):
            await runtime.run(code("def main(x):\n    return {}\n", x=value))
    with pytest.raises(InvalidInput):
        await runtime.run(code("# \ud800"))


@pytest.mark.parametrize("name", ["wall_s", "memory_bytes", "processes", "open_files"])
async def test_impossible_limit_is_refused(runtime: BubblewrapRuntime, name: str) -> None:
    with pytest.raises(InvalidInput, match=name):
        await runtime.run(code(EMPTY, RunLimits(**{name: -1})))


async def test_missing_bubblewrap_is_said_with_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    async with started() as (runtime, report):
        (missing,) = [g for g in report.guarantees if not g.holds]

        assert not report.usable
        assert report.languages == ()
        assert (missing.name, "apt install bubblewrap" in missing.detail) == ("bubblewrap", True)
        with pytest.raises(Unavailable, match="apt install bubblewrap"):
            await runtime.run(code(EMPTY))


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("exit 1", "does not work"),
        ('[ "$1" = --version ] && exit 0; echo "bwrap: No permissions" >&2; exit 1', "permissions"),
        ('[ "$1" = --version ] && exit 0; exec sleep 0.1', "did not start"),
    ],
)
async def test_bubblewrap_that_fails_is_quoted(tmp_path: Path, script: str, words: str) -> None:
    broken = _program(tmp_path / "bwrap", script)

    async with started(bubblewrap=broken) as (runtime, report):
        assert not report.usable
        with pytest.raises(Unavailable, match=words):
            await runtime.run(code(EMPTY))


def _program(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("path", ["/nowhere/python", "/bin/false", "/bin/echo"])
async def test_wrong_interpreter_is_named(path: str) -> None:
    async with started(python=path) as (_, report):
        if shutil.which("bwrap") is None:
            pytest.skip("NOT TESTED, no bubblewrap here")
        (missing,) = [g for g in report.guarantees if not g.holds]

        assert path in missing.detail
        assert "python" in missing.detail


def _interpreters() -> list[str]:
    names = ("python3.11", "python3.12", "python3.13", "python3.14")
    places = [Path("/usr/bin"), Path("/usr/local/bin"), Path(sys.base_prefix).parent]
    found = {Path(sys.executable).resolve()}
    for place in places:
        for name in names:
            found |= {
                p.resolve() for p in (place / name, *place.glob(f"*/bin/{name}")) if p.exists()
            }
    return sorted(str(path) for path in found if "-gil" not in path.name)


@pytest.mark.parametrize("path", _interpreters())
async def test_interpreters_of_every_kind_of_installation_work(path: str) -> None:
    async with started(python=path) as (runtime, report):
        if shutil.which("bwrap") is None:
            pytest.skip("NOT TESTED, no bubblewrap here")
        assert report.usable, [g.detail for g in report.guarantees if not g.holds]
        everything = "import hashlib, sqlite3, ssl, decimal, ctypes, sys, lzma, zlib, asyncio\n"

        result = await runtime.run(
            code(f"{everything}def main():\n    return {{'path': sys.path, 'home': sys.prefix}}\n")
        )

        assert result.result is not None, result.message
        assert result.result["home"] == "/python"
        assert [p for p in result.result["path"] if not p.startswith("/python")] == []


def test_settings_say_what_is_wrong() -> None:
    for raw in ({"spare": 1}, {"uid": 0}, {"spares": -1}, {"python": 3}):
        with pytest.raises(InvalidInput, match="bubblewrap"):
            read_settings(raw)
    assert read_settings({"spares": 3}).spares == 3


async def test_shortage_of_descriptors_is_told_and_passes(runtime: BubblewrapRuntime) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    open_now = len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # quick, and in a test
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_now + 8, hard))
    try:
        outcomes = [await _outcome(runtime, code(EMPTY)) for _ in range(2)]
        async with asyncio.TaskGroup() as tasks:
            several = [tasks.create_task(_outcome(runtime, code(EMPTY))) for _ in range(8)]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    outcomes += [task.result() for task in several]
    assert any(isinstance(outcome, Unavailable) for outcome in outcomes)
    assert (await runtime.run(code(EMPTY))).result == {}
    assert len(os.listdir("/proc/self/fd")) <= open_now + 8  # noqa: PTH208


START = """
import asyncio, logging
from skep_contracts.plugins.runtimes import CodeRequest
from skep_contracts.problems import Unavailable
from skep_runtime_bubblewrap.runtime import BubblewrapRuntime
from skep_runtime_bubblewrap.settings import Settings

async def main():
    runtime = BubblewrapRuntime(Settings(), logging.getLogger("test"))
    await runtime.start()
    request = CodeRequest(language="python", code="def main(): return {'a': 1}", inputs={})
    try:
        print((await runtime.run(request)).result)
    except Unavailable as error:
        print(error.detail)
    finally:
        await runtime.stop()

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("preparation", "words"),
    [
        ("true", "{'a': 1}"),
        ("echo 0 > /proc/sys/user/max_user_namespaces", "sysctl -w user.max_user_namespaces"),
        ("echo 1 > /proc/sys/user/max_user_namespaces", "could not confine"),
    ],
    ids=["root of a namespace", "no user namespaces", "too few user namespaces"],
)
def test_what_the_kernel_lacks_is_said(preparation: str, words: str) -> None:
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", f'{preparation}; exec "$@"']
    if subprocess.run([*command, "sh", "true"], check=False, capture_output=True).returncode:
        pytest.skip("NOT TESTED, no user namespaces or no unshare here")

    done = subprocess.run(
        [*command, "sh", sys.executable, "-c", START], capture_output=True, text=True, check=False
    )

    assert words in done.stdout, done.stderr


async def test_host_that_was_held_up_hears_of_the_end_first(runtime: BubblewrapRuntime) -> None:
    # Its timers are due before it has read that the run has ended in time.
    request = code(SLEEP, RunLimits(wall_s=0.5), s=0.05)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(runtime.run(request))
        await asyncio.sleep(0.02)
        time.sleep(1.0)  # noqa: ASYNC251  # this is what holds it up

    assert running.result().result == {"slept": 0.05}
