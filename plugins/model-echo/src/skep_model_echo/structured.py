"""A JSON value that follows a schema, filled with what the conversation offers."""

import re
from collections.abc import Sequence
from typing import Any, Final

from skep_model_echo.words import stems

MAX_DEPTH: Final = 24
MAX_VALUES: Final = 2_000
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_DATE: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_NAME_WEIGHT: Final = 3
_FORMATS: Final = {
    "date": "1970-01-01",
    "date-time": "1970-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "email": "echo@example.org",
    "uri": "https://example.org/",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "ipv4": "192.0.2.1",
}


class Filler:
    """Fills schemas.

    Args:
        question: What the user said last; numbers, dates and choices come from it.
        answer: What a text is filled with.
        instructions: Where options may be explained, as in ``returns: sending back, refunds``.
    """

    def __init__(self, *, question: str, answer: str, instructions: str) -> None:
        self._question = question
        self._answer = answer
        self._instructions = instructions
        self._asked = set(stems(question))
        self._root: dict[str, Any] = {}
        self._made = 0

    def fill(self, schema: dict[str, Any]) -> Any:
        """Return a value for a whole schema."""
        self._root, self._made = schema, 0
        return self._value(schema, "", 0)

    def _value(self, schema: Any, name: str, depth: int) -> Any:
        schema = self._resolve(schema, depth)
        if self._is_enough(depth):
            return None
        for word in ("const", "default"):
            if word in schema:
                return schema[word]
        if schema.get("enum"):
            return self.choose(schema["enum"])
        for union in ("anyOf", "oneOf"):
            if schema.get(union):
                rest = {key: value for key, value in schema.items() if key != union}
                return self._value(_merged([rest, *schema[union][:1]]), name, depth + 1)
        return self._plain(schema, name, depth)

    def _plain(self, schema: dict[str, Any], name: str, depth: int) -> Any:
        match _type_of(schema):
            case "object":
                properties = schema.get("properties", {})
                return {key: self._value(s, key, depth + 1) for key, s in properties.items()}
            case "array":
                count = min(max(schema.get("minItems", 1), 0), schema.get("maxItems", 100), 100)
                items = schema.get("prefixItems") or [schema.get("items", {})] * count
                return [self._value(item, name, depth + 1) for item in items]
            case "integer" | "number" as kind:
                return self._number(schema, is_whole=kind == "integer")
            case "boolean":
                return bool(self._asked & set(stems(name.replace("_", " "))))
            case "null":
                return None
            case _:
                return self._text(schema)

    def _is_enough(self, depth: int) -> bool:
        """Count a step, and tell whether a schema that has no end was followed long enough."""
        self._made += 1
        return depth > MAX_DEPTH or self._made > MAX_VALUES

    def _resolve(self, schema: Any, depth: int) -> dict[str, Any]:
        """Follow references, and join what `allOf` lists."""
        while isinstance(schema, dict) and not self._is_enough(depth):
            if isinstance(schema.get("$ref"), str):
                schema = self._target(schema["$ref"])
            elif schema.get("allOf"):
                rest = {key: value for key, value in schema.items() if key != "allOf"}
                parts = [self._resolve(part, depth + 1) for part in schema["allOf"]]
                schema = _merged([rest, *parts])
            else:
                return schema
        return {}

    def _target(self, reference: str) -> Any:
        found: Any = self._root
        for token in reference.removeprefix("#").split("/")[1:]:
            key = token.replace("~1", "/").replace("~0", "~")
            found = found.get(key) if isinstance(found, dict) else None
        return found

    def choose(self, options: Sequence[Any]) -> Any:
        """Return the option whose words, or explanation, fit the question best; else the first."""
        names = [str(option) for option in options]
        return max(zip(options, names, strict=True), key=lambda pair: self._fit(pair[1], names))[0]

    def _fit(self, name: str, names: Sequence[str]) -> int:
        own = set(stems(name.replace("_", " ").replace("-", " ")))
        explained = set(stems(self._explanation(name, names)))
        return _NAME_WEIGHT * len(own & self._asked) + len((explained - own) & self._asked)

    def _explanation(self, name: str, names: Sequence[str]) -> str:
        """Return what the instructions say after ``name:``, up to the next option or line."""
        others = "|".join(re.escape(each) for each in names)
        pattern = rf"(?<!\w){re.escape(name)}\s*[:=]\s*(.*?)(?=(?<!\w)(?:{others})\s*[:=]|\n|\Z)"
        found = re.search(pattern, self._instructions, re.IGNORECASE)
        return found[1] if found else ""

    def _number(self, schema: dict[str, Any], *, is_whole: bool) -> int | float:
        low, high = _bounds(schema, step=1 if is_whole else 0.001)
        numbers = [float(text) for text in _NUMBER.findall(self._question)]
        fitting = [n for n in numbers if low <= n <= high and (n.is_integer() or not is_whole)]
        number = fitting[0] if fitting else min(max(0.0, low), high)
        step = schema.get("multipleOf")
        if isinstance(step, int | float) and step > 0:
            number = -(-number // step) * step
        return int(number) if is_whole or number.is_integer() else number

    def _text(self, schema: dict[str, Any]) -> str:
        form = schema.get("format")
        if form in _FORMATS:
            date = _DATE.search(self._question)
            return date[0] if form == "date" and date else _FORMATS[form]
        text = self._answer[: schema.get("maxLength", len(self._answer))]
        return text.ljust(min(schema.get("minLength", 0), 10_000), "x")


def _type_of(schema: dict[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if kind is None:
        kind = "object" if "properties" in schema else "array" if "items" in schema else "string"
    return str(kind)


def _bounds(schema: dict[str, Any], *, step: float) -> tuple[float, float]:
    low, high = schema.get("minimum", -1e15), schema.get("maximum", 1e15)
    if isinstance(schema.get("exclusiveMinimum"), int | float):
        low = max(low, schema["exclusiveMinimum"] + step)
    if isinstance(schema.get("exclusiveMaximum"), int | float):
        high = min(high, schema["exclusiveMaximum"] - step)
    return float(low), float(high)


def _merged(schemas: Sequence[dict[str, Any]]) -> dict[str, Any]:
    joined: dict[str, Any] = {}
    for schema in schemas:
        properties = {**joined.get("properties", {}), **schema.get("properties", {})}
        joined = {**joined, **schema}
        if properties:
            joined["properties"] = properties
    return joined
