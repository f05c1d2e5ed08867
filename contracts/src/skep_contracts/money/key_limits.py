"""Limits of an API key: how often, how much and what it may ask, and where that is counted.

What is counted stands in the bucket `RATES`, as `Spending`: one entry for each minute of requests
and of tokens, one for the requests that are open. See `rate_key`.
"""

from fnmatch import fnmatchcase
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

Rate: TypeAlias = Literal["requests", "tokens", "open"]
MINUTE_S: Final = 60
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]


class KeyLimits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a key is held to. None and nothing are no limit."""

    requests_per_minute: Count | None = None
    """Requests that call a model or start a run."""
    tokens_per_minute: Count | None = None
    """In and out together, of models that are called for its requests."""
    concurrent: Count | None = None
    """Requests that are open at once."""
    models: tuple[str, ...] = ()
    """The models and apps it may ask, as they are written in requests: ``openai/gpt-4o``,
    ``app/support``, ``default``; ``*`` stands for any characters."""

    def allows(self, *names: str) -> bool:
        """Tell whether one of the names of a model or an app is among those that may be asked."""
        return not self.models or any(
            fnmatchcase(name, pattern) for pattern in self.models for name in names
        )

    @property
    def has_rates(self) -> bool:
        """Whether anything has to be counted."""
        return not (self.requests_per_minute is self.tokens_per_minute is self.concurrent is None)


def rate_key(tenant: str, key_id: str, rate: Rate, minute: int | None = None) -> str:
    """Return the key of what is counted of an API key; `minute` counts from 1970, of rates."""
    return f"{tenant}.{key_id}.{rate}" if minute is None else f"{tenant}.{key_id}.{rate}.{minute}"
