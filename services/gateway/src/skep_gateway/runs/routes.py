"""Routes of runs."""

from typing import Annotated, Final

from fastapi import Body, Path, Query, Request
from pydantic import AwareDatetime
from starlette.responses import Response

from skep_contracts.calls.run import ListRuns, ListRunsReply, RunStatus
from skep_contracts.commands.run import CancelRun
from skep_contracts.ids import RunId, is_id
from skep_contracts.problems import (
    FieldError,
    Forbidden,
    InvalidInput,
    NotFound,
    Unavailable,
)
from skep_gateway.apps.find_app import AppFinder
from skep_gateway.live.announcement import find_announcement
from skep_gateway.live.position import Position, parse_position
from skep_gateway.live.run_stream import RunStream
from skep_gateway.runs.answer_order import (
    EVENT_STREAM,
    ORDER_RESPONSES,
    OrderAnswerer,
    encoded,
)
from skep_gateway.runs.orders import RunOrders
from skep_gateway.runs.start_run import RunStarter
from skep_gateway.runs.views import (
    AcceptedRun,
    CancellationRequest,
    CancellationView,
    KnownStatus,
    RunDetail,
    RunRequest,
)
from skep_gateway.runs.wait_for_run import read_run
from skep_gateway.web.dependencies import Caller, Tenant, provided
from skep_gateway.web.limits import allow, limits, metered
from skep_gateway.web.pages import MAX_PAGE
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse, answers
from skep_gateway.web.sse import Closing, EventStream
from skep_runtime.bus import Bus

router = api_router("/api/v1/runs", tag="runs")

RunRef = Annotated[str, Path(max_length=64)]
OnBus = Annotated[Bus, provided(Bus)]
Starter = Annotated[RunStarter, provided(RunStarter)]
Orders = Annotated[RunOrders, provided(RunOrders)]
Answering = Annotated[OrderAnswerer, provided(OrderAnswerer)]
Ending = Annotated[Closing, provided(Closing)]
Apps = Annotated[AppFinder, provided(AppFinder)]

_CALL_S: Final = 10.0


@router.post("", responses=ORDER_RESPONSES)
@allow("runs:write")
@limits(timeout_s=None, idempotency="own")
@metered
async def start(
    *, body: RunRequest, request: Request, caller: Caller, starter: Starter, answering: Answering
) -> Response:
    """Start a run, and wait for its end, follow it, or just know its id, as `respond` says."""
    order = await starter.prepare(request, caller, body)
    return await answering.answer(order, request, respond=body.respond, timeout_s=body.timeout_s)


@router.get(
    "",
    responses={
        **problems(Forbidden, Unavailable),
        200: answers(ListRunsReply, "A page of runs, newest first"),
    },
)
@allow("runs:read")
async def list_runs(
    *,
    tenant: Tenant,
    bus: OnBus,
    apps: Apps,
    app: Annotated[str | None, Query(max_length=200)] = None,
    status: Annotated[KnownStatus | None, Query()] = None,
    conversation_id: Annotated[str | None, Query(max_length=64)] = None,
    version: Annotated[str | None, Query(max_length=64)] = None,
    via: Annotated[str | None, Query(max_length=32)] = None,
    end_user: Annotated[str | None, Query(max_length=128)] = None,
    origin: Annotated[str | None, Query(max_length=64)] = None,
    since: Annotated[AwareDatetime | None, Query()] = None,
    until: Annotated[AwareDatetime | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """List runs that a worker has begun, newest first.

    `app` is an app's id or name, `version` a hash. `origin` is the run whose forks and replays to
    list. `since` and `until` bound when runs began.
    """
    if cursor is not None and not is_id("run", cursor):
        fault = FieldError(pointer="/cursor", message="not a cursor of this list")
        raise InvalidInput("The cursor is not one that a page gave out.", errors=[fault])
    call = ListRuns(
        app_id=await apps.id_of(tenant, app) if app is not None else None,
        status=RunStatus(status) if status is not None else None,
        conversation_id=conversation_id,
        version=version,
        via=via,
        end_user=end_user,
        origin_run_id=origin,
        since=since,
        until=until,
        limit=limit,
        cursor=cursor,
    )
    return JsonResponse(await bus.call(call, tenant=tenant, reply=ListRunsReply, timeout_s=_CALL_S))


@router.get(
    "/{run_id}",
    responses={
        **problems(Forbidden, NotFound, Unavailable),
        200: answers(RunDetail | AcceptedRun, "The run; little of it until a worker begins it"),
    },
)
@allow("runs:read")
async def show(run_id: RunRef, tenant: Tenant, bus: OnBus) -> Response:
    """Show a run with what each of its nodes did."""
    _check_id(run_id)
    try:
        return JsonResponse(await read_run(bus, tenant=tenant, run_id=run_id))
    except NotFound:
        noted = await find_announcement(bus, tenant=tenant, run_id=run_id)
        if noted is None:
            raise
    return JsonResponse(noted)


@router.get(
    "/{run_id}/events",
    responses={
        **problems(Forbidden, NotFound, Unavailable),
        200: {
            "description": "The run's events as server-sent events, to its end",
            "content": {"text/event-stream": EVENT_STREAM},
        },
    },
)
@allow("runs:read")
@limits(timeout_s=None)
async def follow(
    *,
    run_id: RunRef,
    request: Request,
    tenant: Tenant,
    bus: OnBus,
    closing: Ending,
    after: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """Follow a run from its beginning, or from after the event named by `Last-Event-ID`."""
    _check_id(run_id)
    last_id = request.headers.get("last-event-id") or after
    position = parse_position(last_id) if last_id else Position()
    stream = RunStream(bus, tenant=tenant, run_id=run_id, after=position)
    await stream.open()
    return EventStream(encoded(run_id, stream.follow()), closing=closing)


@router.post(
    "/{run_id}/cancellations",
    status_code=202,
    responses={
        **problems(Forbidden, NotFound, Unavailable),
        202: answers(CancellationView, "The run will be stopped if it has not ended"),
    },
)
@allow("runs:write")
async def cancel(
    *,
    run_id: RunRef,
    body: Annotated[CancellationRequest, Body(default_factory=CancellationRequest)],
    caller: Caller,
    bus: OnBus,
    orders: Orders,
) -> Response:
    """Stop a run: its model calls are closed within a second. Nothing happens when it has ended."""
    _check_id(run_id)
    if not await orders.is_known(caller.tenant, run_id):
        raise NotFound(f"There is no run {run_id}.")
    await bus.publish(
        CancelRun(run_id=RunId(run_id), reason=body.reason, by=caller.member_id or caller.id),
        tenant=caller.tenant,
        message_id=f"{run_id}.cancel",
        correlation=run_id,
    )
    return JsonResponse(CancellationView(run_id=run_id), status_code=202)


def _check_id(run_id: str) -> None:
    if not is_id("run", run_id):
        raise NotFound("There is no such run.")
