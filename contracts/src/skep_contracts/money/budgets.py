"""Budgets: how much a tenant, an app, a key, a person or a run may spend on models.

A budget is data in the bucket `BUDGETS`, key ``{tenant}.{id}``. What is spent of it stands in the
bucket `SPENDING`, one entry for each thing it counts apart and each period: `counter_key`.
"""

import hashlib
from datetime import datetime
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

Subject: TypeAlias = Literal["tenant", "app", "key", "end_user", "run"]
"""Whose calls count together."""
Measure: TypeAlias = Literal["usd", "tokens", "requests"]
Period: TypeAlias = Literal["total", "day", "month"]
"""Days and months are those of UTC."""
UNITS_PER_USD: Final = 1_000_000_000
"""Money is counted in whole billionths of a US dollar, so that sums are exact."""


class Budget(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A limit. Calls that would exceed it are not made."""

    id: str
    name: str
    subject: Subject
    subject_id: str | None = None
    """The one app, key or person it is for; when None, each of them has the limit for itself."""
    measure: Measure
    limit: Annotated[float, msgspec.Meta(ge=0)]
    """US dollars, tokens in and out together, or model calls that were answered."""
    period: Period = "total"

    def units(self) -> int:
        """Return the limit as counters have it."""
        return round(self.limit * (UNITS_PER_USD if self.measure == "usd" else 1))


class Spending(msgspec.Struct, kw_only=True):
    """What is spent of a budget, in units, and what processes hold for calls under way."""

    spent: int = 0
    holds: dict[str, tuple[int, int]] = {}
    """By process: units, and until when they are held, in ms since 1970. What a process that died
    held counts as spent then, because nobody knows what of it was."""

    def held(self, now_ms: int, *, but: str | None = None) -> int:
        """Return what is held by others than one process."""
        return sum(
            units
            for process, (units, until_ms) in self.holds.items()
            if process != but and until_ms > now_ms
        )

    def lapsed(self, now_ms: int, *, but: str | None = None) -> int:
        """Return what was held by processes that died."""
        return sum(
            units
            for process, (units, until_ms) in self.holds.items()
            if process != but and until_ms <= now_ms
        )


def budget_key(tenant: str, budget_id: str) -> str:
    """Return the key of a budget."""
    return f"{tenant}.{budget_id}"


def counter_key(tenant: str, budget: Budget, subject_id: str, at: datetime) -> str:
    """Return the key of what is spent by one subject in the period that `at` is in.

    Args:
        tenant: Whose budget.
        budget: Which.
        subject_id: The app, key, person or run; empty for the tenant.
        at: An instant in UTC.
    """
    day = at.date().isoformat()
    period = {"total": "all", "day": day, "month": day[: len("YYYY-MM")]}[budget.period]
    who = hashlib.blake2b(subject_id.encode(), digest_size=12).hexdigest() if subject_id else "all"
    return f"{tenant}.{budget.id}.{who}.{period}"
