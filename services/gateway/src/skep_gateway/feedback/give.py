"""Taking in what somebody thinks of a run."""

from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.events.feedback import FeedbackGiven
from skep_contracts.ids import AppId, RunId, TenantId
from skep_contracts.problems import InvalidInput
from skep_gateway.feedback.repository import FeedbackRepository
from skep_gateway.feedback.tables import FeedbackRow
from skep_gateway.feedback.views import Rater, Rating
from skep_gateway.runs.views import RunDetail
from skep_gateway.web.unit_of_work import UnitOfWork
from skep_runtime.clock import now
from skep_runtime.database import add_to_outbox

_MAX_KEPT_CHARS: Final = 20_000


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says."""

    rater: Rater
    by: str
    """Who: a name or an id."""
    rating: Rating | None
    comment: str
    correction: str = ""


async def give(work: UnitOfWork, tenant: TenantId, run: RunDetail, said: Said) -> FeedbackRow:
    """Keep what somebody thinks of a run, in place of what that side said before.

    Raises:
        InvalidInput: Nothing was said.
    """
    if said.rating is None and not said.comment and not said.correction:
        raise InvalidInput("Say good or bad, or something in words.", code="nothing_said")
    session = await work.session()
    repository = FeedbackRepository(session, tenant)
    feedback_id = id_of(run.id, said.rater)
    before = await repository.find(feedback_id)
    at = now()
    row = FeedbackRow(
        id=feedback_id,
        run_id=run.id,
        rater=said.rater,
        tenant_id=tenant,
        app_id=run.app_id,
        conversation_id=run.conversation_id,
        rating=said.rating,
        comment=said.comment,
        correction=said.correction,
        given_by=said.by[:200],
        query=(run.query or "")[:_MAX_KEPT_CHARS],
        answer=(run.answer or "")[:_MAX_KEPT_CHARS],
        created_at=before.created_at if before else at,
        updated_at=at,
    )
    await repository.put(row)
    _tell(session, row)
    return row


async def take_back(work: UnitOfWork, tenant: TenantId, run_id: str, rater: Rater) -> None:
    """Forget what a side said of a run; nothing happens when it said nothing."""
    session = await work.session()
    repository = FeedbackRepository(session, tenant)
    row = await repository.find(id_of(run_id, rater))
    if row is None:
        return
    row.rating, row.comment, row.correction = None, "", ""
    _tell(session, row)
    await repository.delete(row)


def id_of(run_id: str, rater: Rater) -> str:
    """Return what feedback of one side on a run is known by."""
    return f"{run_id}.{rater}"


def _tell(session: AsyncSession, row: FeedbackRow) -> None:
    event = FeedbackGiven(
        run_id=RunId(row.run_id),
        app_id=AppId(row.app_id),
        rater="team" if row.rater == "team" else "end_user",
        rating=None if row.rating is None else "good" if row.rating == "good" else "bad",
        comment=row.comment,
        has_correction=bool(row.correction),
    )
    add_to_outbox(session, event, tenant=row.tenant_id, source="gateway")
