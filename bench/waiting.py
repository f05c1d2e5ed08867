"""Memory of runs that wait for their model: a thousand of them in one orchestrator."""

import argparse
import time
from pathlib import Path

from skep_testing.stack import RunningStack
from tests.integration.api import create_app, start_run
from tests.integration.documents import model_chain
from tests.integration.models import scripted_model


def rss_kb(pid: int) -> int:
    """Return a process's resident memory in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError("no VmRSS")


def main() -> None:
    """Start runs on a model that does not answer, and look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    options = parser.parse_args()
    with (
        scripted_model("--latency-s", "300") as model,
        RunningStack(
            options=["--log-level", "warning"],
            environment={
                "SKEP_INFERENCE__MAX_CONCURRENT_PER_CREDENTIAL": "10000",
                "SKEP_EGRESS__MAX_CONNECTIONS": "10000",
            },
        ) as stack,
    ):
        model.connect(stack)
        app = create_app(stack, model_chain("waiting", "openai/gpt-4o-mini", 1))
        for _ in range(20):
            start_run(stack, app, inputs={"topic": "warm"})
        time.sleep(2)
        pid = stack.pid_of("orchestrator")
        before = rss_kb(pid)
        for _ in range(options.runs):
            start_run(stack, app, inputs={"topic": "bees"})
        while model.stats()["active"] < options.runs:
            time.sleep(0.2)
        time.sleep(2)
        each = (rss_kb(pid) - before) / options.runs
        print(
            f"{options.runs} waiting runs: {each:.1f} KiB each (orchestrator {before} KiB before)"
        )


if __name__ == "__main__":
    main()
