"""Routes of runs."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Annotated, Any, Final

import msgspec
from fastapi import Body, Path, Query, Request
from starlette.responses import Response

from skep_contracts.calls.run import ListRuns, ListRunsReply, RunStatus
from skep_contracts.commands.run import CancelRun
from skep_contracts.ids import RunId, is_id
from skep_contracts.problems import (
    Conflict,
    FieldError,
    Forbidden,
    InvalidInput,
    NotFound,
    TooLarge,
    Unavailable,
)
from skep_gateway.apps.find_app import AppFinder
from skep_gateway.live.announcement import find_announcement
from skep_gateway.live.encoding import encode_item
from skep_gateway.live.position import Position, parse_position
from skep_gateway.live.run_stream import RunStream, StreamItem
from skep_gateway.runs.orders import RunOrders
from skep_gateway.runs.start_run import RunStarter
from skep_gateway.runs.views import (
    AcceptedRun,
    CancellationRequest,
    CancellationView,
    KnownStatus,
    RunDetail,
    RunRequest,
    RunResult,
)
from skep_gateway.runs.wait_for_run import ResultCollector, read_run, while_wanted
from skep_gateway.web.dependencies import Caller, Tenant, provided
from skep_gateway.web.limits import allow, limits
from skep_gateway.web.pages import MAX_PAGE
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse, answers, inline_schema
from skep_gateway.web.sse import Closing, EventStream
from skep_runtime.bus import Bus

router = api_router("/api/v1/runs", tag="runs")

RunRef = Annotated[str, Path(max_length=64)]
OnBus = Annotated[Bus, provided(Bus)]
Starter = Annotated[RunStarter, provided(RunStarter)]
Orders = Annotated[RunOrders, provided(RunOrders)]
Ending = Annotated[Closing, provided(Closing)]
Apps = Annotated[AppFinder, provided(AppFinder)]

_CALL_S: Final = 10.0
_LEAVE_S: Final = 1.0
"""Before a gateway that stops gives requests up, those who wait for a run hear which it is."""
_STREAM: Final[dict[str, Any]] = {
    "schema": {"type": "string"},
    "example": 'id: 1-0\nevent: run.started\ndata: {"run_id":"run_…","number":1}\n\n',
}


@router.post(
    "",
    responses={
        **problems(Forbidden, NotFound, Conflict, TooLarge, Unavailable),
        200: {
            **answers(RunResult, "The run has ended, or waits for somebody; or its events"),
            "content": {
                "application/json": {"schema": inline_schema(RunResult)},
                "text/event-stream": _STREAM,
            },
        },
        202: answers(AcceptedRun, "The run goes on; ask for it or follow its events"),
    },
)
@allow("runs:write")
@limits(timeout_s=None, idempotency="own")
async def start(
    *,
    body: RunRequest,
    request: Request,
    caller: Caller,
    starter: Starter,
    orders: Orders,
    closing: Ending,
) -> Response:
    """Start a run, and wait for its end, follow it, or just know its id, as `respond` says."""
    order = await starter.prepare(request, caller, body)
    if body.respond == "accepted":
        await orders.place(order)
        return _accepted(order.run)
    items = orders.follow(order)
    await anext(items)  # what keeps the order from being placed is a problem, not a stream
    if body.respond == "stream":
        source = _encoded(order.run.id, items)
        return EventStream(source, closing=closing, headers=_location(order.run.id))
    deadline = asyncio.timeout(body.timeout_s)
    collector = ResultCollector(order.run)
    try:
        async with while_wanted(request, deadline), contextlib.aclosing(items):
            closing.watch(deadline, lead_s=_LEAVE_S)
            await collector.collect(items)
    except TimeoutError:
        if not deadline.expired():
            raise
        return _accepted(order.run, collector.status)
    finally:
        closing.forget(deadline)
    if collector.needs_detail:
        return _result(await orders.whole(order))
    return _result(collector.result())


async def _encoded(
    run_id: str, items: AsyncGenerator[StreamItem | None, None]
) -> AsyncGenerator[bytes, None]:
    async with contextlib.aclosing(items):
        async for item in items:
            if item is not None:
                yield encode_item(run_id, item)


def _result(result: RunResult) -> Response:
    return JsonResponse(result, headers=_location(result.id))


def _accepted(run: AcceptedRun, status: RunStatus = RunStatus.QUEUED) -> Response:
    view = msgspec.structs.replace(run, status=status)
    return JsonResponse(view, status_code=202, headers=_location(run.id))


def _location(run_id: str) -> dict[str, str]:
    return {"Location": f"/api/v1/runs/{run_id}"}


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
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """List runs that a worker has begun, newest first. `app` is an app's id or name."""
    if cursor is not None and not is_id("run", cursor):
        fault = FieldError(pointer="/cursor", message="not a cursor of this list")
        raise InvalidInput("The cursor is not one that a page gave out.", errors=[fault])
    call = ListRuns(
        app_id=await apps.id_of(tenant, app) if app is not None else None,
        status=RunStatus(status) if status is not None else None,
        conversation_id=conversation_id,
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
            "content": {"text/event-stream": _STREAM},
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
    return EventStream(_encoded(run_id, stream.follow()), closing=closing)


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
