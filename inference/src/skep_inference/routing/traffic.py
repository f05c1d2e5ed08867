"""What happens on each route in this process: whose turn it is, who rests, who is at a limit."""

import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import Final

from skep_contracts.problems import (
    Forbidden,
    ProviderFailed,
    ProviderTimedOut,
    RateLimited,
    SkepError,
    Unauthenticated,
    Unavailable,
)
from skep_contracts.routing.model_routes import CredentialLimits
from skep_inference.routing.router import Route

MINUTE_S: Final = 60.0
_REST_S: Final = 10.0
"""How long a route rests that failed, while there are others."""
_LIMITED_REST_S: Final = 20.0
_REFUSED_REST_S: Final = 60.0
_LONGEST_REST_S: Final = 300.0
_MAX_KNOWN: Final = 10_000
_SAMPLES: Final = 100
_ENOUGH: Final = 20
"""So many answers are needed before anybody says what is slow."""
_SLOW: Final = 0.95


class _Minute:
    """What was asked of a credential in the last minute."""

    def __init__(self) -> None:
        self._events: deque[tuple[float, int, int]] = deque()
        self._requests = 0
        self._tokens = 0

    def add(self, now_s: float, requests: int, tokens: int) -> None:
        self._events.append((now_s, requests, tokens))
        self._requests += requests
        self._tokens += tokens

    def wait_s(self, now_s: float, limits: CredentialLimits) -> float:
        """Return how long until a request fits; the one that crosses the tokens still fits."""
        while self._events and self._events[0][0] <= now_s - MINUTE_S:
            _, requests, tokens = self._events.popleft()
            self._requests -= requests
            self._tokens -= tokens
        requests, tokens, wait_s = self._requests, self._tokens, 0.0
        for at, fewer_requests, fewer_tokens in self._events:
            if not _is_over(limits.requests_per_minute, requests) and not _is_over(
                limits.tokens_per_minute, tokens
            ):
                break
            wait_s = at + MINUTE_S - now_s
            requests -= fewer_requests
            tokens -= fewer_tokens
        return wait_s


def _is_over(limit: int | None, used: int) -> bool:
    return limit is not None and used >= limit


class Traffic:
    """Remembers for this process. Keys are those of credentials, or the provider's name."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Know nothing yet."""
        self._clock = clock
        self._rest_until: dict[str, float] = {}
        self._turns: Counter[str] = Counter()
        self._minutes: OrderedDict[str, _Minute] = OrderedDict()
        self._first_tokens: OrderedDict[str, deque[float]] = OrderedDict()

    def in_turn(self, routes: tuple[Route, ...]) -> tuple[Route, ...]:
        """Return the routes of one model, each time another one first."""
        if len(routes) == 1:
            return routes
        name = key_of(routes[0])
        turn = self._turns[name] % len(routes)
        if len(self._turns) > _MAX_KNOWN:
            self._turns.clear()
        self._turns[name] += 1
        return routes[turn:] + routes[:turn]

    def is_resting(self, route: Route) -> bool:
        """Tell whether a route failed a moment ago."""
        until_s = self._rest_until.get(key_of(route))
        return until_s is not None and until_s > self._clock()

    def failed(self, route: Route, error: SkepError) -> None:
        """Let a route rest for a while; it is used all the same when there is no other."""
        if isinstance(error, RateLimited):
            rest_s = error.retry_after_s or _LIMITED_REST_S
        elif isinstance(error, Unauthenticated | Forbidden):
            rest_s = _REFUSED_REST_S
        elif isinstance(error, ProviderFailed | ProviderTimedOut | Unavailable):
            rest_s = error.retry_after_s or _REST_S
        else:
            return
        if len(self._rest_until) > _MAX_KNOWN:
            self._rest_until.clear()
        self._rest_until[key_of(route)] = self._clock() + min(rest_s, _LONGEST_REST_S)

    def answered(self, route: Route, first_token_s: float | None) -> None:
        """Note that a route answers, and how soon."""
        self._rest_until.pop(key_of(route), None)
        if first_token_s is None:
            return
        samples = self._first_tokens.get(route.model.reference)
        if samples is None:
            samples = self._first_tokens[route.model.reference] = deque(maxlen=_SAMPLES)
            if len(self._first_tokens) > _MAX_KNOWN:
                self._first_tokens.popitem(last=False)
        samples.append(first_token_s)

    def slow_s(self, reference: str) -> float | None:
        """Return after how long an answer of a model is late; None while too few are known."""
        samples = self._first_tokens.get(reference, ())
        if len(samples) < _ENOUGH:
            return None
        return sorted(samples)[int(_SLOW * (len(samples) - 1))]

    def wait_s(self, route: Route, limits: CredentialLimits) -> float:
        """Return how long until a credential's limits let another request pass."""
        if limits.requests_per_minute is None and limits.tokens_per_minute is None:
            return 0.0
        minute = self._minutes.get(key_of(route))
        return 0.0 if minute is None else minute.wait_s(self._clock(), limits)

    def count(self, route: Route, *, requests: int = 0, tokens: int = 0) -> None:
        """Count what was asked of a credential that has limits."""
        key = key_of(route)
        minute = self._minutes.get(key)
        if minute is None:
            minute = self._minutes[key] = _Minute()
            if len(self._minutes) > _MAX_KNOWN:
                self._minutes.popitem(last=False)
        minute.add(self._clock(), requests, tokens)


def key_of(route: Route) -> str:
    """Return what tells routes apart: a credential, or a provider without one."""
    return route.description.name if route.credential is None else route.credential.key
