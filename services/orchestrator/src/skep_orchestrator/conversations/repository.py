"""Every query about conversations, scoped to one tenant."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.run import ConversationInfo, MessageInfo, RunStatus
from skep_orchestrator.conversations.tables import ConversationRow, TurnRow

_ENDED: Final = tuple(
    status.value for status in (RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED)
)


class ConversationRepository:
    """Reads one tenant's conversations."""

    def __init__(self, session: AsyncSession, tenant: str) -> None:
        """Read through `session`."""
        self._session = session
        self._tenant = tenant

    async def find(self, conversation_id: str) -> ConversationRow | None:
        """Return a conversation, None when the tenant has none of that id."""
        query = select(ConversationRow).where(
            ConversationRow.tenant == self._tenant,
            ConversationRow.conversation_id == conversation_id,
        )
        return (await self._session.scalars(query)).first()

    async def info(self, conversation_id: str) -> ConversationInfo | None:
        """Return a conversation with the number of its turns."""
        query = self._with_counts().where(ConversationRow.conversation_id == conversation_id)
        found = (await self._session.execute(query)).first()
        return _to_info(*found) if found else None

    async def page(
        self, *, limit: int, before: tuple[datetime, str] | None, app_id: str | None
    ) -> list[ConversationInfo]:
        """Return conversations, the latest first, after the one `before` stands for."""
        query = self._with_counts()
        if app_id is not None:
            query = query.where(ConversationRow.app_id == app_id)
        if before is not None:
            at, conversation_id = before
            query = query.where(
                or_(
                    ConversationRow.updated_at < at,
                    and_(
                        ConversationRow.updated_at == at,
                        ConversationRow.conversation_id < conversation_id,
                    ),
                )
            )
        order = (ConversationRow.updated_at.desc(), ConversationRow.conversation_id.desc())
        rows = await self._session.execute(query.order_by(*order).limit(limit))
        return [_to_info(row, count) for row, count in rows]

    def _with_counts(self) -> Select[ConversationRow, int]:
        turns = (
            select(func.count())
            .select_from(TurnRow)
            .where(
                TurnRow.tenant == self._tenant,
                TurnRow.conversation_id == ConversationRow.conversation_id,
            )
            .correlate(ConversationRow)
            .scalar_subquery()
        )
        return select(ConversationRow, turns).where(ConversationRow.tenant == self._tenant)

    async def turns(
        self, conversation_id: str, *, limit: int, after: str | None
    ) -> list[MessageInfo]:
        """Return turns, oldest first: run identifiers sort by creation."""
        query = select(TurnRow).where(
            TurnRow.tenant == self._tenant, TurnRow.conversation_id == conversation_id
        )
        if after is not None:
            query = query.where(TurnRow.run_id > after)
        rows = await self._session.scalars(query.order_by(TurnRow.run_id).limit(limit))
        return [_to_message(row) for row in rows]

    async def last_turns(self, conversation_id: str, *, limit: int) -> list[MessageInfo]:
        """Return the last turns that were answered, oldest first."""
        query = (
            select(TurnRow)
            .where(
                TurnRow.tenant == self._tenant,
                TurnRow.conversation_id == conversation_id,
                TurnRow.status == RunStatus.SUCCEEDED.value,
            )
            .order_by(TurnRow.run_id.desc())
            .limit(limit)
        )
        rows = list(await self._session.scalars(query))
        return [_to_message(row) for row in reversed(rows)]

    async def ended_turns(self, run_ids: Sequence[str]) -> set[str]:
        """Return those of some runs whose turns were written with their end."""
        query = select(TurnRow.run_id).where(
            TurnRow.tenant == self._tenant,
            TurnRow.run_id.in_(run_ids),
            TurnRow.status.in_(_ENDED),
        )
        return set(await self._session.scalars(query))

    async def held(self, conversation_ids: Collection[str]) -> dict[str, ConversationRow]:
        """Return conversations by id, for this transaction alone to change."""
        query = (
            select(ConversationRow)
            .where(
                ConversationRow.tenant == self._tenant,
                ConversationRow.conversation_id.in_(sorted(conversation_ids)),
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return {row.conversation_id: row for row in await self._session.scalars(query)}


def _to_info(row: ConversationRow, messages: int) -> ConversationInfo:
    return ConversationInfo(
        id=row.conversation_id,
        app_id=row.app_id,
        title=row.title,
        created_at=row.created_at,
        updated_at=row.updated_at,
        messages=messages,
        end_user=row.end_user,
    )


def _to_message(row: TurnRow) -> MessageInfo:
    return MessageInfo(
        run_id=row.run_id,
        query=row.query,
        answer=row.answer,
        status=RunStatus(row.status),
        created_at=row.created_at,
    )
