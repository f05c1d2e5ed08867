"""Tools that tell and convert the time."""

from typing import Any

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.tools import Tool, ToolDescription
from skep_tool_time.parameters import BETWEEN, CONVERT, CURRENT


def _current(context: PluginContext, _credential: dict[str, Any]) -> Tool:
    from skep_tool_time.tools import CurrentTime

    return CurrentTime(context)


def _convert(context: PluginContext, _credential: dict[str, Any]) -> Tool:
    from skep_tool_time.tools import ConvertTime

    return ConvertTime(context)


def _between(context: PluginContext, _credential: dict[str, Any]) -> Tool:
    from skep_tool_time.tools import TimeBetween

    return TimeBetween(context)


@hookimpl
def skep_tools() -> list[ToolDescription]:
    """Describe the tools ``current_time``, ``convert_time`` and ``time_between``."""
    return [
        ToolDescription(
            name="current_time",
            title="Current time",
            description=(
                "Tells the present date, time and day of the week, in a time zone. Use it whenever "
                "the answer depends on what day or time it is now."
            ),
            parameters=CURRENT,
            repeatable=True,
            timeout_s=5.0,
            factory=_current,
        ),
        ToolDescription(
            name="convert_time",
            title="Convert time",
            description=(
                "Tells what a moment is in another time zone, and its day of the week. Can also "
                "add or take away days, hours and minutes first."
            ),
            parameters=CONVERT,
            repeatable=True,
            timeout_s=5.0,
            factory=_convert,
        ),
        ToolDescription(
            name="time_between",
            title="Time between",
            description="Tells how many days, hours, minutes and seconds lie between two moments.",
            parameters=BETWEEN,
            repeatable=True,
            timeout_s=5.0,
            factory=_between,
        ),
    ]
