"""JSON in what a model wrote, however it is wrapped."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NoReturn

from skep_contracts.problems import InvalidInput, TooLarge
from skep_contracts.values import Value, check_value

if TYPE_CHECKING:
    from json import JSONDecoder

# Patterns are compiled, and the decoder is imported, when a model has answered: plugins start fast.
_FENCED: Final = r"(?s)```[A-Za-z0-9_-]{0,20}[ \t]*\r?\n?(.*?)```"
_OPENING: Final = r"[{\[]"
_MAX_TRIES: Final = 50
"""How many brackets of a text are looked at: each may cost as much as the text is long."""


def json_values(text: str) -> Iterator[Value]:
    """Yield the JSON values an answer may mean, the likeliest first.

    That is the whole text, then code fences, then whatever begins with a bracket. Only values that
    `check_value` accepts are yielded.
    """
    text = text.strip()
    for whole in (text, *(match[1].strip() for match in re.finditer(_FENCED, text))):
        found, value = _decoded(whole)
        if found:
            yield value
    position = 0
    for _ in range(_MAX_TRIES):
        opening = re.compile(_OPENING).search(text, position)
        if opening is None:
            return
        found, value, position = _decoded_at(text, opening.start())
        if found:
            yield value


def read_json(text: str, kind: type[Any] = object) -> Value:
    """Return the likeliest JSON value of a kind; None when there is none.

    Args:
        text: What the model wrote.
        kind: `dict` or `list`, when nothing else will do.
    """
    return next((value for value in json_values(text) if isinstance(value, kind)), None)


def read_lines(text: str, key: str, *, max_chars: int, known: Iterable[str] = ()) -> list[str]:
    """Return the short texts of a list that a model was asked for, each once, on one line each.

    Args:
        text: What the model wrote: the list, or an object that holds it.
        key: Of that object.
        max_chars: What is longer, empty, or no text falls away.
        known: Texts that fall away as well, whatever their case and spaces.
    """
    seen = {_line(each).casefold() for each in known}
    kept: list[str] = []
    for item in _list_in(text, key):
        line = _line(item).strip("\"' ") if isinstance(item, str) else ""
        if 0 < len(line) <= max_chars and line.casefold() not in seen:
            seen.add(line.casefold())
            kept.append(line)
    return kept


def _line(text: str) -> str:
    return " ".join(text.split())


def _list_in(text: str, key: str) -> list[Value]:
    for value in json_values(text):
        found = value.get(key) if isinstance(value, dict) else value
        if isinstance(found, list):
            return found
    return []


def _decoded(text: str) -> tuple[bool, Value]:
    try:
        value = _decoder().decode(text)
    except (ValueError, RecursionError):
        return False, None
    return _is_value(value), value


def _decoded_at(text: str, start: int) -> tuple[bool, Value, int]:
    """Return whether there is a value at `start`, the value, and where to look next."""
    try:
        value, end = _decoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return False, None, start + 1
    return _is_value(value), value, end


def _is_value(value: object) -> bool:
    try:
        check_value(value)
    except (InvalidInput, TooLarge):
        return False
    return True


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


@cache
def _decoder() -> "JSONDecoder":
    import json

    return json.JSONDecoder(parse_constant=_refuse)


def can_be_strict(schema: dict[str, Any]) -> bool:
    """Tell whether vendors can enforce it: objects are closed, and all their fields required."""
    stack: list[Any] = [schema]
    while stack:
        part = stack.pop()
        if isinstance(part, list):
            stack += part
        elif isinstance(part, dict):
            properties = part.get("properties")
            if isinstance(properties, dict):
                if part.get("additionalProperties") is not False:
                    return False
                required = part.get("required")
                if not isinstance(required, list) or set(properties) - set(map(str, required)):
                    return False
                stack += properties.values()
            elif part.get("type") == "object" or "object" in _listed(part.get("type")):
                return False
            stack += (value for key, value in part.items() if key not in {"properties", "enum"})
    return True


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
