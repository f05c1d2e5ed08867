"""Limits how often a secret may be guessed. Held in memory, per process."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

from skep_contracts.problems import RateLimited

_MAX_TRACKED: Final = 10_000


class AttemptLimits:
    """At most `attempts` failures per key in `window_s` seconds."""

    def __init__(
        self,
        *,
        attempts: int = 10,
        window_s: float = 300.0,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._attempts = attempts
        self._window_s = window_s
        self._now_s = now_s
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, *keys: str) -> None:
        """Count an attempt under every key.

        Counting before the check of the secret keeps a burst of parallel guesses within the limit.

        Raises:
            RateLimited: One of the keys has no attempt left; says for how long.
        """
        now = self._now_s()
        for key in keys:
            tries = self._failures.setdefault(key, deque(maxlen=self._attempts))
            self._failures.move_to_end(key)
            while tries and tries[0] <= now - self._window_s:
                tries.popleft()
            if len(tries) >= self._attempts:
                raise RateLimited(
                    "Too many attempts. Wait, then try again.",
                    retry_after_s=tries[0] + self._window_s - now,
                )
        for key in keys:
            self._failures[key].append(now)
        while len(self._failures) > _MAX_TRACKED:
            self._failures.popitem(last=False)

    def forgive(self, *keys: str) -> None:
        """Forget the attempts under these keys; the secret was right."""
        for key in keys:
            self._failures.pop(key, None)
