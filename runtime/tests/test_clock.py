"""The clock."""

from datetime import UTC

from skep_runtime.clock import Clock, SystemClock, now, now_ms


def test_time_is_utc_and_the_same_in_both_forms() -> None:
    clock: Clock = SystemClock()

    assert clock.now().tzinfo is UTC
    assert abs(now().timestamp() * 1000 - now_ms()) < 1000
    assert clock.now_ms() >= now_ms() - 1000
