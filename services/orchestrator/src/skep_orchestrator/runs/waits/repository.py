"""Statements on waits and on runs that are part of others, of all tenants: for the projector."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Insert, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from skep_contracts.calls.run import RunStatus
from skep_orchestrator.history.tables import RunRow
from skep_orchestrator.runs.waits.tables import ChildRunRow, WaitRow

_ENDED = (RunStatus.SUCCEEDED.value, RunStatus.FAILED.value, RunStatus.CANCELLED.value)


class TimedWaits(msgspec.Struct, frozen=True, kw_only=True):
    """The waits of a run that end by themselves, as they are after event `last_event`."""

    tenant: str
    run_id: str
    last_event: int
    until: Mapping[str, datetime]
    """By place; empty for a run that is not paused."""


class DueWait(msgspec.Struct, frozen=True, kw_only=True):
    """A wait whose time is up."""

    tenant: str
    run_id: str
    place: str
    until_at: datetime


async def save_waits(session: AsyncSession, changes: Iterable[TimedWaits]) -> None:
    """Replace the rows of runs; after their run rows, and only where those know no more events."""
    latest = {change.run_id: change for change in changes}
    if not latest:
        return
    query = select(RunRow.run_id, RunRow.last_event).where(RunRow.run_id.in_(latest))
    known = {(run_id, last_event) for run_id, last_event in await session.execute(query)}
    present = [change for change in latest.values() if (change.run_id, change.last_event) in known]
    await session.execute(
        delete(WaitRow).where(WaitRow.run_id.in_([change.run_id for change in present]))
    )
    session.add_all(
        WaitRow(
            tenant=change.tenant, run_id=change.run_id, place=place, until_at=until, due_at=until
        )
        for change in present
        for place, until in change.until.items()
    )
    await session.flush()


async def due_waits(session: AsyncSession, at: datetime, *, limit: int) -> list[DueWait]:
    """Return waits whose time is up, the longest over first."""
    query = select(WaitRow).where(WaitRow.due_at <= at).order_by(WaitRow.due_at).limit(limit)
    return [
        DueWait(tenant=row.tenant, run_id=row.run_id, place=row.place, until_at=row.until_at)
        for row in await session.scalars(query)
    ]


async def put_off(session: AsyncSession, waits: Sequence[DueWait], until: datetime) -> None:
    """Do not return these again before `until`."""
    for wait in waits:
        await session.execute(
            update(WaitRow)
            .where(
                WaitRow.tenant == wait.tenant,
                WaitRow.run_id == wait.run_id,
                WaitRow.place == wait.place,
                WaitRow.until_at == wait.until_at,
            )
            .values(due_at=until)
        )


async def save_children(session: AsyncSession, children: Sequence[tuple[str, str, str]]) -> None:
    """Note tenant, run and parent of runs that are part of others. Safe to repeat."""
    if children:
        names = ("tenant", "run_id", "parent_run_id")
        rows = [dict(zip(names, child, strict=True)) for child in children]
        await session.execute(_insert_child(session), rows)


def _insert_child(session: AsyncSession) -> Insert:
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(ChildRunRow).on_conflict_do_nothing()
    return sqlite.insert(ChildRunRow).on_conflict_do_nothing()


async def orphans(session: AsyncSession, runs: Iterable[str]) -> list[tuple[str, str]]:
    """Return tenant and id of runs that go on though the run they are part of has ended.

    Args:
        session: Where to look.
        runs: Those that have just ended, or that have just begun as part of others.
    """
    ids = list(runs)
    if not ids:
        return []
    parent, child = aliased(RunRow), aliased(RunRow)
    parent_ended = select(parent.run_id).where(
        parent.run_id == ChildRunRow.parent_run_id, parent.status.in_(_ENDED)
    )
    child_ended = select(child.run_id).where(
        child.run_id == ChildRunRow.run_id, child.status.in_(_ENDED)
    )
    query = select(ChildRunRow.tenant, ChildRunRow.run_id).where(
        or_(ChildRunRow.parent_run_id.in_(ids), ChildRunRow.run_id.in_(ids)),
        parent_ended.exists(),
        ~child_ended.exists(),
    )
    return [(tenant, run_id) for tenant, run_id in await session.execute(query)]
