"""Queries on answers."""

from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Select, bindparam, delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.ids import TenantId
from skep_contracts.problems import Conflict
from skep_gateway.waits.tables import AnswerRow
from skep_runtime.database import UtcDateTime

# In words of its own, so that being second is an answer and not a failed transaction.
_ADD: Final = text(
    "INSERT INTO wait_answers (tenant_id, run_id, place, number, answered_by, answered_at)"
    " VALUES (:tenant, :run_id, :place, :number, :by, :at) ON CONFLICT DO NOTHING RETURNING number"
).bindparams(bindparam("at", type_=UtcDateTime()))


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """Who answered which wait."""

    run_id: str
    place: str
    number: int
    by: str


class AnswerRepository:
    """The answers of one tenant."""

    def __init__(self, session: AsyncSession, tenant: TenantId) -> None:
        self._session = session
        self._tenant = tenant

    async def add(self, answer: Answered, at: datetime) -> None:
        """Be the first to answer.

        Raises:
            Conflict: Somebody else was.
        """
        values = {"tenant": self._tenant, "at": at, **msgspec.structs.asdict(answer)}
        if await self._session.scalar(_ADD, values) is None:
            raise answered_already()

    async def is_answered(self, run_id: str, place: str, number: int) -> bool:
        """Tell whether somebody has answered a wait."""
        query = self._at(run_id, place).where(AnswerRow.number == number)
        return await self._session.scalar(query) is not None

    async def is_answered_ever(self, run_id: str, place: str) -> bool:
        """Tell whether somebody has answered a wait at a place, or what was to wait there."""
        return await self._session.scalar(self._at(run_id, place).limit(1)) is not None

    def _at(self, run_id: str, place: str) -> Select[int]:
        return select(AnswerRow.number).where(
            AnswerRow.tenant_id == self._tenant,
            AnswerRow.run_id == run_id,
            AnswerRow.place == place,
        )


def answered_already() -> Conflict:
    """Return what the second one is told."""
    return Conflict("Somebody has answered this already.", code="answered_already")


async def drop_old_answers(session: AsyncSession, before: datetime) -> None:
    """Forget answers of any tenant to waits that are long over."""
    await session.execute(delete(AnswerRow).where(AnswerRow.answered_at < before))
