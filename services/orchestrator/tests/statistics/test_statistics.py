"""Sums over run rows, on real databases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from skep_contracts.calls.run import ReadUsage
from skep_contracts.calls.statistics import ReadStatistics, ReadStatisticsReply
from skep_contracts.ids import new_id
from skep_orchestrator.history.repository import save_runs
from skep_orchestrator.ledger.repository import LedgerRepository, save_entries
from skep_orchestrator.statistics.repository import StatisticsRepository
from skep_runtime.database import Database, DatabaseSettings
from skep_testing.postgres import PostgresServer, postgres_server

__all__ = ["postgres_server"]

DAY = datetime(2026, 3, 1, tzinfo=UTC)
ALL = ReadStatistics(since=DAY, until=DAY + timedelta(days=3))


@pytest.fixture
async def on_sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(DatabaseSettings(url=f"sqlite:///{tmp_path / 'o.db'}"))
    await made.migrate("skep_orchestrator")
    yield made
    await made.close()


@pytest.fixture
async def on_postgres(postgres_server: PostgresServer) -> AsyncIterator[Database]:
    made = Database(postgres_server.settings(new_id("run").lower()))
    await made.migrate("skep_orchestrator")
    yield made
    await made.close()


@pytest.fixture(params=["on_sqlite", pytest.param("on_postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    made: Database = request.getfixturevalue(request.param)
    return made


def run(after: timedelta, status: str = "succeeded", **more: Any) -> dict[str, Any]:
    return {
        "run_id": new_id("run"),
        "tenant": "t_1",
        "last_event": 1,
        "app_id": "app_1",
        "version": "v",
        "status": status,
        "started_at": DAY + after,
        "ended_at": None,
        "elapsed_s": 1.0,
        "input_tokens": 10,
        "output_tokens": 1,
        "cost_usd": None,
        "nodes_done": 1,
        "repeated_effects": 0,
        "problem": None,
        "conversation_id": None,
        "is_draft": False,
        "via": "api",
        "end_user": None,
        "origin_run_id": None,
        **more,
    }


async def read(
    database: Database,
    rows: list[dict[str, Any]],
    wanted: ReadStatistics = ALL,
    *,
    tenant: str = "t_1",
    most: int = 100,
) -> ReadStatisticsReply:
    async with database.session() as session:
        await save_runs(session, rows)
    async with database.reading() as session:
        return await StatisticsRepository(session, tenant, most=most).read(wanted)


async def test_runs_are_counted_by_how_they_ended(database: Database) -> None:
    states = ["succeeded", "succeeded", "failed", "cancelled", "paused", "running", "queued"]

    total = (await read(database, [run(timedelta(hours=1), state) for state in states])).total

    assert (total.runs, total.succeeded, total.failed) == (7, 2, 1)
    assert (total.cancelled, total.paused, total.active) == (1, 1, 2)
    assert (total.input_tokens, total.output_tokens) == (70, 7)


async def test_percentiles_are_times_of_runs_that_came_to_an_end(database: Database) -> None:
    rows = [run(timedelta(hours=1), elapsed_s=float(s)) for s in range(1, 21)]
    rows += [run(timedelta(hours=1), "cancelled", elapsed_s=999.0)]
    rows += [run(timedelta(hours=1), "running", elapsed_s=None)]

    told = await read(database, rows)

    assert (told.total.p50_s, told.total.p95_s) == (10.0, 19.0)
    assert [(one.p50_s, one.p95_s) for one in told.buckets] == [(10.0, 19.0)]


async def test_nothing_is_a_total_of_zero(database: Database) -> None:
    told = await read(database, [])

    assert told.total.runs == told.total.input_tokens == told.total.end_users == 0
    assert (told.total.p95_s, told.total.cost_usd, told.counted_since) == (None, None, None)
    assert (told.buckets, told.apps, told.problems) == ((), (), ())


async def test_buckets_begin_where_the_readers_clock_says(database: Database) -> None:
    rows = [run(timedelta(hours=hour, minutes=59)) for hour in (15, 15, 16)]
    shanghai = ReadStatistics(since=DAY, until=ALL.until, bucket="day", utc_offset=8 * 60)

    by_hour = await read(database, rows)
    by_day = await read(database, [], shanghai)

    hours = [(DAY + timedelta(hours=15), 2), (DAY + timedelta(hours=16), 1)]
    days = [(DAY - timedelta(hours=8), 2), (DAY + timedelta(hours=16), 1)]
    assert [(one.at, one.runs) for one in by_hour.buckets] == hours
    assert [(one.at, one.runs) for one in by_day.buckets] == days


async def test_span_begins_with_since_and_ends_before_until(database: Database) -> None:
    rows = [run(timedelta(0)), run(timedelta(days=3)), run(-timedelta(microseconds=1))]

    assert (await read(database, rows)).total.runs == 1


async def test_runs_of_another_tenant_do_not_count(database: Database) -> None:
    told = await read(database, [run(timedelta(hours=1))], tenant="t_2")

    assert told.total.runs == 0
    assert told.apps == ()


async def test_apps_and_drafts_can_be_told_apart(database: Database) -> None:
    hour = timedelta(hours=1)
    rows = [run(hour, app_id="app_2"), run(hour, app_id="app_2"), run(hour, is_draft=True)]
    one = ReadStatistics(since=DAY, until=ALL.until, app_id="app_1")
    published = ReadStatistics(since=DAY, until=ALL.until, with_drafts=False)

    told = await read(database, rows)

    assert [(app.app_id, app.runs) for app in told.apps] == [("app_2", 2), ("app_1", 1)]
    assert (await read(database, [], one)).total.runs == 1
    assert [app.app_id for app in (await read(database, [], published)).apps] == ["app_2"]


async def test_people_are_counted_once_and_costs_as_far_as_known(database: Database) -> None:
    hour = timedelta(hours=1)
    rows = [
        run(hour, end_user="ada", cost_usd=0.25),
        run(hour * 2, end_user="ada", cost_usd=None),
        run(hour * 2, end_user="bob", cost_usd=0.5),
        run(hour * 3),
    ]

    told = await read(database, rows)

    assert (told.total.end_users, told.total.cost_usd) == (2, 0.75)
    assert [(one.end_users, one.cost_usd) for one in told.buckets] == [
        (1, 0.25),
        (2, 0.5),
        (0, None),
    ]


async def test_problems_are_counted_with_their_latest_run(database: Database) -> None:
    hour = timedelta(hours=1)
    timed_out, refused = {"code": "provider_timed_out"}, {"code": "guardrail_blocked"}
    rows = [
        run(hour, "failed", problem=refused, run_id="run_a"),
        run(hour, "failed", problem=timed_out, run_id="run_b"),
        run(hour, "failed", problem=timed_out, run_id="run_c"),
        run(hour, "cancelled", problem={"code": "cancelled"}),
    ]

    told = (await read(database, rows)).problems

    assert [(one.code, one.runs, one.last_run_id) for one in told] == [
        ("provider_timed_out", 2, "run_c"),
        ("guardrail_blocked", 1, "run_a"),
    ]


async def test_more_runs_than_fit_leave_the_oldest_out(database: Database) -> None:
    rows = [run(timedelta(hours=hour)) for hour in range(5)]

    told = await read(database, rows, most=2)

    assert told.total.runs == 2
    assert told.counted_since == DAY + timedelta(hours=3)


async def test_usage_says_how_many_calls_have_no_price(database: Database) -> None:
    entries = [
        entry(timedelta(hours=15), cost_usd=0.5),
        entry(timedelta(hours=15), cost_usd=None),
        entry(timedelta(hours=16), cost_usd=None),
        entry(timedelta(hours=16), tenant="t_2", cost_usd=None),
    ]
    async with database.session() as session:
        await save_entries(session, entries)

    async with database.reading() as session:
        ledger = LedgerRepository(session, "t_1")
        by_hour = await ledger.sums(ReadUsage(since=DAY, until=ALL.until))
        by_day = await ledger.sums(ReadUsage(bucket="day"))

    assert [(row.hour - DAY, row.cost_usd, row.unpriced_calls) for row in by_hour] == [
        (timedelta(hours=15), 0.5, 1),
        (timedelta(hours=16), None, 1),
    ]
    [day] = by_day
    assert (day.hour, day.calls, day.input_tokens, day.output_tokens) == (DAY, 3, 30, 3)


def entry(after: timedelta, **more: Any) -> dict[str, Any]:
    return {
        "entry_id": new_id("run"),
        "tenant": "t_1",
        "hour": DAY + after,
        "provider": "p",
        "model": "m",
        "kind": "chat",
        "outcome": "succeeded",
        "input_tokens": 10,
        "output_tokens": 1,
        "cached_input_tokens": 0,
        "audio_s": 0.0,
        "characters": 0,
        "images": 0,
        "searches": 0,
        "is_cache_hit": False,
        "is_estimated": False,
        "cost_usd": None,
        "elapsed_s": 0.1,
        "credential_id": None,
        "run_id": None,
        "node": None,
        "app_id": None,
        "dataset_id": None,
        **more,
    }
