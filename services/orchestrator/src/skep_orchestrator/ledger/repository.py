"""Every statement about the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls import run as calls
from skep_orchestrator.ledger.tables import UsageRow


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

    async def hours(
        self, *, since: datetime | None, until: datetime | None, app_id: str | None
    ) -> list[calls.UsageRow]:
        """Return sums by hour, app, provider and model, in order of time.

        A sum of costs is None when no price in it is known.
        """
        keys = (UsageRow.hour, UsageRow.app_id, UsageRow.provider, UsageRow.model)
        query = (
            select(
                *keys,
                func.count(),
                func.sum(UsageRow.input_tokens),
                func.sum(UsageRow.output_tokens),
                func.sum(UsageRow.cost_usd),
            )
            .where(UsageRow.tenant == self._tenant)
            .group_by(*keys)
            .order_by(*keys)
        )
        if since is not None:
            query = query.where(UsageRow.hour >= since.replace(minute=0, second=0, microsecond=0))
        if until is not None:
            query = query.where(UsageRow.hour < until)
        if app_id is not None:
            query = query.where(UsageRow.app_id == app_id)
        return [
            calls.UsageRow(
                hour=hour,
                app_id=app,
                provider=provider,
                model=model,
                calls=count,
                input_tokens=int(input_tokens or 0),
                output_tokens=int(output_tokens or 0),
                cost_usd=cost,
            )
            for hour, app, provider, model, count, input_tokens, output_tokens, cost in (
                await self._session.execute(query)
            )
        ]
