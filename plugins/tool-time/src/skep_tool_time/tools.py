"""The three tools. None of them keeps anything, or talks to anybody."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.plugins.tools import ToolResult
from skep_tool_time.moments import described, moved, read_moment, read_zone, written


class _TimeTool:
    """Knows the time zone that the operator set for this plugin; UTC when none is set."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._zone = str(context.settings.get("timezone") or "UTC")

    def _named(self, arguments: Mapping[str, Any], field: str) -> str:
        return str(arguments.get(field) or self._zone)


class CurrentTime(_TimeTool):
    """Tells what time it is."""

    async def call(self, arguments: Mapping[str, Any], *, idempotency_key: str) -> ToolResult:
        """Return the present moment in ``timezone``."""
        zone = read_zone(self._named(arguments, "timezone"), "timezone")
        moment = datetime.fromtimestamp(self._context.now_s(), tz=zone)
        return ToolResult(text=written(moment), data=described(moment))


class ConvertTime(_TimeTool):
    """Tells what a moment is elsewhere, or some time earlier or later."""

    async def call(self, arguments: Mapping[str, Any], *, idempotency_key: str) -> ToolResult:
        """Return ``time`` in ``to_timezone``."""
        here = read_zone(self._named(arguments, "from_timezone"), "from_timezone")
        moment = read_moment(str(arguments["time"]), "time", here)
        moment = moved(
            moment,
            days=int(arguments.get("add_days", 0)),
            hours=int(arguments.get("add_hours", 0)),
            minutes=int(arguments.get("add_minutes", 0)),
        )
        if arguments.get("to_timezone"):
            moment = moment.astimezone(read_zone(str(arguments["to_timezone"]), "to_timezone"))
        return ToolResult(text=written(moment), data=described(moment))


class TimeBetween(_TimeTool):
    """Tells how long it is from one moment to another."""

    async def call(self, arguments: Mapping[str, Any], *, idempotency_key: str) -> ToolResult:
        """Return the time from ``start`` to ``end``, negative when the end comes first."""
        zone = read_zone(self._named(arguments, "timezone"), "timezone")
        start = read_moment(str(arguments["start"]), "start", zone)
        end = read_moment(str(arguments["end"]), "end", zone)
        passed = end.astimezone(UTC) - start.astimezone(UTC)
        seconds = int(abs(passed).total_seconds())
        days, rest = divmod(seconds, 86_400)
        hours, rest = divmod(rest, 3_600)
        text = f"{days} days, {hours} hours, {rest // 60} minutes, {rest % 60} seconds"
        if passed < timedelta():
            text += "; the end comes before the start"
        sign = -1 if passed < timedelta() else 1
        data = {
            "seconds": sign * seconds,
            "days": sign * days,
            "hours": hours,
            "minutes": rest // 60,
            "calendar_days": (end.astimezone(zone).date() - start.astimezone(zone).date()).days,
        }
        return ToolResult(text=text, data=data)
