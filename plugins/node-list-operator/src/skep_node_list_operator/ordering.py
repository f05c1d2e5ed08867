"""An order of all values, so that arrays of mixed types are sorted the same everywhere."""

from operator import itemgetter
from typing import Any, Final

import msgspec

from skep_contracts.conditions import part_of
from skep_contracts.problems import InvalidInput
from skep_contracts.values import Value, file_from_value

_BOOLEAN, _NUMBER, _TEXT, _ARRAY, _OBJECT = range(5)
_encoder: Final = msgspec.json.Encoder(order="deterministic")


def sort_items(items: list[Value], field: str, *, is_descending: bool) -> list[Value]:
    """Return the items in order; equal ones stay as they were, and null comes last either way.

    Raises:
        InvalidInput: A value has no order because it is not JSON.
    """
    read = part_of(field)
    known: list[tuple[Any, Value]] = []
    unknown: list[Value] = []
    for item in items:
        value = read(item)
        if value is None:
            unknown.append(item)
        else:
            known.append((sort_key(value), item))
    known.sort(key=itemgetter(0), reverse=is_descending)
    return [item for _, item in known] + unknown


def sort_key(value: object) -> tuple[int, Any]:
    """Return a key: booleans, numbers, texts, arrays, objects. A file stands by its name.

    Texts go by code points, arrays and objects by their canonical JSON.
    """
    if isinstance(value, bool):
        return _BOOLEAN, value
    if isinstance(value, int | float):
        return _NUMBER, value
    if isinstance(value, str):
        return _TEXT, value
    file = file_from_value(value)
    if file is not None:
        return _TEXT, file.name
    try:
        return (_ARRAY if isinstance(value, list) else _OBJECT), _encoder.encode(value)
    except (OverflowError, RecursionError, TypeError, ValueError) as error:
        raise InvalidInput("The items cannot be sorted: one of them is no JSON value.") from error
