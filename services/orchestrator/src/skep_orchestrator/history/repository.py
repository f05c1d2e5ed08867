"""Every statement about run rows, scoped to one tenant."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.run import ListRuns, RunStatus, RunSummary
from skep_contracts.problems import Problem
from skep_orchestrator.history.fold import RunRecord
from skep_orchestrator.history.tables import RunRow

_ALL: Final = ListRuns()


def row_values(tenant: str, record: RunRecord) -> dict[str, Any]:
    """Return the columns of a run's row."""
    summary = record.to_summary()
    return {
        "run_id": summary.id,
        "tenant": tenant,
        "last_event": record.last_event,
        "app_id": summary.app_id,
        "version": summary.version,
        "status": summary.status.value,
        "started_at": summary.started_at,
        "ended_at": summary.ended_at,
        "elapsed_s": summary.elapsed_s,
        "input_tokens": summary.input_tokens,
        "output_tokens": summary.output_tokens,
        "cost_usd": summary.cost_usd,
        "nodes_done": summary.nodes_done,
        "repeated_effects": summary.repeated_effects,
        "problem": msgspec.to_builtins(summary.problem) if summary.problem else None,
        "conversation_id": summary.conversation_id,
        "is_draft": summary.is_draft,
        "via": summary.via,
        "end_user": summary.end_user,
        "origin_run_id": summary.origin_run_id,
    }


async def save_runs(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Insert or replace rows of any tenant; a row that knows more events already stays."""
    if not rows:
        return
    await session.execute(_upsert(session), rows)


def _upsert(session: AsyncSession) -> Insert:
    if session.get_bind().dialect.name == "postgresql":
        statement = postgresql.insert(RunRow)
        return statement.on_conflict_do_update(
            index_elements=["run_id"],
            set_={c.name: c for c in statement.excluded if c.name not in {"run_id", "tenant"}},
            where=statement.excluded.last_event > RunRow.last_event,
        )
    lite = sqlite.insert(RunRow)
    return lite.on_conflict_do_update(
        index_elements=["run_id"],
        set_={c.name: c for c in lite.excluded if c.name not in {"run_id", "tenant"}},
        where=lite.excluded.last_event > RunRow.last_event,
    )


class RunRepository:
    """Reads one tenant's run rows."""

    def __init__(self, session: AsyncSession, tenant: str) -> None:
        """Read through `session`."""
        self._session = session
        self._tenant = tenant

    async def find(self, run_id: str) -> RunSummary | None:
        """Return a run, None when the tenant has none of that id."""
        query = select(RunRow).where(RunRow.tenant == self._tenant, RunRow.run_id == run_id)
        row = await self._session.scalar(query)
        return _to_summary(row) if row else None

    async def page(
        self, *, limit: int, before: str | None, wanted: ListRuns = _ALL
    ) -> list[RunSummary]:
        """Return runs with ids below `before`, newest first: identifiers sort by creation."""
        query = select(RunRow).where(RunRow.tenant == self._tenant, *_conditions(wanted))
        if before is not None:
            query = query.where(RunRow.run_id < before)
        query = query.order_by(RunRow.run_id.desc()).limit(limit)
        return [_to_summary(row) for row in await self._session.scalars(query)]


def _conditions(wanted: ListRuns) -> Iterator[ColumnElement[bool]]:
    equal = {
        RunRow.app_id: wanted.app_id,
        RunRow.status: wanted.status.value if wanted.status is not None else None,
        RunRow.conversation_id: wanted.conversation_id,
        RunRow.version: wanted.version,
        RunRow.via: wanted.via,
        RunRow.end_user: wanted.end_user,
        RunRow.origin_run_id: wanted.origin_run_id,
    }
    for column, value in equal.items():
        if value is not None:
            yield column == value
    if wanted.since is not None:
        yield RunRow.started_at >= wanted.since
    if wanted.until is not None:
        yield RunRow.started_at < wanted.until


def _to_summary(row: RunRow) -> RunSummary:
    return RunSummary(
        id=row.run_id,
        app_id=row.app_id,
        version=row.version,
        status=RunStatus(row.status),
        started_at=row.started_at,
        ended_at=row.ended_at,
        elapsed_s=row.elapsed_s,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cost_usd=row.cost_usd,
        nodes_done=row.nodes_done,
        problem=msgspec.convert(row.problem, Problem) if row.problem else None,
        conversation_id=row.conversation_id,
        is_draft=row.is_draft,
        via=row.via,
        end_user=row.end_user,
        origin_run_id=row.origin_run_id,
        repeated_effects=row.repeated_effects,
    )
