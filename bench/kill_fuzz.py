"""`kill -9` of real orchestrators in the middle of thousands of runs: what was done twice.

Every round starts runs with parallel branches, a join, and an iteration of effects, and kills all
workers at random moments, so that every run that has not ended by then changes hands. An effect
that was in flight may be repeated once, and the log says so. One whose result was in the log never.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from services.orchestrator.tests.process.killing import Tally, kill_in_the_middle
from services.orchestrator.tests.process.processes import Processes
from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer


async def measure(runs: int, per_round: int, seed: int) -> Tally:
    """Kill until so many runs were started; a server of its own keeps the logs."""
    total = Tally()
    with tempfile.TemporaryDirectory(prefix="skep-kill-") as folder, NatsServer() as server:
        bus = await Bus.connect(server.settings(), service="gateway")
        await bus.ensure_topology()
        processes = Processes(server, Path(folder), bus)
        try:
            while total.runs < runs:
                seed += 1
                begun_s = time.monotonic()
                total.add(
                    await kill_in_the_middle(processes, runs=per_round, takes_s=0.4, seed=seed)
                )
                took_s = time.monotonic() - begun_s
                print(
                    f"{total.runs:>6,} runs  {total.kills:>4} kills  {total.hit:>6,} hit  "
                    f"{total.repeated:>6,} repeated in flight  {took_s:5.1f} s",
                    flush=True,
                )
        finally:
            for process in processes.started:
                if process.poll() is None:
                    process.kill()
                    process.wait()
            await bus.close()
    return total


def main() -> int:
    """Run it; return 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--per-round", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    tally = asyncio.run(measure(options.runs, options.per_round, options.seed))
    print(
        f"runs {tally.runs:,}, of which {tally.hit:,} lost a worker; kills {tally.kills:,}\n"
        f"ended wrong: {tally.wrong}\n"
        f"completed effects repeated: {tally.repeated_done}\n"
        f"effects in flight repeated, as the logs say: {tally.repeated:,}\n"
        f"begun more often than the logs say: {tally.unexplained}"
    )
    return int(bool(tally.wrong or tally.repeated_done or tally.unexplained))


if __name__ == "__main__":
    sys.exit(main())
