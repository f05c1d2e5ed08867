"""What the routes of OpenAI's API have in common: they read bodies, name callers, open streams."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any, Final

from starlette.requests import Request
from starlette.responses import Response

from skep_contracts.plugins.models import Usage
from skep_gateway.key_limits.meter import TICKET, Ticket
from skep_gateway.runs.wait_for_run import while_wanted
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.web.dependencies import provided
from skep_gateway.web.problems import Malformed
from skep_gateway.web.shapes import inline_schema
from skep_gateway.web.sse import Closing, EventStream
from skep_inference import CallScope, Inference

Models = Annotated[Inference, provided(Inference)]
Ending = Annotated[Closing, provided(Closing)]
MAX_BODY_BYTES: Final = 32 * 1024 * 1024
"""Images come inside of messages."""
_MAX_WAIT_S: Final = 5.0
"""A vendor that asks for more is heard by the client, which knows whether it wants to wait."""


def reads(struct: type) -> dict[str, Any]:
    """Describe the body of a route that reads it itself."""
    return {"requestBody": {"content": {"application/json": {"schema": inline_schema(struct)}}}}


async def json_object(request: Request) -> dict[str, Any]:
    """Return the body.

    Raises:
        Malformed: It is no JSON object.
    """
    sent = await request.json()
    if not isinstance(sent, dict):
        raise Malformed("The body must be a JSON object.")
    return sent


def while_waited_for(request: Request) -> AbstractAsyncContextManager[None]:
    """Close what a client waits for when it goes away: nobody pays for an answer to no one."""
    return while_wanted(request, asyncio.timeout(None))


async def events(stream: AsyncGenerator[bytes, None], closing: Closing) -> Response:
    """Answer with a stream, once it is known that there will be one."""
    await anext(stream)
    return EventStream(stream, closing=closing)


def count_tokens(request: Request, tokens: int) -> None:
    """Count what a run used for the limits of the key that it was asked for with."""
    ticket: Ticket | None = request.scope.get(TICKET)
    if ticket is not None:
        ticket.count_tokens(tokens)


def count_usage(request: Request, usage: Usage) -> None:
    """Count the same, where it is known as usage."""
    count_tokens(request, usage.input_tokens + usage.output_tokens)


def scope_of(caller: CallerIdentity, user: str | None) -> CallScope:
    """Return whom a call is for."""
    return CallScope(
        tenant=caller.tenant,
        key_id=caller.id if caller.kind == "key" else None,
        end_user=user,
        max_wait_s=_MAX_WAIT_S,
    )
