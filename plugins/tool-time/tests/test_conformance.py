"""The time tools keep the promises that every tool makes."""

from typing import Any, ClassVar

from skep_testing.conformance.tools import ToolConformance


class TestCurrentTime(ToolConformance):
    """Inherits the kit."""

    entry_point = "time"
    tool_name = "current_time"
    valid_arguments: ClassVar[dict[str, Any]] = {"timezone": "UTC"}
    invalid_arguments: ClassVar[tuple[dict[str, Any], ...]] = ({"timezone": 1}, {"zone": "UTC"})
    expected_text = "Tuesday, 2023-11-14 22:13:20+00:00 (UTC)"


class TestConvertTime(ToolConformance):
    """Inherits the kit."""

    entry_point = "time"
    tool_name = "convert_time"
    valid_arguments: ClassVar[dict[str, Any]] = {
        "time": "2026-03-01T12:00",
        "to_timezone": "Asia/Tokyo",
    }
    invalid_arguments: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"time": ""})
    expected_text = "Sunday, 2026-03-01 21:00:00+09:00 (Asia/Tokyo)"


class TestTimeBetween(ToolConformance):
    """Inherits the kit."""

    entry_point = "time"
    tool_name = "time_between"
    valid_arguments: ClassVar[dict[str, Any]] = {
        "start": "2026-03-01",
        "end": "2026-03-02T01:02:03",
    }
    invalid_arguments: ClassVar[tuple[dict[str, Any], ...]] = ({"start": "2026-03-01"},)
    expected_text = "1 days, 1 hours, 2 minutes, 3 seconds"
