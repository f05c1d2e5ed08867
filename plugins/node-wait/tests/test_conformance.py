"""The wait node keeps the promises that every node makes."""

from typing import Any, ClassVar

from skep_testing.conformance.nodes import FakeNodeContext, WaitingNodeConformance

INVALID: tuple[dict[str, Any], ...] = (
    {},
    {"seconds": 1, "callback": True},
    {"seconds": 1, "until": "2026-01-01"},
    {"seconds": -1.0},
    {"seconds": 1e9},
    {"seconds": "soon"},
    {"seconds": [1]},
    {"until": "tomorrow"},
    {"seconds": 1, "timeout_s": 3},
    {"callback": True, "timeout_s": 0},
    {"callback": "yes"},
)


class TestConformance(WaitingNodeConformance):
    """Inherits the kit; waits for a callback."""

    entry_point = "wait"
    node_type = "wait"
    expected_wait = "callback"
    valid_settings: ClassVar[dict[str, Any]] = {"callback": True, "timeout_s": 60}
    invalid_settings = INVALID
    expected_outputs: ClassVar[dict[str, Any]] = {"answer": {"paid": True}, "timed_out": False}

    def make_context(self, **changes: Any) -> FakeNodeContext:
        return super().make_context(**{"resumption": {"body": {"paid": True}}, **changes})


class TestConformanceOfTimes(WaitingNodeConformance):
    """Inherits the kit; waits for a while."""

    entry_point = "wait"
    node_type = "wait"
    expected_wait = "time"
    valid_settings: ClassVar[dict[str, Any]] = {"seconds": "{{start.delay}}"}
    invalid_settings = INVALID
    values: ClassVar[dict[str, Any]] = {"start": {"delay": 5}}
    expected_outputs: ClassVar[dict[str, Any]] = {"answer": None, "timed_out": False}

    def make_context(self, **changes: Any) -> FakeNodeContext:
        return super().make_context(**{"resumption": {"timed_out": True}, **changes})
