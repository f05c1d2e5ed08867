"""`skep up` as its user meets it: started twice, interrupted, started again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import create_app, skep, start_run, wait_until_ended
from tests.integration.documents import echo_app

pytestmark = [pytest.mark.integration]


def up(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "skep_cli", "up", *arguments],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_second_stack_is_refused_and_harms_nothing(stack: RunningStack, tmp_path: Path) -> None:
    same_folder = up("--data-dir", str(stack.data_dir))
    same_port = up("--data-dir", str(tmp_path), "--port", str(stack.port))

    assert same_folder.returncode == 1
    assert stack.url in same_folder.stderr
    assert same_port.returncode == 1
    assert f"Port {stack.port} is taken" in same_port.stderr
    assert stack.request("GET", "/readyz")["ready"]


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    first = RunningStack(data_dir=tmp_path)
    with first:
        app = create_app(first, echo_app("kept"))
        run_id = start_run(first, app, inputs={"topic": "bees"})
        wait_until_ended(first, run_id)
        children = [first.pid_of(name) for name in ("gateway", "orchestrator", "ingest", "nats")]
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)

    with RunningStack(data_dir=tmp_path) as second:
        assert second.key == first.key
        run = second.request("GET", f"/api/v1/runs/{run_id}")
        assert run["answer"] == "step 1: bees"
        again = second.request("POST", "/api/v1/runs", {"app": app, "inputs": {"topic": "again"}})
        assert again["status"] == "succeeded"


def test_killed_supervisor_leaves_nothing_behind(tmp_path: Path) -> None:
    with RunningStack(data_dir=tmp_path) as stack:
        children = [stack.pid_of(name) for name in ("gateway", "orchestrator", "ingest", "sandbox")]
        os.kill(stack.pid, 9)
        for _ in range(200):
            if not any(Path(f"/proc/{pid}").exists() for pid in children):
                break
            subprocess.run(["sleep", "0.05"], check=True)

        assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def test_doctor_tells_of_the_running_stack(stack: RunningStack) -> None:
    found = skep(stack, "doctor")

    assert found.returncode == 0, found.stdout
    assert stack.url in found.stdout
