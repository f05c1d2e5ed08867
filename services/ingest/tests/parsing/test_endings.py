"""Parsing is stopped at any moment: it ends at once, and no process or thread is left over."""

import asyncio
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from skep_contracts.problems import InvalidInput
from skep_ingest.parsing import parse_process
from skep_ingest.parsing.frames import ParserSource
from skep_ingest.parsing.parse_process import ParseProcess, ParsingSettings

PLUGIN = Path(__file__).parents[1] / "indexing" / "hostile_parser.py"
MOMENTS = 12
STARTED_S = 15.0


def hanging(folder: Path, settings: ParsingSettings | None = None) -> ParseProcess:
    """Return a process whose parser hangs."""
    return parsing(folder, "hang", settings or ParsingSettings())


def parsing(folder: Path, deed: str, settings: ParsingSettings) -> ParseProcess:
    shutil.copy(PLUGIN, folder / "skep_parser_hostile.py")
    path = folder / "document" / "x.hostile"
    path.parent.mkdir(exist_ok=True)
    path.write_text(deed)
    return ParseProcess(
        path,
        name="x.hostile",
        parser="hostile",
        sources=[ParserSource("skep_parser_hostile", str(folder))],
        settings=settings,
    )


def through(folder: Path, script: str) -> ParsingSettings:
    """Return settings with a program in between: `script`, which starts its arguments."""
    program = folder / "between"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    return ParsingSettings(command_prefix=str(program))


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def pid_in(file: Path) -> int:
    until(lambda: file.exists() and file.read_text().endswith("\n"), STARTED_S)
    return int(file.read_text())


def until(is_so: Callable[[], bool], seconds: float = 3.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def children() -> set[int]:
    found = set()
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(file.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(file.parent.name))
        except OSError:
            continue
    return found


def parse_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "parse"]


async def stopped(process: ParseProcess, after_s: float) -> float:
    """Cancel a run after so many seconds; return how long it took to end."""
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(process.run(list))
        await asyncio.sleep(after_s)
        began = time.monotonic()
        running.cancel()
        await asyncio.wait([running])
        assert running.cancelled()
    return time.monotonic() - began


@pytest.mark.parametrize("apart", [True, False], ids=["apart", "with the machine"])
async def test_cancelled_at_any_moment_of_its_start_it_ends_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, apart: bool
) -> None:
    monkeypatch.setattr(parse_process._Here, "may_be_apart", apart)
    before = children()
    began = time.monotonic()
    with pytest.raises(InvalidInput):
        list(parsing(tmp_path, "exit", ParsingSettings()).blocks())
    start_s = time.monotonic() - began

    # From before the process is there to when it parses.
    took = [
        await stopped(hanging(tmp_path), 1.2 * start_s * moment / MOMENTS)
        for moment in range(MOMENTS)
    ]

    assert max(took) < 3
    await asyncio.to_thread(until, lambda: not parse_threads() and children() <= before)


async def test_cancelled_again_and_again_it_ends_all_the_same(tmp_path: Path) -> None:
    before = children()
    for moment in range(5):
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(hanging(tmp_path).run(list))
            await asyncio.sleep(0.05 * moment)
            for _ in range(3):
                running.cancel()
                await asyncio.sleep(0)

    await asyncio.to_thread(until, lambda: not parse_threads() and children() <= before)


async def test_process_that_left_its_group_is_ended_too(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    settings = through(tmp_path, f'setsid sleep 60 & echo $! > {file}\nexec "$@"')
    process = hanging(tmp_path, settings)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(process.run(list))
        pid = await asyncio.to_thread(pid_in, file)
        running.cancel()

    await asyncio.to_thread(until, lambda: not is_alive(pid))


async def test_pipe_that_somebody_else_holds_open_is_not_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    settings = through(
        tmp_path, f'(setsid sh -c "echo \\$\\$ > {file}; exec sleep 60" &)\nexec "$@"'
    )
    process = hanging(tmp_path, settings)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(process.run(list))
        pid = await asyncio.to_thread(pid_in, file)
        began = time.monotonic()
        running.cancel()

    assert time.monotonic() - began < 3
    await asyncio.to_thread(until, lambda: not parse_threads())
    os.kill(pid, signal.SIGKILL)


async def test_work_that_does_not_end_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parse_process, "_THREAD_END_S", 0.1)
    let_go = threading.Event()

    before = children()
    process = hanging(tmp_path, ParsingSettings(max_seconds=1))
    with pytest.raises(InvalidInput, match="could not be read within"):
        await process.run(lambda _: let_go.wait(30))
    let_go.set()

    await asyncio.to_thread(until, lambda: not parse_threads() and children() <= before)
