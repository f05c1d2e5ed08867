"""A service from its start to its end, as a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

PROGRAM = """
import asyncio, sys
from skep_runtime.lifecycle import run
from skep_runtime.telemetry import TelemetrySettings

async def main(stop):
    print("started", flush=True)
    match sys.argv[1]:
        case "return":
            return
        case "raise":
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(asyncio.sleep(60))
                raise ValueError("boom")
        case "wait":
            await stop.wait()
            assert stop.is_set()
            print("handed back", flush=True)
        case "hang":
            await asyncio.sleep(60)

run(main, service="demo", telemetry=TelemetrySettings())
"""


@contextmanager
def running(case: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, case],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environ,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "started\n"
        yield process
        process.kill()


def test_service_that_returns_ends_with_zero() -> None:
    with running("return") as process:
        assert process.communicate(timeout=10) == ("", "")
    assert process.returncode == 0


def test_service_that_fails_logs_why_and_ends_with_one() -> None:
    with running("raise") as process:
        _, log = process.communicate(timeout=10)
    assert process.returncode == 1
    assert '"message":"service failed"' in log
    assert "ValueError: boom" in log
    assert log.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_lets_the_service_hand_back(number: signal.Signals) -> None:
    with running("wait") as process:
        process.send_signal(number)
        out, log = process.communicate(timeout=10)
    assert (process.returncode, out) == (0, "handed back\n")
    assert number.name in log


def test_second_signal_ends_a_service_that_hangs() -> None:
    with running("hang") as process:
        process.send_signal(signal.SIGTERM)
        assert process.stderr
        assert "service stops" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
    assert process.returncode == 1


def test_service_stops_when_its_parent_is_gone() -> None:
    parent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])

    with running("wait", SKEP_PARENT_PID=str(parent.pid)) as process:
        parent.kill()
        parent.wait()
        out, log = process.communicate(timeout=10)

    assert (process.returncode, out) == (0, "handed back\n")
    assert "parent ended" in log


def test_sigusr1_tells_where_the_service_is() -> None:
    with running("wait") as process:
        process.send_signal(signal.SIGUSR1)
        assert process.stderr
        assert "most recent call first" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
    assert process.returncode == 0
