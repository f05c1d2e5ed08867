"""From what a model wrote for a value to a value of the declared type, where that is clear."""

import re
from collections.abc import Callable
from typing import Final

from skep_contracts.asking.json_text import json_values
from skep_contracts.asking.prompts import quote
from skep_contracts.values import Value, to_text
from skep_node_parameter_extractor.settings import Parameter

_NUMBER: Final = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?\Z"
_WHOLE: Final = r"[-+]?\d{1,18}\Z"
_MAX_NUMBER_CHARS: Final = 100
_TRUE: Final = frozenset({"true", "yes", "1"})
_FALSE: Final = frozenset({"false", "no", "0"})


class NotOfTypeError(Exception):
    """What was written cannot be a value of the type; the message says why."""


def coerce(written: Value, parameter: Parameter) -> Value:
    """Return the value; None when the model says that there is none.

    Numbers and truth values may be written as texts, a single item in place of an array, and
    options in another case.

    Raises:
        NotOfTypeError: It cannot be a value of the type, or is none of the options.
    """
    if written is None:
        return None
    element = parameter.type.removeprefix("array[").removesuffix("]")
    if element == parameter.type:
        return _item(written, element, parameter)
    items = _items(written)
    return [_item(item, element, parameter) for item in items if item is not None]


def _items(written: Value) -> list[Value]:
    if isinstance(written, str) and written.strip().startswith("["):
        decoded = _decoded(written)
        written = decoded if isinstance(decoded, list) else written
    if isinstance(written, list):
        return written
    if isinstance(written, str) and not written.strip():
        return []
    return [written]


def _item(written: Value, element: str, parameter: Parameter) -> Value:
    value = _COERCIONS[element](written)
    if parameter.options and isinstance(value, str):
        if not value.strip():
            return None
        return _option(value, parameter.options)
    return value


def _text(written: Value) -> Value:
    if isinstance(written, list | dict):
        raise NotOfTypeError("must be a text")
    return to_text(written)


def _number(written: Value) -> Value:
    if isinstance(written, str):
        text = written.strip()
        if not text:
            return None
        if len(text) <= _MAX_NUMBER_CHARS and re.match(_NUMBER, text):
            return int(text) if re.match(_WHOLE, text) else _finite(float(text))
    elif isinstance(written, int | float) and not isinstance(written, bool):
        return written
    raise NotOfTypeError("must be a number")


def _finite(number: float) -> float:
    if number in {float("inf"), float("-inf")}:
        raise NotOfTypeError("must be a number that is not beyond all bounds")
    return number


def _boolean(written: Value) -> Value:
    if isinstance(written, bool):
        return written
    text = to_text(written).strip().casefold() if isinstance(written, str | int) else "?"
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if not text:
        return None
    raise NotOfTypeError("must be true or false")


def _object(written: Value) -> Value:
    if isinstance(written, str):
        written = _decoded(written)
    if isinstance(written, dict):
        return written
    raise NotOfTypeError("must be an object")


def _decoded(text: str) -> Value:
    return next(json_values(text), None)


def _option(value: str, options: tuple[str, ...]) -> str:
    if value in options:
        return value
    wanted = value.strip().casefold()
    found = [option for option in options if option.strip().casefold() == wanted]
    if len(found) == 1:
        return found[0]
    raise NotOfTypeError(f"must be one of {quote(options)}")


_COERCIONS: Final[dict[str, Callable[[Value], Value]]] = {
    "string": _text,
    "number": _number,
    "boolean": _boolean,
    "object": _object,
}
