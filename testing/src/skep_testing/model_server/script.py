"""What a scripted model does with a call, and which calls it applies to."""

import re
from collections import deque
from typing import Any, Final

import msgspec

MARKER: Final = re.compile(r"\[\[([A-Za-z0-9_.:-]+)\]\]")
"""How a prompt names the place it was sent from: ``[[run3.n2]]``. Calls are counted by it."""


class Turn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer, or one failure.

    Without `text` the answer is `tokens` words that depend on the prompt alone; when the request
    asks for JSON, it is the smallest value that follows the schema.
    """

    text: str | None = None
    tokens: int | None = None
    reasoning: str = ""
    tool_calls: tuple[tuple[str, str], ...] = ()
    """Pairs of a tool's name and the JSON text of its arguments."""
    finish_reason: str | None = None
    latency_s: float | None = None
    """Before the first byte."""
    token_delay_s: float | None = None
    has_usage: bool = True
    status: int = 200
    """400 and above: an error in the vendor's shape, with the fields below."""
    error_code: str | None = None
    message: str = "The scripted model was told to fail."
    retry_after_s: float | None = None
    headers: dict[str, str] = {}
    cut_after: int | None = None
    """Tokens after which the connection is closed, without an end."""
    error_after: int | None = None
    """Tokens after which the stream carries an error object."""


class Rule(msgspec.Struct, kw_only=True):
    """Turns for the calls whose prompt contains `text`, in order; the last one stays."""

    text: str
    turns: deque[Turn]

    def take(self) -> Turn:
        """Return the next turn."""
        return self.turns.popleft() if len(self.turns) > 1 else self.turns[0]


def markers(prompt: str) -> list[str]:
    """Return the markers in a prompt, each once, in order."""
    return list(dict.fromkeys(MARKER.findall(prompt))) if "[[" in prompt else []


def sample(schema: dict[str, Any], *, depth: int = 0) -> Any:
    """Return the smallest value that follows a JSON Schema of the plain kind."""
    if "const" in schema or schema.get("enum"):
        return schema["const"] if "const" in schema else schema["enum"][0]
    for union in ("anyOf", "oneOf", "allOf"):
        if schema.get(union):
            return sample(schema[union][0], depth=depth)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        properties = {} if depth > 16 else schema.get("properties", {})
        return {name: sample(inner, depth=depth + 1) for name, inner in properties.items()}
    if kind == "array":
        count = min(schema.get("minItems", 0), 16)
        return [sample(schema.get("items", {}), depth=depth + 1) for _ in range(count)]
    plain = {"boolean": False, "null": None, "string": "x" * max(schema.get("minLength", 0), 1)}
    return plain.get(kind, schema.get("minimum", 0))
