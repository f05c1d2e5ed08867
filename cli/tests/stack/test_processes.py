"""Supervision of real child processes."""

import asyncio
import os
import sys
import time

from skep_cli.stack.processes import ProcessSpec, SupervisedProcess


def python(code: str, name: str = "child", **more: float) -> ProcessSpec:
    return ProcessSpec(
        name=name, command=(sys.executable, "-c", code), environment=dict(os.environ), **more
    )


async def until(condition: object, timeout_s: float = 10.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():  # type: ignore[operator]  # a lambda
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def test_lines_carry_the_name_of_their_process() -> None:
    lines: list[tuple[str, str]] = []
    process = SupervisedProcess(
        python("print('héllo', flush=True); import time; time.sleep(60)"),
        lambda name, line: lines.append((name, line)),
    )

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(process.run())
        await until(lambda: lines)
        await process.stop()

    assert lines[0] == ("child", "héllo")


async def test_process_that_dies_is_started_again() -> None:
    pids: list[int] = []
    process = SupervisedProcess(
        python("import time; time.sleep(60)"),
        lambda name, line: None,
        lambda: pids.append(process.pid or 0),
    )

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(process.run())
        await until(lambda: len(pids) == 1)
        os.kill(pids[0], 9)
        await until(lambda: len(pids) == 2)
        await process.stop()

    assert process.restarts == 1
    assert pids[0] != pids[1]


async def test_process_that_ignores_the_signal_is_killed() -> None:
    lines: list[str] = []
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('up', flush=True); time.sleep(60)"
    )
    process = SupervisedProcess(
        python(code, stop_grace_s=0.2), lambda name, line: lines.append(line)
    )

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(process.run())
        await until(lambda: lines)
        await process.stop()

    assert process.pid is None
    assert "killed" in lines[-1]


async def test_overlong_line_does_not_stop_the_log() -> None:
    lines: list[str] = []
    code = "print('x' * 1_000_000); print('after', flush=True); import time; time.sleep(60)"
    process = SupervisedProcess(python(code), lambda name, line: lines.append(line))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(process.run())
        await until(lambda: "after" in lines)
        await process.stop()


async def test_command_that_does_not_exist_is_reported() -> None:
    lines: list[str] = []
    spec = ProcessSpec(name="child", command=("/nonexistent/x",), environment={})
    process = SupervisedProcess(spec, lambda name, line: lines.append(line))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(process.run())
        await until(lambda: lines)
        await process.stop()

    assert "cannot start" in lines[0]
