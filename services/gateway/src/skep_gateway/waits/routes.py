"""Routes of waits, for callers with a credential."""

from typing import Annotated, Final

from fastapi import Body, Path
from starlette.responses import Response

from skep_contracts.calls.waits import OpenWait
from skep_contracts.ids import RunId
from skep_contracts.problems import Conflict, Forbidden, NotFound, TooLarge, Unavailable
from skep_contracts.waits.links import RunLink
from skep_gateway.waits.addresses import Addresses
from skep_gateway.waits.answer_wait import MAX_ANSWER_BYTES, Answers
from skep_gateway.waits.open_waits import open_waits
from skep_gateway.waits.pause_run import order_pause, order_resumption
from skep_gateway.waits.views import (
    AcceptedView,
    AnswerRequest,
    PauseRequest,
    WaitsView,
    WaitView,
    data_of,
    kind_of,
    until_of,
)
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.web.dependencies import Caller, Work, provided
from skep_gateway.web.limits import allow, limits
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse, answers
from skep_runtime.bus import Bus

router = api_router("/api/v1/runs", tag="waits")

RunRef = Annotated[str, Path(max_length=64)]
OnBus = Annotated[Bus, provided(Bus)]
Links = Annotated[Addresses, provided(Addresses)]
Taking = Annotated[Answers, provided(Answers)]

_ENVELOPE_BYTES: Final = 4_096


@router.get(
    "/{run_id}/waits",
    responses={
        **problems(Forbidden, NotFound, Unavailable),
        200: answers(WaitsView, "What the run waits for, also while other branches go on"),
    },
)
@allow("runs:read")
async def list_waits(run_id: RunRef, caller: Caller, bus: OnBus, links: Links) -> Response:
    """List what a run waits for; with links to answer by, for callers who may write runs."""
    found = await open_waits(bus, caller.tenant, run_id)
    waits = tuple(_view(wait, run_id, caller, links) for wait in found.waits)
    return JsonResponse(WaitsView(run_id=run_id, status=found.status, waits=waits))


def _view(wait: OpenWait, run_id: str, caller: CallerIdentity, links: Addresses) -> WaitView:
    kind, link = kind_of(wait), None
    if "runs:write" in caller.scopes and kind == "form":
        link = links.of_form(caller.tenant, run_id, wait.place, wait.number)
    elif "runs:write" in caller.scopes and kind == "callback":
        link = f"{links.of_callbacks(caller.tenant, run_id)}/{wait.place}"
    return WaitView(
        place=wait.place,
        kind=kind,
        since=wait.since,
        until=until_of(wait),
        data=data_of(wait),
        link=link,
    )


@router.post(
    "/{run_id}/answers",
    status_code=202,
    responses={
        **problems(Forbidden, NotFound, Conflict, TooLarge, Unavailable),
        202: answers(AcceptedView, "The answer is the first one, and the run goes on"),
    },
)
@allow("runs:write")
@limits(max_body_bytes=MAX_ANSWER_BYTES + _ENVELOPE_BYTES)
async def answer(
    *, run_id: RunRef, body: AnswerRequest, caller: Caller, work: Work, taking: Taking
) -> Response:
    """Answer a form or a callback that a run waits for. The first answer counts."""
    link = RunLink(tenant=caller.tenant, run_id=run_id, place=body.place)
    await taking.answer(work, link, body.answer, by=caller.member_id or caller.id)
    return JsonResponse(AcceptedView(run_id=run_id, place=body.place), status_code=202)


@router.post(
    "/{run_id}/pauses",
    status_code=202,
    responses={
        **problems(Forbidden, NotFound, Conflict, Unavailable),
        202: answers(AcceptedView, "Nothing more begins; it is paused once all in hand has ended"),
    },
)
@allow("runs:write")
async def pause(
    *,
    run_id: RunRef,
    body: Annotated[PauseRequest, Body(default_factory=PauseRequest)],
    caller: Caller,
    bus: OnBus,
) -> Response:
    """Pause a run: no node begins any more, and what is under way comes to its end.

    One that waits stays paused, whatever is answered, until it is let go on.
    """
    await order_pause(bus, caller, RunId(run_id), reason=body.reason)
    return JsonResponse(AcceptedView(run_id=run_id, place=""), status_code=202)


@router.post(
    "/{run_id}/resumptions",
    status_code=202,
    responses={
        **problems(Forbidden, NotFound, Conflict, Unavailable),
        202: answers(AcceptedView, "The run goes on"),
    },
)
@allow("runs:write")
async def resume(*, run_id: RunRef, caller: Caller, bus: OnBus) -> Response:
    """Let a run go on that an operator has paused."""
    await order_resumption(bus, caller, RunId(run_id))
    return JsonResponse(AcceptedView(run_id=run_id, place=""), status_code=202)
