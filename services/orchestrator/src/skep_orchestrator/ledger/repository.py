"""Every statement about the ledger."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Subquery, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls import run as calls
from skep_orchestrator.ledger.tables import UsageRow
from skep_orchestrator.statistics.buckets import Buckets


async def save_entries(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Insert entries of any tenant; one that is there already stays as it is."""
    if not rows:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    await session.execute(insert(UsageRow).on_conflict_do_nothing(), rows)


class LedgerRepository:
    """Reads one tenant's ledger."""

    def __init__(self, session: AsyncSession, tenant: str) -> None:
        """Read through `session`."""
        self._session = session
        self._tenant = tenant

    async def sums(self, wanted: calls.ReadUsage) -> list[calls.UsageRow]:
        """Return sums by hour or day, app, provider and model, in order of time.

        A sum of costs is None when no price in it is known.
        """
        buckets = Buckets(wanted.bucket, wanted.utc_offset)
        entries = self._entries(wanted, buckets)
        keys = (entries.c.bucket, entries.c.app_id, entries.c.provider, entries.c.model)
        query = (
            select(
                *keys,
                func.count(),
                func.sum(entries.c.input_tokens),
                func.sum(entries.c.output_tokens),
                func.sum(entries.c.cost_usd),
                func.count() - func.count(entries.c.cost_usd),
            )
            .group_by(*keys)
            .order_by(*keys)
        )
        return [
            calls.UsageRow(
                hour=buckets.beginning(bucket),
                app_id=app,
                provider=provider,
                model=model,
                calls=count,
                input_tokens=int(tokens[0] or 0),
                output_tokens=int(tokens[1] or 0),
                cost_usd=cost,
                unpriced_calls=unpriced,
            )
            for bucket, app, provider, model, count, *tokens, cost, unpriced in (
                await self._session.execute(query)
            )
        ]

    def _entries(self, wanted: calls.ReadUsage, buckets: Buckets) -> Subquery:
        """Return the entries to sum, with the number of the span each is in."""
        query = select(
            buckets.number(self._session, UsageRow.hour).label("bucket"),
            UsageRow.app_id,
            UsageRow.provider,
            UsageRow.model,
            UsageRow.input_tokens,
            UsageRow.output_tokens,
            UsageRow.cost_usd,
        ).where(UsageRow.tenant == self._tenant)
        if wanted.since is not None:
            since = wanted.since.replace(minute=0, second=0, microsecond=0)
            query = query.where(UsageRow.hour >= since)
        if wanted.until is not None:
            query = query.where(UsageRow.hour < wanted.until)
        if wanted.app_id is not None:
            query = query.where(UsageRow.app_id == wanted.app_id)
        return query.subquery("entries")
