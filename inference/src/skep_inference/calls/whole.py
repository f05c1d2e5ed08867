"""Calls that are answered as a whole: with retries, each attempt on the record."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeVar

from skep_contracts.plugins.models import Provider, Usage
from skep_contracts.problems import ProviderTimedOut, SkepError
from skep_inference.calls.call import Attempt, Call
from skep_inference.routing.pool import plugin_failed

_LOG: Final = logging.getLogger(__name__)


class Counted(Protocol):
    """An answer that says what it used."""

    @property
    def usage(self) -> Usage:
        """What the call used."""
        ...


A = TypeVar("A", bound=Counted)
Perform = Callable[[Provider], Awaitable[A]]


async def whole(call: Call, perform: Perform[A], *, spent: Callable[[], Usage]) -> A:
    """Make a call that is answered as a whole, with retries.

    Args:
        call: What is called, by whom.
        perform: Makes one attempt, of `call.model`, which may be a fallback.
        spent: Tells about what an attempt used whose end nobody saw.
    """
    try:
        async with asyncio.timeout_at(call.until):
            made = await _with_retries(call, perform, spent)
    except TimeoutError:
        error = ProviderTimedOut("The model did not answer in time.")
        call.finish("failed", error)
        raise error from None
    except SkepError as error:
        call.finish("failed", error)
        raise
    except BaseException:
        call.finish("cancelled")
        raise
    call.finish("succeeded")
    return made


async def _with_retries(call: Call, perform: Perform[A], spent: Callable[[], Usage]) -> A:
    while True:
        attempt = await call.begin(spent)
        try:
            return await _once(call, attempt, perform, spent)
        except SkepError as error:
            delay_s = call.delay_s(error)
            if delay_s is None:
                raise
        await asyncio.sleep(delay_s)


async def _once(call: Call, attempt: Attempt, perform: Perform[A], spent: Callable[[], Usage]) -> A:
    """Make one attempt; whatever way it ends, that is recorded."""
    try:
        async with call.parts.pool.lease(attempt.route, until=call.until) as provider:
            made = await perform(provider)
    except SkepError as error:
        is_paid = isinstance(error, ProviderTimedOut)
        attempt.end("failed", spent() if is_paid else Usage())
        raise
    except Exception as error:
        name = attempt.route.description.name
        _LOG.exception("provider failed", extra={"provider": name})
        attempt.end("failed", Usage())
        raise plugin_failed(name) from error
    except BaseException:
        attempt.end("cancelled", spent())
        raise
    attempt.end("succeeded", made.usage)
    return made
