"""Whether and when to try again."""

import random
from typing import Final

import msgspec

from skep_contracts.problems import (
    ProviderFailed,
    ProviderTimedOut,
    RateLimited,
    SkepError,
    Unavailable,
)

_PASSING: Final = (RateLimited, ProviderFailed, ProviderTimedOut, Unavailable)
LIMITED: Final = "credential_limited"
"""The code of a refusal by limits that are set for a credential, when no other one is free."""
_NEVER: Final = frozenset({"plugin_failed", "ledger_full", LIMITED})


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Exponential back-off with jitter, never shorter than what the provider asks for."""

    attempts: int
    base_s: float
    max_s: float

    def delay_s(self, error: SkepError, attempt: int, *, has_other_route: bool) -> float | None:
        """Return how long to wait after attempt number `attempt`; None to give up.

        A provider's wait concerns its own credential: another route need not wait for it.
        """
        if attempt >= self.attempts or not isinstance(error, _PASSING):
            return None
        if error.exact_code in _NEVER:
            return None
        asked = error.retry_after_s or 0.0
        if has_other_route:
            asked = 0.0
        elif asked > self.max_s:
            return None
        backoff = min(self.base_s * 2.0 ** (attempt - 1), self.max_s)
        # Half of it is random, so that callers who failed together do not come back together.
        return max(asked, backoff * random.uniform(0.5, 1.0))  # noqa: S311  # no secret
