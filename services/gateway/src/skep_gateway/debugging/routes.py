"""Routes of forks, replays, single nodes, comparison and verification."""

from typing import Annotated, Final

from fastapi import Body, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from skep_contracts.calls.comparison import CompareRuns, CompareRunsReply
from skep_contracts.calls.run import (
    ListRunNodes,
    ListRunNodesReply,
    VerifyRun,
    VerifyRunReply,
)
from skep_contracts.ids import is_id
from skep_contracts.problems import Forbidden, Gone, NotFound, Unavailable
from skep_gateway.apps.views import plain
from skep_gateway.debugging.descend import RunDescender
from skep_gateway.debugging.run_node import NodeStarter
from skep_gateway.debugging.views import (
    ForkRequest,
    NodeRunRequest,
    ReplayRequest,
    RunDocument,
)
from skep_gateway.runs.answer_order import ORDER_RESPONSES, OrderAnswerer
from skep_gateway.web.dependencies import Caller, Tenant, provided
from skep_gateway.web.limits import allow, limits, metered
from skep_gateway.web.pages import MAX_PAGE, Cursors, Paging
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse, answers
from skep_runtime.bus import Bus

router = api_router("/api/v1", tag="debugging")

RunRef = Annotated[str, Path(max_length=64)]
App = Annotated[str, Path(max_length=200)]
OnBus = Annotated[Bus, provided(Bus)]
Answering = Annotated[OrderAnswerer, provided(OrderAnswerer)]
Descending = Annotated[RunDescender, provided(RunDescender)]
Nodes = Annotated[NodeStarter, provided(NodeStarter)]
Pages = Annotated[Cursors, provided(Cursors)]
_CALL_S: Final = 15.0
_VERIFY_S: Final = 25.0
"""Finding out that nobody holds a run takes a while: it may be between two workers."""


@router.post("/runs/{run_id}/forks", responses={**ORDER_RESPONSES, **problems(Gone)})
@allow("runs:write")
@limits(timeout_s=None, idempotency="own")
@metered
async def fork(
    *,
    run_id: RunRef,
    body: Annotated[ForkRequest, Body(default_factory=ForkRequest)],
    request: Request,
    caller: Caller,
    descending: Descending,
    answering: Answering,
) -> Response:
    """Run a run again with changes, and pay only for what they change.

    A fork of a failed run goes on where that failed.
    """
    order = await descending.fork(request, caller, run_id, body)
    return await answering.answer(order, request, respond=body.respond, timeout_s=body.timeout_s)


@router.post("/runs/{run_id}/replays", responses={**ORDER_RESPONSES, **problems(Gone)})
@allow("runs:write")
@limits(timeout_s=None, idempotency="own")
@metered
async def replay(
    *,
    run_id: RunRef,
    body: Annotated[ReplayRequest, Body(default_factory=ReplayRequest)],
    request: Request,
    caller: Caller,
    descending: Descending,
    answering: Answering,
) -> Response:
    """Run another version, the draft unless it is named, on what was recorded of a run."""
    order = await descending.replay(request, caller, run_id, body)
    return await answering.answer(order, request, respond=body.respond, timeout_s=body.timeout_s)


@router.post("/apps/{app}/node-runs", responses=ORDER_RESPONSES)
@allow("runs:write")
@limits(timeout_s=None, idempotency="own")
@metered
async def run_node(
    *,
    app: App,
    body: NodeRunRequest,
    request: Request,
    caller: Caller,
    nodes: Nodes,
    answering: Answering,
) -> Response:
    """Run one node alone, with given values for what it refers to; the run gives its outputs."""
    order = await nodes.prepare(request, caller, app, body)
    return await answering.answer(order, request, respond=body.respond, timeout_s=body.timeout_s)


@router.get(
    "/runs/{run_id}/document",
    responses={
        **problems(Forbidden, NotFound, Unavailable),
        200: answers(RunDocument, "The document as it was when the run began"),
    },
)
@allow("apps:read")
async def show_document(run_id: RunRef, tenant: Tenant, descending: Descending) -> Response:
    """Show what a run runs, be it a draft that was changed since."""
    found = await descending.document_of(tenant, run_id)
    return JsonResponse(
        RunDocument(
            app_id=found.app_id,
            version=found.version,
            is_draft=found.is_draft,
            document=plain(found.document),
        )
    )


@router.get(
    "/runs/{run_id}/comparison",
    responses={
        **problems(Forbidden, NotFound, Gone, Unavailable),
        200: answers(CompareRunsReply, "How the run `with` differs from this one"),
    },
)
@allow("runs:read")
async def compare(
    *,
    run_id: RunRef,
    other: Annotated[str, Query(alias="with", max_length=64)],
    tenant: Tenant,
    bus: OnBus,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = MAX_PAGE,
) -> Response:
    """Compare two runs: results, what each node gave, tokens, cost and time."""
    _check_ids(run_id, other)
    call = CompareRuns(run_id=run_id, with_run_id=other, limit=limit)
    reply = await bus.call(call, tenant=tenant, reply=CompareRunsReply, timeout_s=_CALL_S)
    return JsonResponse(reply)


@router.get(
    "/runs/{run_id}/nodes",
    responses={
        **problems(Forbidden, NotFound, Gone, Unavailable),
        200: answers(ListRunNodesReply, "A page of nodes, in the order in which they began"),
    },
)
@allow("runs:read")
async def list_nodes(
    *,
    run_id: RunRef,
    tenant: Tenant,
    bus: OnBus,
    paging: Paging,
    cursors: Pages,
    scope: Annotated[str, Query(max_length=1000)] = "",
) -> Response:
    """List what nodes did: at the top, in the round `each:3`, or in all rounds of `each`."""
    _check_ids(run_id)
    listing = f"run_nodes.{run_id}.{scope}"
    cursor = cursors.open(paging.cursor, tenant=tenant, listing=listing)
    call = ListRunNodes(run_id=run_id, scope=scope, limit=paging.limit, cursor=cursor)
    page = await bus.call(call, tenant=tenant, reply=ListRunNodesReply, timeout_s=_CALL_S)
    after = page.next_cursor
    sealed = cursors.seal(after, tenant=tenant, listing=listing) if after is not None else None
    return JsonResponse(ListRunNodesReply(items=page.items, next_cursor=sealed))


@router.get(
    "/runs/{run_id}/verification",
    responses={
        **problems(Forbidden, NotFound, Gone, Unavailable),
        200: answers(VerifyRunReply, "Which rules the run's log breaks; none, if all is well"),
    },
)
@allow("runs:read")
async def verify(run_id: RunRef, tenant: Tenant, bus: OnBus) -> Response:
    """Hold a run's log against the rules that every log keeps."""
    _check_ids(run_id)
    call = VerifyRun(run_id=run_id)
    reply = await bus.call(call, tenant=tenant, reply=VerifyRunReply, timeout_s=_VERIFY_S)
    return JsonResponse(reply)


def _check_ids(*run_ids: str) -> None:
    for run_id in run_ids:
        if not is_id("run", run_id):
            raise NotFound("There is no such run.")
