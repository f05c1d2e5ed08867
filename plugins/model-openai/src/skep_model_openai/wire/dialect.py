"""What a server, and one model on it, does not understand; learnt from how it refuses.

Compatible servers differ in a handful of parameters. The first request to a model is written for
the vendor's current API; when it is refused because of one of those parameters, it is written again
without it, once for each, and the lesson is kept for the life of the provider object.
"""

import re
from typing import Final, Literal

import msgspec

MAX_LESSONS: Final = 6
SchemaMode = Literal["strict", "loose", "json_object", "prompt"]
LimitField = Literal["max_tokens", "max_completion_tokens"]

_REFUSAL: Final = re.compile(
    r"unsupported|not support|unrecognized|unknown|unexpected|not permitted|not allowed"
    r"|extra inputs|only the default|deprecated|unavailable|input should be",
    re.IGNORECASE,
)
_FORMAT: Final = re.compile(r"response[ _]format|json_schema", re.IGNORECASE)
_INVALID_SCHEMA: Final = re.compile(r"invalid schema", re.IGNORECASE)
_OPTIONAL: Final = re.compile(r"\b(temperature|top_p|seed|stop|tool_choice)\b")
_OTHER_LIMIT: Final[dict[LimitField, LimitField]] = {
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": "max_tokens",
}
_SIMPLER: Final[dict[SchemaMode, SchemaMode]] = {
    "strict": "json_object",
    "loose": "json_object",
    "json_object": "prompt",
    "prompt": "prompt",
}


class Dialect(msgspec.Struct, frozen=True):
    """How to write a chat request."""

    usage_in_stream: bool = True
    limit_field: LimitField = "max_tokens"
    is_limit_swapped: bool = False
    schema_mode: SchemaMode = "strict"
    """``loose``: the schema is sent but not enforced; ``prompt``: it is described in words."""
    left_out: frozenset[str] = frozenset()
    """Parameters that this model does not take."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Parameters that have another name here: pairs of ours and theirs."""

    def after(self, message: str, param: str) -> "Dialect | None":
        """Return the dialect that avoids what was refused, or None when it was something else."""
        if _INVALID_SCHEMA.search(message):
            changes: dict[str, object] = {
                "schema_mode": "loose" if self.schema_mode == "strict" else self.schema_mode
            }
        elif _REFUSAL.search(message):
            changes = self._simpler(message, param)
        else:
            return None
        other: Dialect = msgspec.structs.replace(self, **changes)
        return None if other == self else other

    def _simpler(self, message: str, param: str) -> dict[str, object]:
        """Return what to change, nothing when the complaint is about something else."""
        complaint = f"{param} {message}"
        if "stream_options" in complaint:
            return {"usage_in_stream": False}
        if not self.is_limit_swapped and _names(self.limit_field, param, message):
            return {"limit_field": _OTHER_LIMIT[self.limit_field], "is_limit_swapped": True}
        if _FORMAT.search(complaint):
            return {"schema_mode": _SIMPLER[self.schema_mode]}
        named = _OPTIONAL.search(param) or _OPTIONAL.search(message)
        return {"left_out": self.left_out | {named[1]}} if named else {}


def _names(field: str, param: str, message: str) -> bool:
    """Tell whether a complaint is about a field, not about one whose name contains it."""
    return param == field or re.search(rf"(?<![\w]){field}(?![\w])", message) is not None
