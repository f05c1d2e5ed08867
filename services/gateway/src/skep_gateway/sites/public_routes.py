"""Routes for visitors of an app's page. `web.limits.PUBLIC_ROUTES` says why each may."""

from typing import Annotated, Any, Final

import msgspec
from fastapi import Path, Request
from starlette.responses import Response

from skep_contracts.calls.run import ConversationReply, GetConversation, RunStatus
from skep_contracts.calls.waits import ListRunWaits, ListRunWaitsReply
from skep_contracts.commands.run import CancelRun
from skep_contracts.form_fields.schema import FILES
from skep_contracts.ids import RunId, is_id
from skep_contracts.problems import (
    Conflict,
    NotFound,
    RateLimited,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from skep_gateway.feedback.give import Said, give, take_back
from skep_gateway.feedback.views import OwnFeedbackRequest, OwnFeedbackView
from skep_gateway.runs.orders import RunOrders
from skep_gateway.runs.start_run import RunStarter
from skep_gateway.runs.views import RunDetail, RunRequest
from skep_gateway.runs.wait_for_run import read_run
from skep_gateway.sites.repository import AllSites
from skep_gateway.sites.tables import SiteRow
from skep_gateway.sites.telling import told, view_of
from skep_gateway.sites.views import (
    PublicSiteView,
    SiteLook,
    SiteRunRequest,
    SiteRunView,
    VisitorView,
)
from skep_gateway.sites.visitors import Visitors, caller_of
from skep_gateway.waits.addresses import Addresses
from skep_gateway.web.dependencies import Work, provided
from skep_gateway.web.limits import limits
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.sse import Closing, EventStream
from skep_gateway.workflows.runnables import Runnables
from skep_runtime.bus import Bus
from skep_runtime.database import Database

router = api_router("/api/v1/sites/{slug}", tag="sites")

Slug = Annotated[str, Path(max_length=64)]
Run = Annotated[str, Path(max_length=64)]
Guests = Annotated[Visitors, provided(Visitors)]
Data = Annotated[Database, provided(Database)]
OnBus = Annotated[Bus, provided(Bus)]
Orders = Annotated[RunOrders, provided(RunOrders)]
Loaded = Annotated[Runnables, provided(Runnables)]
_MAX_BODY_BYTES: Final = 256 * 1024
_CALL_S: Final = 5.0


@router.get("", responses=problems(NotFound, RateLimited))
async def show(
    *, slug: Slug, request: Request, visitors: Guests, database: Data, runnables: Loaded
) -> PublicSiteView:
    """Show what the page says and asks."""
    visitors.count_look(request)
    site = await _site(database, slug)
    runnable = await runnables.load(caller_of(site).tenant, site.app_id)
    app, look = runnable.document.app, SiteLook.model_validate(site.look)
    fields = [field for field in runnables.fields(runnable) if not field.hidden]
    shown: list[dict[str, Any]] = [
        msgspec.to_builtins(field) for field in fields if field.type not in FILES
    ]
    return PublicSiteView(
        mode=app.mode,
        title=look.title or app.name,
        description=look.description or app.description,
        look=look,
        fields=shown,
        is_ready=not any(field.required and field.type in FILES for field in fields),
    )


@router.post("/visitors", status_code=201, responses=problems(NotFound, RateLimited))
async def visit(*, slug: Slug, request: Request, visitors: Guests, database: Data) -> VisitorView:
    """Become a visitor; the token says who comes back."""
    visitors.count_look(request)
    return VisitorView(visitor=visitors.new(request, await _site(database, slug)))


@router.post(
    "/runs",
    responses={
        **problems(NotFound, Unauthenticated, Conflict, TooLarge, RateLimited, Unavailable),
        200: {
            "description": "Events: run, text, reset, end",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
    },
)
@limits(max_body_bytes=_MAX_BODY_BYTES, timeout_s=None, idempotency="own")
async def start_run(
    *,
    slug: Slug,
    body: SiteRunRequest,
    request: Request,
    visitors: Guests,
    database: Data,
    bus: OnBus,
    orders: Orders,
    starter: Annotated[RunStarter, provided(RunStarter)],
    closing: Annotated[Closing, provided(Closing)],
) -> Response:
    """Run the app, and hear its answer as it grows."""
    site = await _site(database, slug)
    visitor = visitors.read(request, site)
    visitors.count_run(request, site, visitor)
    caller = caller_of(site)
    if body.conversation_id is not None:
        await _require_own(bus, site, body.conversation_id, visitor)
    wanted = RunRequest.model_validate(
        {**body.model_dump(), "app": site.app_id, "end_user": visitor}
    )
    order = await starter.prepare(request, caller, wanted, via="site")
    events = told(orders, order)
    await anext(events)
    return EventStream(events, closing=closing)


@router.get("/runs/{run_id}", responses=problems(NotFound, Unauthenticated, Unavailable))
async def show_run(
    *,
    slug: Slug,
    run_id: Run,
    request: Request,
    visitors: Guests,
    database: Data,
    bus: OnBus,
    links: Annotated[Addresses, provided(Addresses)],
) -> SiteRunView:
    """Show a run of the visitor's own: for whoever lost the connection."""
    site = await _site(database, slug)
    run = await _own_run(bus, site, run_id, visitors.read(request, site))
    return view_of(run, form_url=await _form_url(bus, links, site, run))


@router.post(
    "/runs/{run_id}/cancellations",
    status_code=202,
    responses=problems(NotFound, Unauthenticated, Unavailable),
)
async def cancel_run(
    *, slug: Slug, run_id: Run, request: Request, visitors: Guests, database: Data, bus: OnBus
) -> SiteRunView:
    """Stop a run of the visitor's own."""
    site = await _site(database, slug)
    visitor = visitors.read(request, site)
    run = await _own_run(bus, site, run_id, visitor)
    await bus.publish(
        CancelRun(run_id=RunId(run_id), reason="stopped by the visitor", by=visitor),
        tenant=caller_of(site).tenant,
        message_id=f"{run_id}.cancel",
        correlation=run_id,
    )
    return view_of(run)


@router.put(
    "/runs/{run_id}/feedback",
    responses=problems(NotFound, Unauthenticated, RateLimited, Unavailable),
)
async def rate_run(
    *,
    slug: Slug,
    run_id: Run,
    body: OwnFeedbackRequest,
    request: Request,
    visitors: Guests,
    database: Data,
    bus: OnBus,
    work: Work,
) -> OwnFeedbackView:
    """Say what the visitor thinks of an answer of their own; nothing said takes it back."""
    visitors.count_look(request)
    site = await _site(database, slug)
    visitor = visitors.read(request, site)
    run = await _own_run(bus, site, run_id, visitor)
    tenant = caller_of(site).tenant
    comment = body.comment.strip()
    if body.rating is None and not comment:
        await take_back(work, tenant, run_id, "end_user")
    else:
        said = Said(rater="end_user", by=visitor, rating=body.rating, comment=comment)
        await give(work, tenant, run, said)
    return OwnFeedbackView(rating=body.rating, comment=comment)


async def _site(database: Database, slug: str) -> SiteRow:
    async with database.reading() as session:
        return await AllSites(session).open(slug)


async def _own_run(bus: Bus, site: SiteRow, run_id: str, visitor: str) -> RunDetail:
    unknown = NotFound("There is no such run.", code="unknown_run")
    if not is_id("run", run_id):
        raise unknown
    try:
        run = await read_run(bus, tenant=site.tenant_id, run_id=run_id)
    except NotFound:
        raise unknown from None
    if run.app_id != site.app_id or run.end_user != visitor:
        raise unknown
    return run


async def _require_own(bus: Bus, site: SiteRow, conversation_id: str, visitor: str) -> None:
    unknown = NotFound("There is no such conversation.", code="unknown_conversation")
    try:
        reply = await bus.call(
            GetConversation(conversation_id=conversation_id),
            tenant=site.tenant_id,
            reply=ConversationReply,
            timeout_s=_CALL_S,
        )
    except NotFound:
        raise unknown from None
    if reply.conversation.end_user != visitor or reply.conversation.app_id != site.app_id:
        raise unknown


async def _form_url(bus: Bus, links: Addresses, site: SiteRow, run: RunDetail) -> str | None:
    """Return where the form is that a run waits for."""
    if run.status is not RunStatus.PAUSED:
        return None
    tenant = caller_of(site).tenant
    reply = await bus.call(
        ListRunWaits(run_id=run.id), tenant=tenant, reply=ListRunWaitsReply, timeout_s=_CALL_S
    )
    for each in reply.waits:
        if each.wait.get("kind") == "form":
            return links.of_form(tenant, run.id, each.place, each.number)
    return None
