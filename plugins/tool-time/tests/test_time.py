"""Moments, time zones, and clocks that change."""

import asyncio
from typing import Any

import pytest

from skep_contracts.plugins.tools import ToolResult
from skep_contracts.problems import InvalidInput
from skep_testing.conformance.node_context import FakePluginContext
from skep_tool_time.tools import ConvertTime, CurrentTime, TimeBetween


def call(tool: Any, arguments: dict[str, Any], **settings: Any) -> ToolResult:
    made = tool(FakePluginContext(**settings))
    result: ToolResult = asyncio.run(made.call(arguments, idempotency_key="k"))
    return result


def test_present_moment_is_told_in_a_time_zone() -> None:
    data = call(CurrentTime, {"timezone": "America/New_York"}).data

    assert data["iso"] == "2023-11-14T17:13:20-05:00"
    assert (data["weekday"], data["utc_offset_minutes"]) == ("Tuesday", -300)
    assert data["unix_s"] == 1_700_000_000


def test_operators_time_zone_stands_in() -> None:
    assert call(CurrentTime, {}, timezone="Asia/Tokyo").data["timezone"] == "Asia/Tokyo"
    assert call(CurrentTime, {}).data["timezone"] == "UTC"


@pytest.mark.parametrize(
    ("arguments", "iso"),
    [
        ({"time": "1700000000"}, "2023-11-14T22:13:20+00:00"),
        ({"time": "2026-03-01"}, "2026-03-01T00:00:00+00:00"),
        ({"time": "2026-03-01T09:30:00+01:00", "to_timezone": "UTC"}, "2026-03-01T08:30:00+00:00"),
        (
            {"time": "2026-03-28T12:00", "from_timezone": "Europe/Berlin", "add_days": 1},
            "2026-03-29T12:00:00+02:00",
        ),
        (
            {"time": "2026-03-28T12:00", "from_timezone": "Europe/Berlin", "add_hours": 24},
            "2026-03-29T13:00:00+02:00",
        ),
        ({"time": "2026-03-01T00:10", "add_minutes": -20}, "2026-02-28T23:50:00+00:00"),
    ],
)
def test_moment_is_converted(arguments: dict[str, Any], iso: str) -> None:
    assert call(ConvertTime, arguments).data["iso"] == iso


def test_time_between_knows_that_clocks_change() -> None:
    arguments = {"start": "2026-03-29", "end": "2026-03-30", "timezone": "Europe/Berlin"}

    data = call(TimeBetween, arguments).data

    assert (data["seconds"], data["calendar_days"]) == (23 * 3600, 1)


def test_end_before_the_start_is_said() -> None:
    result = call(TimeBetween, {"start": "2026-03-02", "end": "2026-03-01"})

    assert result.data["seconds"] == -86_400
    assert "before the start" in result.text


@pytest.mark.parametrize(
    ("name", "hint"),
    [("Europe/Berln", "Europe/Berlin"), ("Tokyo", "Asia/Tokyo"), ("../../etc/passwd", "")],
)
def test_unknown_time_zone_is_refused_with_a_close_one(name: str, hint: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        call(CurrentTime, {"timezone": name})

    assert hint in refused.value.detail
    assert refused.value.errors[0].pointer == "/timezone"


@pytest.mark.parametrize(
    "arguments",
    [
        {"time": "tomorrow"},
        {"time": "99999-01-01"},
        {"time": "999999999999"},
        {"time": "9999-12-31T23:59", "add_days": 5},
        {"time": "0001-01-01T00:00", "from_timezone": "Asia/Tokyo"},
        {"time": "2026-01-01", "add_hours": 10**9},
    ],
)
def test_moment_beyond_time_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        call(ConvertTime, arguments)

    assert refused.value.errors[0].pointer == "/time"
