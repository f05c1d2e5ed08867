"""The route of public events."""

import contextlib
import logging
from collections.abc import AsyncGenerator
from typing import Annotated, Any, Final

import msgspec
from fastapi import Query, Request
from starlette.responses import Response

from skep_contracts import topology
from skep_contracts.envelope import Envelope
from skep_contracts.problems import FieldError, Forbidden, Gone, InvalidInput, NotFound, Unavailable
from skep_gateway.apps.find_app import AppFinder
from skep_gateway.events.kinds import check_kinds, patterns
from skep_gateway.events.public import app_of, public_event
from skep_gateway.web.dependencies import Caller, provided
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
Apps = Annotated[AppFinder, provided(AppFinder)]

_MAX_SEQ: Final = 2**63 - 1
_log: Final = logging.getLogger(__name__)
_envelopes: Final = msgspec.json.Decoder(Envelope)


@router.get(
    "",
    responses={
        **problems(Forbidden, NotFound, Gone, Unavailable),
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
    bus: OnBus,
    apps: Apps,
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
    kinds = [part.strip() for part in (kind or "").split(",") if part.strip()]
    check_kinds(kinds, pointer="/kind")
    is_operator = OPERATOR in caller.scopes and (app is None or bool(kinds))
    wanted = patterns(caller.tenant, kinds=kinds, run_id=run, platform=is_operator)
    app_id = await apps.id_of(caller.tenant, app) if app is not None else None
    begin = await _begin(bus, start, request.headers.get("last-event-id"))
    return EventStream(_events(bus, wanted, app_id, begin), closing=closing)


async def _begin(bus: Bus, start: str, last_id: str | None) -> dict[str, Any]:
    """Return where in the stream to begin.

    Raises:
        InvalidInput: The place is none, or the stream has not come so far.
        Gone: Events from there on are not kept any more.
    """
    if last_id:
        return await _from(bus, _number(last_id, name="Last-Event-ID") + 1)
    if start == "now":
        return {"start_time": now()}
    if start == "start":
        return {}
    return await _from(bus, _number(start, name="from"))


async def _from(bus: Bus, seq: int) -> dict[str, Any]:
    first, last = await bus.extent(topology.EVENTS)
    if seq > last + 1:
        # A consumer would wait for that number, and what comes before would never be seen.
        raise InvalidInput(
            "That is the id of no event yet. Read on with from=start, or with from=now.",
            errors=[FieldError(pointer="", message=f"the newest event is {last}")],
            code="bad_event_id",
        )
    if max(seq, 1) < first:
        raise Gone(
            f"Events before {first} are not kept any more, so some may have been missed. Read on "
            "with from=start.",
            code="events_gone",
        )
    return {"start_seq": seq}


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
    replay = bus.replay(topology.EVENTS, wanted, follow=True, **begin)
    async with contextlib.aclosing(replay) as messages:
        async for message in messages:
            encoded = encode_public(message, app_id)
            if encoded is not None:
                yield encoded


def encode_public(message: StreamMessage, app_id: str | None) -> bytes | None:
    """Return an event as it is sent; None when it is about another app, or is no event."""
    try:
        envelope = _envelopes.decode(message.data)
    except msgspec.DecodeError:
        _log.warning("event passed over", extra={"stream_seq": message.seq})
        return None
    if app_id is not None and app_of(envelope) != app_id:
        return None
    return sse_event_raw(envelope.type, public_event(envelope), id=str(message.seq))
