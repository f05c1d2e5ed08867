"""Every statement that sums over runs, scoped to one tenant."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Subquery, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.run import RunStatus
from skep_contracts.calls.statistics import (
    AppFigures,
    ProblemCount,
    ReadStatistics,
    ReadStatisticsReply,
    RunBucket,
    RunFiguresOver,
)
from skep_orchestrator.history.tables import RunRow
from skep_orchestrator.statistics.buckets import Buckets

MOST_RUNS: Final = 100_000
"""That are summed for one answer; of more, the latest."""
_MOST_APPS: Final = 50
_MOST_PROBLEMS: Final = 10
_TIMED: Final = (RunStatus.SUCCEEDED.value, RunStatus.FAILED.value)
_ACTIVE: Final = (RunStatus.QUEUED.value, RunStatus.RUNNING.value)


class StatisticsRepository:
    """Sums one tenant's run rows."""

    def __init__(self, session: AsyncSession, tenant: str, *, most: int = MOST_RUNS) -> None:
        """Read through `session`, at most `most` rows for one answer."""
        self._session = session
        self._tenant = tenant
        self._most = most

    async def read(self, wanted: ReadStatistics) -> ReadStatisticsReply:
        """Return all sums that were asked for."""
        buckets = Buckets(wanted.bucket, wanted.utc_offset)
        runs = self._runs(wanted, buckets)
        [total] = await self._sums(runs, None)
        by_bucket = await self._sums(runs, runs.c.bucket)
        by_app = await self._sums(runs, runs.c.app_id)
        by_app.sort(key=lambda row: (-row.runs, row.key))
        return ReadStatisticsReply(
            total=RunFiguresOver(**_figures(total)),
            buckets=tuple(
                RunBucket(at=buckets.beginning(row.key), **_figures(row)) for row in by_bucket
            ),
            apps=tuple(AppFigures(app_id=row.key, **_figures(row)) for row in by_app[:_MOST_APPS]),
            problems=await self._problems(runs),
            counted_since=await self._oldest(runs) if total.runs >= self._most else None,
        )

    def _runs(self, wanted: ReadStatistics, buckets: Buckets) -> Subquery:
        """Return the rows to sum, the latest first, so that what is beyond `most` is the oldest."""
        query = select(
            buckets.number(self._session, RunRow.started_at).label("bucket"),
            RunRow.run_id,
            RunRow.app_id,
            RunRow.status,
            RunRow.started_at,
            case((RunRow.status.in_(_TIMED), RunRow.elapsed_s)).label("elapsed_s"),
            RunRow.input_tokens,
            RunRow.output_tokens,
            RunRow.cost_usd,
            RunRow.end_user,
            RunRow.problem["code"].as_string().label("code"),
        ).where(
            RunRow.tenant == self._tenant,
            RunRow.started_at >= wanted.since,
            RunRow.started_at < wanted.until,
        )
        if wanted.app_id is not None:
            query = query.where(RunRow.app_id == wanted.app_id)
        if not wanted.with_drafts:
            query = query.where(RunRow.is_draft.is_(False))
        return query.order_by(RunRow.started_at.desc()).limit(self._most).subquery("runs")

    async def _sums(self, runs: Subquery, key: ColumnElement[Any] | None) -> list[Row[Any]]:
        """Return one row for each value of `key`, in its order; without a key, one for all.

        Percentiles are of the nearest rank: among n times in order, the one at ceil(p * n).
        """
        ranked = select(
            runs,
            (literal(0) if key is None else key).label("key"),
            func.row_number()
            .over(partition_by=key, order_by=runs.c.elapsed_s.asc().nulls_last())
            .label("rank"),
            func.count(runs.c.elapsed_s).over(partition_by=key).label("timed"),
        ).subquery("ranked")
        query = select(
            func.count().label("runs"),
            _count(ranked.c.status == RunStatus.SUCCEEDED.value).label("succeeded"),
            _count(ranked.c.status == RunStatus.FAILED.value).label("failed"),
            _count(ranked.c.status == RunStatus.CANCELLED.value).label("cancelled"),
            _count(ranked.c.status == RunStatus.PAUSED.value).label("paused"),
            _count(ranked.c.status.in_(_ACTIVE)).label("active"),
            _percentile(ranked, 50).label("p50_s"),
            _percentile(ranked, 95).label("p95_s"),
            func.sum(ranked.c.input_tokens).label("input_tokens"),
            func.sum(ranked.c.output_tokens).label("output_tokens"),
            func.sum(ranked.c.cost_usd).label("cost_usd"),
            func.count(ranked.c.end_user.distinct()).label("end_users"),
        )
        if key is not None:
            query = query.add_columns(ranked.c.key).group_by(ranked.c.key).order_by(ranked.c.key)
        return list(await self._session.execute(query))

    async def _problems(self, runs: Subquery) -> tuple[ProblemCount, ...]:
        count = func.count()
        query = (
            select(runs.c.code, count, func.max(runs.c.run_id))
            .where(runs.c.status == RunStatus.FAILED.value, runs.c.code.is_not(None))
            .group_by(runs.c.code)
            .order_by(count.desc(), runs.c.code)
            .limit(_MOST_PROBLEMS)
        )
        return tuple(
            ProblemCount(code=code, runs=number, last_run_id=last)
            for code, number, last in await self._session.execute(query)
        )

    async def _oldest(self, runs: Subquery) -> datetime | None:
        oldest: datetime | None = await self._session.scalar(select(func.min(runs.c.started_at)))
        return oldest


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _percentile(ranked: Subquery, percent: int) -> ColumnElement[float | None]:
    rank = (ranked.c.timed * percent + 99) // 100
    return func.max(case((ranked.c.rank == rank, ranked.c.elapsed_s)))


def _figures(row: Row[Any]) -> dict[str, Any]:
    names: Sequence[str] = RunFiguresOver.__struct_fields__
    values = {name: getattr(row, name) for name in names}
    return values | {name: int(values[name] or 0) for name in names if name.endswith("_tokens")}
