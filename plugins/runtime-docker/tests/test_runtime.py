"""The runtime on a real engine: limits, spares, orphans, and what it says when something lacks."""

import asyncio
import contextlib
import logging
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from skep_contracts.plugins.runtimes import (
    CodeFault,
    CodeRequest,
    ImageOrder,
    RunLimits,
    RuntimeReport,
)
from skep_contracts.problems import InvalidInput, Unavailable
from skep_runtime_docker.engine import Engine, Vanished
from skep_runtime_docker.image import build
from skep_runtime_docker.ownership import LABEL, Owner
from skep_runtime_docker.runtime import DockerRuntime
from skep_runtime_docker.settings import Settings, read_settings
from skep_testing.conformance.runtime_kit.runtime_process import threads_of
from skep_testing.docker_engine import DockerEngine, processes_in
from skep_testing.eventually import eventually

pytestmark = [pytest.mark.docker]

EMPTY = "def main():\n    return {}\n"
SLEEP = "import time\ndef main(s):\n    time.sleep(s)\n    return {'slept': s}\n"
IN_THREADS = (
    "import threading, time\n"
    "def main(s):\n"
    "    print('x' * 200_000, flush=True)\n"
    "    threading.Thread(target=time.sleep, args=(s,)).start()\n"
    "    time.sleep(s)\n"
)
"""Nothing else in a container has threads: they tell that it is in the middle of it. What it prints
before does not fit into a pipe, so by then its keeper has told that it has begun."""
DEFAULT = RunLimits()
_MIB = 1024 * 1024


def code(text: str, limits: RunLimits = DEFAULT, **inputs: Any) -> CodeRequest:
    return CodeRequest(language="python", code=text, inputs=inputs, limits=limits)


@contextlib.asynccontextmanager
async def started(
    address: str, **settings: Any
) -> AsyncIterator[tuple[DockerRuntime, RuntimeReport]]:
    runtime = DockerRuntime(Settings(engine=address, **settings), logging.getLogger("test"))
    try:
        yield runtime, await runtime.start()
    finally:
        await runtime.stop()


def containers(address: str, state: str | None = None) -> list[str]:
    engine = Engine(address)
    found = engine.containers(LABEL)
    return [
        each["Id"]
        for each in found
        if (state is None or each["State"] == state) and is_there(engine, each["Id"])
    ]


def is_there(engine: Engine, container: str) -> bool:
    # An engine that was killed may list for ever what it has no more, neither files nor processes.
    try:
        engine._ask(lambda: engine._api.inspect_container(container))
    except Vanished:
        return False
    return True


async def none_left(address: str) -> list[str]:
    with contextlib.suppress(TimeoutError):
        await eventually(lambda: not containers(address), within_s=45)
    return containers(address)


async def in_the_middle(address: str) -> None:
    """Wait until some container is in the middle of `IN_THREADS`."""
    await eventually(
        lambda: any(map(threads_of, processes_in(containers(address, "running")))), within_s=25
    )


async def test_every_run_gets_its_own_limits(daemon: DockerEngine) -> None:
    take = "def main(n):\n    return {'taken': len(bytearray(n))}\n"
    small, large = (RunLimits(memory_bytes=n * _MIB) for n in (32, 200))
    async with started(daemon.address, spares=1) as (runtime, _):
        for _ in range(2):
            refused = await runtime.run(code(take, small, n=100 * _MIB))
            taken = await runtime.run(code(take, large, n=100 * _MIB))

            assert refused.fault is CodeFault.OUT_OF_MEMORY
            assert taken.result == {"taken": 100 * _MIB}


async def test_runs_beyond_the_most_at_once_wait(daemon: DockerEngine) -> None:
    async with started(daemon.address, spares=0, most_at_once=2) as (runtime, _):
        async with asyncio.TaskGroup() as tasks:
            runs = [tasks.create_task(runtime.run(code(SLEEP, s=n / 100))) for n in range(5)]

        assert [run.result().result for run in runs] == [{"slept": n / 100} for n in range(5)]


async def test_spare_that_ended_is_no_loss(daemon: DockerEngine) -> None:
    async with started(daemon.address) as (runtime, _):
        assert runtime._pool is not None
        shelves = runtime._pool._shelves.values()
        await eventually(lambda: all(spare.done() for shelf in shelves for spare in shelf))
        for container in containers(daemon.address, "running"):
            Engine(daemon.address).remove(container)

        assert (await runtime.run(code(EMPTY))).result == {}


async def test_container_that_is_killed_ends_its_run_alone(daemon: DockerEngine) -> None:
    async with started(daemon.address, spares=0) as (runtime, _):
        async with asyncio.TaskGroup() as tasks:
            lost = tasks.create_task(runtime.run(code(IN_THREADS, s=25)))
            await in_the_middle(daemon.address)
            for container in containers(daemon.address, "running"):
                Engine(daemon.address).remove(container)

        assert lost.result().fault is CodeFault.KILLED
        assert (await runtime.run(code(EMPTY))).result == {}


async def test_stop_ends_runs_and_removes_everything(daemon: DockerEngine) -> None:
    async with started(daemon.address) as (runtime, _):
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(_outcome(runtime, code(IN_THREADS, s=25)))
            await in_the_middle(daemon.address)

            await runtime.stop()

        assert isinstance(running.result(), Unavailable)
        assert await none_left(daemon.address) == []
        with pytest.raises(Unavailable, match="stopped"):
            await runtime.run(code(EMPTY))


async def _outcome(runtime: DockerRuntime, request: CodeRequest) -> object:
    try:
        return await runtime.run(request)
    except Unavailable as error:
        return error


HOST = """
import asyncio, logging, sys
from skep_contracts.plugins.runtimes import CodeRequest
from skep_runtime_docker.runtime import DockerRuntime
from skep_runtime_docker.settings import Settings

async def main():
    runtime = DockerRuntime(Settings(engine=sys.argv[1]), logging.getLogger("test"))
    await runtime.start()
    print("ready", flush=True)
    await runtime.run(CodeRequest(language="python", code=sys.argv[2], inputs={}))

asyncio.run(main())
"""


async def test_killed_service_leaves_no_container(daemon: DockerEngine) -> None:
    endless = "def main():\n    while True: pass\n"
    command = [sys.executable, "-c", HOST, daemon.address, endless]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: ASYNC220  # it is brief
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        await asyncio.sleep(0.5)
        assert containers(daemon.address, "running")

        process.send_signal(signal.SIGKILL)

        assert await none_left(daemon.address) == []


async def test_containers_of_ended_services_are_removed_at_the_next_start(
    daemon: DockerEngine,
) -> None:
    # Made but never started: nothing in them could end them, and the engine removes what has run.
    engine, here = Engine(daemon.address), Owner.this()
    gone = Owner(machine=here.machine, process="4194303.1")
    elsewhere = Owner(machine="another", process="1.1")
    stale = engine.create("skep-sandbox", labels=gone.labels())
    expired = engine.create("skep-sandbox", labels={**elsewhere.labels(), f"{LABEL}.until": "1"})
    others = engine.create("skep-sandbox", labels=elsewhere.labels())

    async with started(daemon.address, spares=0):
        left = containers(daemon.address)

    engine.remove(others)
    assert others in left
    assert stale not in left
    assert expired not in left


async def test_image_that_is_missing_or_old_is_said_with_what_to_do(daemon: DockerEngine) -> None:
    engine = Engine(daemon.address)
    engine._ask(lambda: engine._api.tag("skep-sandbox", "old-sandbox"))
    old = "FROM old-sandbox\nLABEL skep.sandbox.programs=0\n"
    _plain_build(daemon.address, "old-sandbox", old)
    for name, word in (("no-such-image", "no image"), ("old-sandbox", "another version")):
        async with started(daemon.address, image=name) as (runtime, report):
            (missing,) = [g for g in report.guarantees if g.required and not g.holds]

            assert not report.usable
            assert word in missing.detail
            with pytest.raises(Unavailable, match="skep sandbox build-image"):
                await runtime.run(code(EMPTY))


async def test_gvisor_that_is_required_and_missing_is_refused(daemon: DockerEngine) -> None:
    async with started(daemon.address, gvisor="required") as (_, report):
        (missing,) = [g for g in report.guarantees if g.required and not g.holds]

        assert (missing.name, "runsc" in missing.detail) == ("kernel", True)
        assert not report.usable


async def test_image_is_built_from_another_image_too(daemon: DockerEngine) -> None:
    # As from one of a registry: all that is asked of it is a python3 on its path.
    _plain_build(
        daemon.address, "with-python", "FROM skep-sandbox\nENV PATH=/python/bin\nUSER 1000\n"
    )
    engine = Engine(daemon.address)

    said = list(build(engine, "from-base", ImageOrder(base="with-python")))

    assert said
    async with started(daemon.address, image="from-base", spares=0) as (runtime, report):
        assert report.usable
        assert (await runtime.run(code(EMPTY))).result == {}


async def test_base_that_cannot_be_one_is_refused(daemon: DockerEngine) -> None:
    engine = Engine(daemon.address)

    with pytest.raises(InvalidInput, match="not the name"):
        list(build(engine, "x", ImageOrder(base="a\nRUN b")))
    with pytest.raises(Unavailable, match="could not be built"):
        list(build(engine, "x", ImageOrder(base="no.such.host.invalid/image")))


def _plain_build(address: str, name: str, recipe: str) -> None:
    subprocess.run(
        ["docker", "--host", address, "build", "--network=none", "-q", "-t", name, "-"],
        input=recipe.encode(),
        env={"DOCKER_BUILDKIT": "0", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
        check=True,
        capture_output=True,
    )


async def test_engine_that_is_away_is_said_with_what_to_do(tmp_path: Path) -> None:
    async with started(f"unix://{tmp_path}/none.sock") as (runtime, report):
        (missing,) = report.guarantees

        assert not report.usable
        assert (missing.name, "No such file" in missing.detail) == ("engine", True)
        with pytest.raises(Unavailable, match="Docker Engine"):
            await runtime.run(code(EMPTY))


async def test_engine_that_goes_away_in_the_middle_is_survived(daemon: DockerEngine) -> None:
    async with started(daemon.address) as (runtime, _):
        try:
            async with asyncio.TaskGroup() as tasks:
                lost = tasks.create_task(_outcome(runtime, code(IN_THREADS, s=25)))
                await in_the_middle(daemon.address)
                await asyncio.to_thread(daemon.kill)
            away = await _outcome(runtime, code(EMPTY))
        finally:
            await asyncio.to_thread(daemon.start)

        assert isinstance(lost.result(), Unavailable)
        assert isinstance(away, Unavailable)
        assert away.retry_after_s
        assert (await runtime.run(code(EMPTY))).result == {}
    assert await none_left(daemon.address) == []


def test_settings_say_what_is_wrong() -> None:
    for raw in ({"spare": 1}, {"spares": -1}, {"gvisor": "maybe"}, {"processors": 0}):
        with pytest.raises(InvalidInput, match="docker"):
            read_settings(raw)
    assert read_settings({"spares": 3}).spares == 3
