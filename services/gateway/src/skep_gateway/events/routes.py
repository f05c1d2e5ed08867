"""The route of public events."""

import contextlib
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from fastapi import Query, Request
from starlette.responses import Response

from skep_contracts import subjects, topology
from skep_contracts.envelope import Envelope
from skep_contracts.ids import is_id
from skep_contracts.problems import FieldError, Forbidden, InvalidInput, NotFound, Unavailable
from skep_gateway.apps.repository import AppRepository
from skep_gateway.events.kinds import check_kinds, patterns
from skep_gateway.events.public import public_event
from skep_gateway.web.dependencies import Caller, Work, provided
from skep_gateway.web.limits import allow, limits
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.scopes import OPERATOR
from skep_gateway.web.sse import Closing, EventStream, sse_event_raw
from skep_runtime.bus import Bus, StreamMessage
from skep_runtime.clock import now

router = api_router("/api/v1/events", tag="events")

OnBus = Annotated[Bus, provided(Bus)]
Ending = Annotated[Closing, provided(Closing)]

_MAX_SEQ: Final = 2**63 - 1
_envelopes: Final = msgspec.json.Decoder(Envelope)


class _About(msgspec.Struct, frozen=True):
    """What an event may say of the app it is about."""

    app_id: str | None = None


_about: Final = msgspec.json.Decoder(_About)


@router.get(
    "",
    responses={
        **problems(Forbidden, NotFound, Unavailable),
        200: {
            "description": "Server-sent events: the event is its type, the data its envelope",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
    },
)
@allow("runs:read")
@limits(timeout_s=None)
async def follow(
    *,
    request: Request,
    caller: Caller,
    work: Work,
    bus: OnBus,
    closing: Ending,
    app: Annotated[str | None, Query(max_length=200)] = None,
    run: Annotated[str | None, Query(max_length=64)] = None,
    kind: Annotated[str | None, Query(max_length=1000)] = None,
    start: Annotated[str, Query(alias="from", max_length=20)] = "now",
) -> Response:
    """Follow the tenant's events: of an app, of a run, of kinds (joined by commas).

    `from` is ``now``, ``start`` (as far back as events are kept) or the id of an event to begin
    with; `Last-Event-ID` goes on after the event it names.
    """
    kinds = tuple(part.strip() for part in kind.split(",")) if kind else ()
    check_kinds(kinds, pointer="/kind")
    wanted = patterns(caller.tenant, kinds=kinds, run_id=run)
    if OPERATOR not in caller.scopes:
        wanted = [p for p in wanted if subjects.PLATFORM not in p.split(".")[3:4]]
    elif not kinds and run is None and app is None:
        wanted.append(subjects.events_of(subjects.PLATFORM))
    if app is not None and not is_id("app", app):
        app = (await AppRepository(await work.session(), caller.tenant).get(app)).id
    last_id = request.headers.get("last-event-id")
    begin = _after(last_id) if last_id else _begin(start)
    return EventStream(_events(bus, wanted, app, begin), closing=closing)


def _after(last_id: str) -> dict[str, Any]:
    return {"start_seq": _number(last_id, name="Last-Event-ID") + 1}


def _begin(start: str) -> dict[str, Any]:
    match start:
        case "now":
            moment: datetime = now()
            return {"start_time": moment}
        case "start":
            return {}
        case _:
            return {"start_seq": _number(start, name="from")}


def _number(text: str, *, name: str) -> int:
    if text.isascii() and text.isdigit() and int(text) < _MAX_SEQ:
        return int(text)
    raise InvalidInput(
        f"{name} is not the id of an event of this stream.",
        errors=[FieldError(pointer=f"/{name}", message="not a number")],
        code="bad_event_id",
    )


async def _events(
    bus: Bus, wanted: list[str], app_id: str | None, begin: dict[str, Any]
) -> AsyncGenerator[bytes, None]:
    if not wanted:
        return
    replay = bus.replay(topology.EVENTS, wanted, follow=True, **begin)
    async with contextlib.aclosing(replay) as messages:
        async for message in messages:
            encoded = encode_public(message, app_id)
            if encoded is not None:
                yield encoded


def encode_public(message: StreamMessage, app_id: str | None) -> bytes | None:
    """Return an event as it is sent; None when it is about another app."""
    envelope = _envelopes.decode(message.data)
    if app_id is not None and _about.decode(envelope.data).app_id != app_id:
        return None
    return sse_event_raw(envelope.type, public_event(envelope), id=str(message.seq))
