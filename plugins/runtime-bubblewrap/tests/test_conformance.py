"""The kit's programs, good and bad, in the real sandbox."""

import os
import time
from pathlib import Path

import pytest

from skep_testing.conformance.runtime_kit.runtime_process import RuntimeProcess
from skep_testing.conformance.runtimes import RuntimeConformance
from skep_testing.docker_engine import without_other_engines


class TestConformance(RuntimeConformance):
    entry_point = "bubblewrap"
    runtime_name = "bubblewrap"

    @classmethod
    def mounts_of(cls, process: RuntimeProcess) -> set[str]:
        return without_other_engines(super().mounts_of(process))


@pytest.mark.skipif(os.geteuid() != 0, reason="tells processes apart by a user of their own")
def test_host_killed_while_it_starts_leaves_no_process() -> None:
    for number, delay_s in enumerate((0.4, 0.55, 0.7, 0.85, 1.0)):
        uid = 61_000 + number
        process = RuntimeProcess("bubblewrap", "bubblewrap", settings={"uid": uid}, uid=None)

        with process.started():
            time.sleep(delay_s)
            process.kill()

        assert _left(uid) == []


def _left(uid: int, timeout_s: float = 5.0) -> list[int]:
    deadline = time.monotonic() + timeout_s
    while (left := _processes(uid)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _processes(uid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"\nUid:\t{uid}\t" in (entry / "status").read_text():
                found.append(int(entry.name))
        except OSError:
            continue
    return found
