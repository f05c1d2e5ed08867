"""Requests are held to what the operator allows."""

import pytest

from skep_contracts.plugins.runtimes import RunLimits
from skep_contracts.problems import InvalidInput
from skep_sandbox.limits import hold_to
from skep_sandbox.settings import MaximumSettings


def test_limits_within_the_maximum_stay() -> None:
    limits = RunLimits()

    assert hold_to(limits, MaximumSettings()) == limits


def test_more_than_the_maximum_becomes_the_maximum() -> None:
    asked = RunLimits(wall_s=1e9, memory_bytes=1 << 60, processes=10**9, log_bytes=1 << 50)
    maximum = MaximumSettings(wall_s=5.0)

    held = hold_to(asked, maximum)

    assert (held.wall_s, held.memory_bytes) == (5.0, maximum.memory_bytes)
    assert (held.processes, held.log_bytes) == (maximum.processes, maximum.log_bytes)


def test_less_than_an_interpreter_takes_is_raised() -> None:
    held = hold_to(RunLimits(memory_bytes=1, open_files=1, disk_bytes=1), MaximumSettings())

    assert held.memory_bytes >= 1 << 20
    assert held.open_files >= 16


@pytest.mark.parametrize("name", ["wall_s", "cpu_s", "memory_bytes", "processes", "log_bytes"])
@pytest.mark.parametrize("value", [0, -1])
def test_nothing_and_less_is_refused_with_the_place(name: str, value: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        hold_to(RunLimits(**{name: value}), MaximumSettings())

    assert [error.pointer for error in refusal.value.errors] == [f"/request/limits/{name}"]
