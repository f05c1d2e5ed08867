"""Languages and package environments: fork-servers that come with the first run and go again."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from skep_contracts.plugins.environments import BUILD_FILE, LOCK_FILE, EnvironmentBuild
from skep_contracts.plugins.runtimes import CodeFault, CodeRequest, RunLimits
from skep_contracts.problems import Unavailable
from skep_runtime_bubblewrap import outfits
from skep_runtime_bubblewrap.runtime import BubblewrapRuntime
from skep_runtime_bubblewrap.settings import Settings
from skep_testing.conformance.runtime_kit.runtime_process import descendants, wait_until_gone

SCRIPT = "function main({n}) { return {n: n + 1}; }"
SLEEPING = "function main() { return new Promise((done) => setTimeout(done, 60000)); }"
TINY = "import tiny\ndef main():\n    return {'said': tiny.SAID, 'file': tiny.__file__}\n"
LOADED = "import sys\nLOADED = 'tiny' in sys.modules\ndef main():\n    return {'loaded': LOADED}\n"


def script(code: str = SCRIPT, **options: Any) -> CodeRequest:
    return CodeRequest(language="javascript", code=code, inputs={"n": 1}, **options)


def within(environment: str | None, code: str = TINY) -> CodeRequest:
    return CodeRequest(language="python", code=code, inputs={}, environment=environment)


def define(folder: Path, name: str, said: str = "hello") -> None:
    """Lay out a build as `skep sandbox build-environment` does."""
    build = EnvironmentBuild(
        folder=f"build-{said}",
        python=(sys.version_info[0], sys.version_info[1]),
        lock_sha256="",
        preload=("tiny", "not_there"),
        packages=("tiny 1",),
    )
    home = folder / name
    (home / build.folder).mkdir(parents=True)
    (home / build.folder / "tiny.py").write_text(f"SAID = {said!r}\n")
    (home / LOCK_FILE).write_text("tiny==1\n")
    (home / BUILD_FILE).write_bytes(msgspec.json.encode(build))


@contextlib.asynccontextmanager
async def started(**settings: Any) -> AsyncIterator[BubblewrapRuntime]:
    runtime = BubblewrapRuntime(Settings(**settings), logging.getLogger("test"))
    try:
        report = await runtime.start()
        if not report.usable:
            pytest.skip(f"NOT TESTED, no isolation here: {report.guarantees}")
        yield runtime
    finally:
        await runtime.stop()


OTHERS: set[int] = set()


@pytest.fixture(autouse=True)
def _remember_others() -> None:
    # Tests before this one may have left a child of their own to this process.
    OTHERS.clear()
    OTHERS.update(descendants(os.getpid()))


def interpreters() -> set[int]:
    """Return the fork-servers and children that the test started."""
    found = set()
    for pid in descendants(os.getpid()) - OTHERS:
        with contextlib.suppress(OSError):
            if "python" in Path(f"/proc/{pid}/comm").read_text():
                found.add(pid)
    return found


async def outcome(runtime: BubblewrapRuntime, request: CodeRequest) -> object:
    try:
        return await runtime.run(request)
    except Unavailable as error:
        return error


async def until_gone(pids: set[int]) -> set[int]:
    return await asyncio.to_thread(wait_until_gone, pids)


async def test_missing_engine_leaves_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outfits, "_ENGINE", "no_such_engine")

    async with started() as runtime:
        result = await runtime.run(script())

        assert result.fault is CodeFault.UNSUPPORTED
        assert "runs python, not javascript" in result.message
        assert (await runtime.run(within(None, "def main(): return {}"))).result == {}


async def test_killed_engine_loses_its_runs_and_is_started_anew() -> None:
    async with started(spares=1) as runtime:
        python = {pid for pid in interpreters() if _is_of(pid, "python")}
        async with asyncio.TaskGroup() as tasks:
            lost = tasks.create_task(outcome(runtime, script(SLEEPING)))
            await asyncio.sleep(0.3)
            server = min(interpreters() - python)
            below = descendants(server) | {server}
            os.kill(server, signal.SIGKILL)

        assert isinstance(lost.result(), Unavailable)
        assert await until_gone(below) == set()
        assert (await runtime.run(script())).result == {"n": 2}


def _is_of(pid: int, language: str) -> bool:
    """Tell whether an interpreter has the libraries of a language's engine."""
    maps = Path(f"/proc/{pid}/maps").read_text()
    return ("_quickjs" in maps) == (language == "javascript")


async def test_packages_are_there_loaded_and_read_only(tmp_path: Path) -> None:
    define(tmp_path, "tiny")
    async with started(environments=str(tmp_path)) as runtime:
        result = await runtime.run(within("tiny"))
        loaded = await runtime.run(within("tiny", LOADED))
        bare = await runtime.run(within(None))
        write = "def main():\n    open('/packages/x', 'w')\n"

        assert result.result == {"said": "hello", "file": "/packages/tiny.py"}
        assert loaded.result == {"loaded": True}
        assert bare.fault is CodeFault.EXCEPTION
        assert "Read-only" in (await runtime.run(within("tiny", write))).message


async def test_new_build_counts_from_the_next_run_on(tmp_path: Path) -> None:
    define(tmp_path, "tiny", "old")
    async with started(environments=str(tmp_path)) as runtime:
        before = await runtime.run(within("tiny"))
        define(tmp_path, "tiny", "new")
        after = await runtime.run(within("tiny"))

    assert before.result is not None
    assert after.result is not None
    assert (before.result["said"], after.result["said"]) == ("old", "new")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tinny", ("no package environment tinny", "did you mean `tiny`", "There are: raw, tiny")),
        ("raw", ("has not been built", "skep sandbox build-environment raw")),
        ("../tiny", ("no package environment ../tiny",)),
    ],
)
async def test_what_is_not_built_is_said_with_what_to_do(
    tmp_path: Path, name: str, words: tuple[str, ...]
) -> None:
    define(tmp_path, "tiny")
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / LOCK_FILE).touch()
    async with started(environments=str(tmp_path)) as runtime:
        result = await runtime.run(within(name))

        assert result.fault is CodeFault.UNSUPPORTED
        assert [word for word in words if word not in result.message] == []


async def test_build_for_another_python_is_refused(tmp_path: Path) -> None:
    define(tmp_path, "tiny")
    file = tmp_path / "tiny" / BUILD_FILE
    build = msgspec.json.decode(file.read_bytes(), type=EnvironmentBuild)
    file.write_bytes(msgspec.json.encode(msgspec.structs.replace(build, python=(3, 2))))
    async with started(environments=str(tmp_path)) as runtime:
        result = await runtime.run(within("tiny"))

        assert result.fault is CodeFault.UNSUPPORTED
        assert "built for Python 3.2" in result.message


async def test_idle_fork_servers_end_and_come_back(tmp_path: Path) -> None:
    define(tmp_path, "tiny")
    async with started(environments=str(tmp_path), idle_s=0.5, spares=1) as runtime:
        await runtime.run(within("tiny"))
        assert len(interpreters()) > 2

        assert await asyncio.to_thread(_settled_at, 2) == 2  # Python's own, and its spare
        assert (await runtime.run(within("tiny"))).result is not None
        assert (await runtime.run(script())).result == {"n": 2}


def _settled_at(number: int, timeout_s: float = 30.0) -> int:
    """Wait until so many interpreters are left; return how many there are."""
    deadline = time.monotonic() + timeout_s
    while (found := len(interpreters())) != number and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


async def test_busy_fork_servers_are_bounded_and_idle_ones_make_room(tmp_path: Path) -> None:
    define(tmp_path, "one")
    define(tmp_path, "two")
    slow = "import time\ndef main():\n    time.sleep(1)\n    return {}\n"
    async with started(environments=str(tmp_path), servers=2) as runtime:
        async with asyncio.TaskGroup() as tasks:
            first = tasks.create_task(outcome(runtime, within("one", slow)))
            await asyncio.sleep(0.5)
            refused = await outcome(runtime, within("two"))

        assert isinstance(refused, Unavailable)
        assert refused.retry_after_s
        assert not isinstance(first.result(), Unavailable)
        assert (await runtime.run(within("two"))).result is not None
        assert (await runtime.run(script())).result == {"n": 2}


async def test_random_numbers_differ_from_run_to_run() -> None:
    code = "function main() { return {a: Math.random(), b: crypto.randomUUID()}; }"
    async with started(spares=1) as runtime:
        found = [(await runtime.run(script(code))).result or {} for _ in range(5)]

    assert len({result["a"] for result in found}) == 5
    assert len({result["b"] for result in found}) == 5
    assert all(0 <= result["a"] < 1 for result in found)


async def test_memory_of_an_engine_is_its_own_limit() -> None:
    code = "function main() { return {n: new Uint8Array(100e6).length}; }"
    async with started() as runtime:
        for limit, fits in ((64, False), (200, True), (64, False)):
            limits = RunLimits(memory_bytes=limit * 1024 * 1024)

            result = await runtime.run(script(code, limits=limits))

            assert (result.result == {"n": 100_000_000}) == fits
            assert (result.fault is CodeFault.OUT_OF_MEMORY) != fits
