"""Chat: a stream that is retried until its first piece was passed on."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from functools import partial
from typing import Final

import msgspec

from skep_contracts.plugins.models import (
    ChatDelta,
    ChatRequest,
    ModelKind,
    ReasoningDelta,
    StreamEnd,
    TextDelta,
    ToolCallDelta,
    Usage,
)
from skep_contracts.problems import ProviderFailed, ProviderTimedOut, SkepError
from skep_inference.calls.call import Attempt, Call, Finished, Parts
from skep_inference.calls.estimating import chat_usage
from skep_inference.calls.hedging import race
from skep_inference.calls.watchdog import Watched
from skep_inference.money.expected import bounded, chat_at_most
from skep_inference.routing.pool import plugin_failed
from skep_inference.scope import CallScope

_LOG: Final = logging.getLogger(__name__)


class _Progress:
    """How far one attempt came."""

    def __init__(self, request: ChatRequest) -> None:
        self.request = request
        self.is_sent = False
        self.has_started = False
        self.characters = 0
        self.end: StreamEnd | None = None
        self.attempt: Attempt | None = None

    def usage(self, *, is_paid: bool) -> Usage:
        """Return what was used: as the provider says, or about that much if it was under way."""
        if self.end is not None:
            return self.end.usage
        if self.is_sent and (is_paid or self.has_started):
            return chat_usage(self.request, self.characters)
        return Usage()


async def stream(
    parts: Parts,
    model: str,
    request: ChatRequest,
    *,
    scope: CallScope,
    on_finished: Finished | None,
) -> AsyncGenerator[ChatDelta, None]:
    """Stream a completion; see `Inference.chat`."""
    resolved = parts.router.resolve(model, ModelKind.CHAT, tenant=scope.tenant)
    expected = Usage()
    if parts.guard.counts_tokens(scope):
        request = bounded(request, resolved.info)
        expected = chat_at_most(request)
    call = Call(
        parts,
        resolved,
        ModelKind.CHAT,
        expected=expected,
        scope=scope,
        on_finished=on_finished,
    )
    request = msgspec.structs.replace(
        request, idempotency_key=request.idempotency_key or scope.idempotency_key
    )
    try:
        while True:
            progress = _Progress(request)
            try:
                progress, deltas = await _begin(call, progress)
                async with aclosing(deltas):
                    async for delta in deltas:
                        yield delta
                break
            except SkepError as error:
                delay_s = None if progress.has_started else call.delay_s(error)
                if delay_s is None:
                    raise
                await asyncio.sleep(delay_s)
    except SkepError as error:
        call.finish("failed", error)
        raise
    except BaseException:
        call.finish("cancelled")
        raise
    # The end comes last of all: who stops at it has had a call that succeeded and is accounted for.
    call.finish("succeeded")
    if progress.end is not None:
        yield _marked(progress.end, call)


def _marked(end: StreamEnd, call: Call) -> StreamEnd:
    """Return the end of an answer, with the name of the model that gave it in another's place."""
    if not call.is_fallback:
        return end
    return msgspec.structs.replace(end, answered_by=call.model.reference)


async def _attempt(call: Call, progress: _Progress) -> AsyncGenerator[ChatDelta, None]:
    """Yield the pieces of one attempt but its end; whatever way it ends, that is recorded."""
    progress.attempt = attempt = await call.begin(partial(progress.usage, is_paid=True))
    progress.request = msgspec.structs.replace(progress.request, model=attempt.route.model.name)
    try:
        async with call.parts.pool.lease(attempt.route, until=call.until) as provider:
            progress.is_sent = True
            watched = _watched(call, provider.chat(progress.request))
            try:
                async for delta in watched:
                    if not progress.has_started:
                        progress.has_started = True
                        attempt.note_first()
                    if isinstance(delta, StreamEnd):
                        progress.end = delta
                        break
                    progress.characters += _length(delta)
                    yield delta
            finally:
                await watched.close()
        if progress.end is None:
            raise ProviderFailed("The model's answer ended without an end.", code="answer_cut_off")
    except SkepError as error:
        attempt.end("failed", progress.usage(is_paid=isinstance(error, ProviderTimedOut)))
        raise
    except Exception as error:
        name = attempt.route.description.name
        _LOG.exception("provider failed", extra={"provider": name})
        attempt.end("failed", progress.usage(is_paid=False))
        raise plugin_failed(name) from error
    except BaseException:
        attempt.end("cancelled", progress.usage(is_paid=True))
        raise
    attempt.end("succeeded", progress.usage(is_paid=True))


async def _begin(
    call: Call, progress: _Progress
) -> tuple[_Progress, AsyncGenerator[ChatDelta, None]]:
    """Return an attempt; where a hedge is set, the one of two whose answer begins first.

    The second is made if the first is late. What became of the loser stands in the ledger.
    """
    deltas, hedge_s = _attempt(call, progress), _hedge_s(call)
    if hedge_s is None:
        return progress, deltas
    known = {deltas: progress}

    def begin() -> AsyncGenerator[ChatDelta, None]:
        other = _Progress(progress.request)
        pieces = _attempt(call, other)
        known[pieces] = other
        return pieces

    chosen = await race(begin, deltas, hedge_s=hedge_s, may_hedge=lambda: call.can_hedge)
    winner = known[chosen.pieces]
    if winner.attempt is not None:
        call.choose(winner.attempt)
    return winner, chosen.rest()


def _hedge_s(call: Call) -> float | None:
    """Return after how long a second attempt is made beside one without an answer."""
    after = call.rule.hedge_after_s
    if after == "p95":
        return call.parts.planner.traffic.slow_s(call.model.reference)
    return after


def _watched(call: Call, pieces: AsyncIterator[ChatDelta]) -> Watched[ChatDelta]:
    settings = call.parts.settings
    return Watched(
        pieces,
        first_s=call.rule.first_token_timeout_s or settings.first_token_timeout_s,
        idle_s=call.rule.idle_timeout_s or settings.idle_timeout_s,
        until=call.until,
    )


def _length(delta: TextDelta | ReasoningDelta | ToolCallDelta) -> int:
    if isinstance(delta, ToolCallDelta):
        return len(delta.call.name) + len(delta.call.arguments)
    return len(delta.text)
