"""What an operator runs by hand: the self-test on the installed runtimes, and building images."""

import json
import subprocess
import sys
from typing import Any

import pytest


def told(*order: str) -> tuple[int, list[dict[str, Any]]]:
    """Carry out an order; return its exit code and lines."""
    done = subprocess.run(
        [sys.executable, "-m", "skep_sandbox", *order], capture_output=True, check=False
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.slow
def test_selftest_holds_on_this_machine() -> None:
    code, lines = told("selftest")
    cases = [line for line in lines if line["kind"] == "case"]
    if not cases:
        pytest.skip(f"NOT TESTED, no isolation here: {lines}")

    assert [case for case in cases if case["holds"] is False] == []
    assert len([case for case in cases if case["holds"]]) > 150
    assert (code, lines[-1]) == (0, {"kind": "end", "holds": True})


def test_selftest_of_an_unknown_runtime_says_what_there_is() -> None:
    code, lines = told("selftest", "--runtime", "no-such")

    assert code == 1
    assert "no-such" in lines[0]["detail"]
    assert lines[-1] == {"kind": "end", "holds": False}


def test_image_of_a_runtime_without_one_is_refused_with_those_that_have() -> None:
    code, lines = told("build-image", "--runtime", "bubblewrap")

    assert code == 1
    assert "docker" in lines[0]["detail"]
