"""Routes of feedback."""

from typing import Annotated

from fastapi import Path, Query

from skep_contracts.ids import is_id
from skep_contracts.problems import FieldError, Forbidden, InvalidInput, NotFound, Unavailable
from skep_gateway.apps.find_app import AppFinder
from skep_gateway.feedback.give import Said, give, take_back
from skep_gateway.feedback.repository import FeedbackRepository, Wanted
from skep_gateway.feedback.views import FeedbackRequest, FeedbackView, Rater, Rating
from skep_gateway.identity.repository import IdentityRepository
from skep_gateway.runs.views import RunDetail
from skep_gateway.runs.wait_for_run import read_run
from skep_gateway.web.dependencies import Caller, Session, Tenant, Work, provided
from skep_gateway.web.limits import allow, unaudited
from skep_gateway.web.pages import Cursors, Page, Paging
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_runtime.bus import Bus
from skep_runtime.database import Database

router = api_router("/api/v1", tag="feedback")

RunRef = Annotated[str, Path(max_length=64)]
OnBus = Annotated[Bus, provided(Bus)]
Apps = Annotated[AppFinder, provided(AppFinder)]
Data = Annotated[Database, provided(Database)]
Pages = Annotated[Cursors, provided(Cursors)]


@router.put("/runs/{run_id}/feedback", responses=problems(Forbidden, NotFound, Unavailable))
@allow("runs:write")
@unaudited
async def give_feedback(
    *, run_id: RunRef, body: FeedbackRequest, caller: Caller, bus: OnBus, work: Work
) -> FeedbackView:
    """Say what somebody thinks of a run's answer, in place of what was said before.

    With `end_user`, what that user thinks, who must be the run's; without, what the team does.
    """
    run = await _run(bus, caller.tenant, run_id)
    rater: Rater = "team" if body.end_user is None else "end_user"
    if body.end_user is not None and body.end_user != run.end_user:
        raise InvalidInput(
            "The run is not of that end user.",
            errors=[FieldError(pointer="/end_user", message="another one")],
            code="other_end_user",
        )
    if body.correction and rater != "team":
        raise InvalidInput(
            "Corrections are the team's: leave `end_user` out.",
            errors=[FieldError(pointer="/correction", message="of the team alone")],
        )
    session = await work.session()
    name = await IdentityRepository(session, caller.tenant).name_of(
        member_id=caller.member_id, key_id=caller.id
    )
    said = Said(
        rater=rater,
        by=body.end_user or name,
        rating=body.rating,
        comment=body.comment.strip(),
        correction=body.correction.strip(),
    )
    return FeedbackView.of(await give(work, caller.tenant, run, said))


@router.get("/runs/{run_id}/feedback", responses=problems(Forbidden, NotFound, Unavailable))
@allow("runs:read")
async def show_feedback(
    *, run_id: RunRef, tenant: Tenant, bus: OnBus, database: Data
) -> Page[FeedbackView]:
    """Show what is said of a run: by its end user, and by the team."""
    async with database.reading() as session:
        rows = await FeedbackRepository(session, tenant).of_run(run_id)
    if not rows:
        await _run(bus, tenant, run_id)
    return Page(items=[FeedbackView.of(row) for row in rows])


@router.delete(
    "/runs/{run_id}/feedback", status_code=204, responses=problems(Forbidden, NotFound, Unavailable)
)
@allow("runs:write")
@unaudited
async def forget_feedback(
    *,
    run_id: RunRef,
    tenant: Tenant,
    bus: OnBus,
    work: Work,
    rater: Annotated[Rater, Query()] = "team",
) -> None:
    """Take back what a side said of a run."""
    await _run(bus, tenant, run_id)
    await take_back(work, tenant, run_id, rater)


@router.get("/feedback", responses=problems(Forbidden, NotFound))
@allow("runs:read")
async def list_feedback(
    *,
    tenant: Tenant,
    session: Session,
    apps: Apps,
    paging: Paging,
    cursors: Pages,
    app: Annotated[str | None, Query(max_length=200)] = None,
    conversation: Annotated[str | None, Query(max_length=64)] = None,
    rater: Annotated[Rater | None, Query()] = None,
    rating: Annotated[Rating | None, Query()] = None,
    has_correction: Annotated[bool | None, Query()] = None,
) -> Page[FeedbackView]:
    """List feedback, the latest first; `app` is an app's id or name."""
    wanted = Wanted(
        app_id=await apps.id_of(tenant, app) if app is not None else None,
        conversation_id=conversation,
        rater=rater,
        rating=rating,
        has_correction=has_correction,
    )
    before = cursors.open(paging.cursor, tenant=tenant, listing="feedback")
    rows = await FeedbackRepository(session, tenant).page(
        wanted, before=before, limit=paging.limit + 1
    )
    shown, cursor = cursors.page(rows, paging, tenant=tenant, listing="feedback")
    return Page(items=[FeedbackView.of(row) for row in shown], next_cursor=cursor)


async def _run(bus: Bus, tenant: str, run_id: str) -> RunDetail:
    if not is_id("run", run_id):
        raise NotFound("There is no such run.", code="unknown_run")
    return await read_run(bus, tenant=tenant, run_id=run_id)
