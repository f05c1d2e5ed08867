"""Counts what keys with limits ask, and refuses what is beyond."""

import math
import time
from collections.abc import MutableMapping
from typing import Any, Final

from skep_contracts.events.usage import UsageRecorded
from skep_contracts.money.key_limits import MINUTE_S, KeyLimits, Rate, rate_key
from skep_contracts.problems import RateLimited
from skep_contracts.topology import RATES
from skep_gateway.web.caller import CallerIdentity
from skep_inference import Inference
from skep_inference.money.counter import Counter
from skep_inference.money.counters import Counters
from skep_runtime.bus import Bus

TICKET: Final = "skep.ticket"
PATIENCE_S: Final = 1.0
"""How long to wait for what other processes took ahead, or for an open request to end."""
_OPEN_RETRY_S: Final = 1.0
_MAX_KNOWN: Final = 10_000
_WORDS: Final[dict[Rate, str]] = {
    "requests": "requests a minute",
    "tokens": "tokens a minute",
    "open": "requests at once",
}


class Ticket:
    """One request of a key with limits, from its admission until its answer was sent."""

    def __init__(self, meter: "KeyMeter", caller: CallerIdentity, limits: KeyLimits) -> None:
        """Open nothing yet."""
        self.caller = caller
        self.limits = limits
        self.minute, self.left_s = meter.minute()
        self._meter = meter
        self.counters: dict[Rate, Counter] = {}
        """Of what the key has a limit for."""
        self._open: Counter | None = None

    def hold(self, counter: Counter) -> None:
        """Note that it is one of the requests that are open."""
        self._open = counter

    def count_tokens(self, tokens: int) -> None:
        """Count tokens of models that other processes called for it."""
        self._meter.count_tokens(self.caller.tenant, self.caller.id, tokens)

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return what is left of the minute, as far as this process knows."""
        shown: dict[str, str] = {}
        for rate, counter in self.counters.items():
            limit = _limit(self.limits, rate)
            if rate != "open" and limit is not None:
                shown |= {
                    f"x-ratelimit-limit-{rate}": str(limit),
                    f"x-ratelimit-remaining-{rate}": str(min(counter.left(), limit)),
                    f"x-ratelimit-reset-{rate}": f"{math.ceil(self.left_s)}s",
                }
        return [(name.encode(), value.encode()) for name, value in shown.items()]

    def close(self) -> None:
        """Let the next one in. Safe to repeat."""
        opened, self._open = self._open, None
        if opened is not None:
            opened.settle(1, 0)


class KeyMeter:
    """Admits requests of keys that have limits.

    Args:
        bus: Holds the counters.
        inference: Tells what the models of this process use.
    """

    def __init__(self, bus: Bus, inference: Inference) -> None:
        """Count nothing yet."""
        self._counters = Counters(bus, RATES)
        self._limits: dict[str, KeyLimits] = {}
        inference.on_usage(self._take)

    async def run(self) -> None:
        """Write what was counted now and then, until cancelled; then what is left."""
        try:
            await self._counters.run()
        finally:
            await self._counters.close()

    async def flush(self) -> None:
        """Write what was counted."""
        await self._counters.flush()

    @staticmethod
    def minute() -> tuple[int, float]:
        """Return which minute it is, and how many seconds of it are left."""
        now_s = time.time()
        return int(now_s // MINUTE_S), MINUTE_S - now_s % MINUTE_S

    async def admit(self, caller: CallerIdentity, scope: MutableMapping[str, Any]) -> None:
        """Let a request in, with a `Ticket` in its scope, which is there also when it is refused.

        Raises:
            RateLimited: The key has asked too often, used too much or has too many requests open.
            Unavailable: The counters cannot be read or written at present.
        """
        limits = caller.limits
        if limits is None or not limits.has_rates:
            return
        if len(self._limits) >= _MAX_KNOWN:
            self._limits.clear()
        self._limits[caller.id] = limits
        scope[TICKET] = ticket = Ticket(self, caller, limits)
        try:
            if limits.concurrent is not None:
                opened = await self._reserve(ticket, "open", limits.concurrent)
                ticket.hold(opened)
            if limits.tokens_per_minute is not None:
                await self._check_tokens(ticket, limits.tokens_per_minute)
            if limits.requests_per_minute is not None:
                requests = await self._reserve(ticket, "requests", limits.requests_per_minute)
                requests.settle(1, 1)
        except BaseException:
            ticket.close()
            raise

    async def _check_tokens(self, ticket: Ticket, limit: int) -> None:
        """Pass while anything is left: nobody knows what the request will use.

        What other processes counted is known here once both have written: within a second.
        """
        counter = self._counter_of(ticket, "tokens")
        await counter.learn()
        if counter.left() <= 0:
            raise _used_up("tokens", limit, ticket)

    async def _reserve(self, ticket: Ticket, rate: Rate, limit: int) -> Counter:
        counter = self._counter_of(ticket, rate)
        if await counter.reserve(1, patience_s=PATIENCE_S):
            return counter
        raise _used_up(rate, limit, ticket)

    def _counter_of(self, ticket: Ticket, rate: Rate) -> Counter:
        caller = ticket.caller
        counter = self._counter(caller.tenant, caller.id, rate, ticket.minute)
        ticket.counters[rate] = counter
        return counter

    def _counter(self, tenant: str, key_id: str, rate: Rate, minute: int) -> Counter:
        def limit() -> int:
            limits = self._limits.get(key_id)
            found = None if limits is None else _limit(limits, rate)
            return 0 if found is None else found

        key = rate_key(tenant, key_id, rate, None if rate == "open" else minute)
        return self._counters.get(key, limit, forgives=rate == "open")

    def count_tokens(self, tenant: str, key_id: str, tokens: int) -> None:
        """Count tokens in the present minute, if the key has a limit of them."""
        limits = self._limits.get(key_id)
        if limits is not None and limits.tokens_per_minute is not None and tokens:
            minute, _ = self.minute()
            self._counter(tenant, key_id, "tokens", minute).settle(0, tokens)

    def _take(self, entry: UsageRecorded, tenant: str) -> None:
        if entry.key_id is not None and not entry.is_cache_hit:
            self.count_tokens(tenant, entry.key_id, entry.input_tokens + entry.output_tokens)


def _used_up(rate: Rate, limit: int, ticket: Ticket) -> RateLimited:
    wait_s = _OPEN_RETRY_S if rate == "open" else float(math.ceil(ticket.left_s))
    return RateLimited(
        f"This API key may have {limit:,} {_WORDS[rate]}, and they are used up.",
        retry_after_s=wait_s,
    )


def _limit(limits: KeyLimits, rate: Rate) -> int | None:
    match rate:
        case "requests":
            return limits.requests_per_minute
        case "tokens":
            return limits.tokens_per_minute
        case "open":
            return limits.concurrent
