"""What depends on the database, once more on PostgreSQL."""

import pytest

from services.orchestrator.tests.runs.waits import test_child_runs, test_timers
from services.orchestrator.tests.runs.waits.waiting import WaitingStage
from skep_runtime.database import Database

pytestmark = pytest.mark.postgres


async def test_time_is_kept_on_postgres(
    waiting: WaitingStage, projected_on_postgres: Database
) -> None:
    await test_timers.test_paused_run_goes_on_when_its_time_has_come(waiting, projected_on_postgres)


async def test_relatives_are_kept_on_postgres(
    waiting: WaitingStage, projected_on_postgres: Database
) -> None:
    await test_child_runs.test_run_waits_with_the_one_below_it(waiting, projected_on_postgres)
    await test_child_runs.test_cancelling_a_paused_run_reaches_the_one_below(
        waiting, projected_on_postgres
    )
