"""The calculator keeps the promises that every tool makes."""

from typing import Any, ClassVar

from skep_testing.conformance.tools import ToolConformance


class TestConformance(ToolConformance):
    """Inherits the kit."""

    entry_point = "calculator"
    tool_name = "calculator"
    valid_arguments: ClassVar[dict[str, Any]] = {"expression": "2 * 21"}
    invalid_arguments: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"expression": 5},
        {"expression": ""},
        {"expression": "1", "more": True},
    )
    expected_text = "42"
