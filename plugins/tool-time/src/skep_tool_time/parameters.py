"""What the tools are called with, as JSON Schemas."""

from typing import Any, Final

_ZONE: Final = {"type": "string", "minLength": 1, "maxLength": 64}
_MOMENT: Final = {
    "type": "string",
    "minLength": 1,
    "maxLength": 64,
    "description": "ISO 8601, such as 2026-03-01, 2026-03-01T09:30 or 2026-03-01T09:30:00+01:00; "
    "or seconds since 1970.",
}
_HERE: Final = "Time zone such as Europe/Berlin or UTC, for moments that name none."


def _amount(unit: str) -> dict[str, Any]:
    return {"type": "integer", "minimum": -1_000_000_000, "maximum": 1_000_000_000} | {
        "description": f"{unit} to add; negative to go back."
    }


CURRENT: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "timezone": {**_ZONE, "description": "Such as Europe/Berlin or America/New_York."}
    },
    "additionalProperties": False,
}
CONVERT: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "time": _MOMENT,
        "from_timezone": {**_ZONE, "description": _HERE},
        "to_timezone": {**_ZONE, "description": "Time zone of the result."},
        "add_days": _amount("Calendar days"),
        "add_hours": _amount("Hours"),
        "add_minutes": _amount("Minutes"),
    },
    "required": ["time"],
    "additionalProperties": False,
}
BETWEEN: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "start": _MOMENT,
        "end": _MOMENT,
        "timezone": {**_ZONE, "description": _HERE},
    },
    "required": ["start", "end"],
    "additionalProperties": False,
}
