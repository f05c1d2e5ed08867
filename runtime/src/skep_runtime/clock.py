"""What time it is, as something that can be passed in and replaced in tests."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; `SystemClock` does, and tests bring their own."""

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        ...

    def now_ms(self) -> int:
        """Return milliseconds since the Unix epoch."""
        ...


def now() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)


def now_ms() -> int:
    """Return milliseconds since the Unix epoch."""
    return time.time_ns() // 1_000_000


class SystemClock:
    """The machine's clock."""

    now = staticmethod(now)
    now_ms = staticmethod(now_ms)
