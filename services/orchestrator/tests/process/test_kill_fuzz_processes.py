"""`kill -9` of real processes in the middle of hundreds of runs."""

import pytest

from services.orchestrator.tests.process.killing import Tally, kill_in_the_middle
from services.orchestrator.tests.process.processes import Processes

pytestmark = pytest.mark.slow


async def test_hundreds_of_runs_survive_and_repeat_nothing_that_was_done(
    processes: Processes,
) -> None:
    tally = Tally()

    for seed in range(3):
        tally.add(await kill_in_the_middle(processes, runs=50, takes_s=0.4, seed=seed))

    assert tally.runs == 150
    assert tally.kills == 6
    assert (tally.wrong, tally.repeated_done, tally.unexplained) == (0, 0, 0), tally
    assert tally.hit >= 60, "too few runs were hit to say anything"
    assert tally.repeated > 0
