"""From what a model wrote to conditions that make sense for the fields there are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from skep_contracts.asking.json_text import json_values
from skep_contracts.calls.dataset import MetadataField
from skep_contracts.plugins.stores import Condition
from skep_contracts.values import Value, to_text

MAX_CONDITIONS: Final = 10
_ORDER: Final = frozenset({"lt", "le", "gt", "ge"})
_TEXT: Final = frozenset({"contains", "starts_with", "ends_with"})
_EQUAL: Final = frozenset({"eq", "ne", "exists"})
OPERATORS: Final[Mapping[str, frozenset[str]]] = {
    "string": _EQUAL | _ORDER | _TEXT | {"in"},
    "number": _EQUAL | _ORDER | {"in"},
    "boolean": _EQUAL,
    "array": frozenset({"contains", "exists"}),
    "any": _EQUAL | _ORDER | _TEXT | {"in"},
}
"""By the type of a field: what can be asked about it."""


class _UnfitError(Exception):
    """A condition makes no sense; the message says why."""


def read_conditions(
    text: str, fields: Sequence[MetadataField]
) -> tuple[tuple[Condition, ...], list[str]]:
    """Return the conditions in an answer that can be used, and what is wrong with the others."""
    written = next(_lists_in(text), None)
    if written is None:
        return (), ["It holds no list of conditions."]
    known = {field.name.casefold(): field for field in fields}
    kept: list[Condition] = []
    faults: list[str] = []
    for number, item in enumerate(written[:MAX_CONDITIONS], start=1):
        try:
            condition = _condition(item, known)
        except _UnfitError as error:
            faults.append(f"Condition {number}: {error}.")
        else:
            if condition not in kept:
                kept.append(condition)
    if len(written) > MAX_CONDITIONS:
        faults.append(f"More than {MAX_CONDITIONS} conditions.")
    return tuple(kept), faults


def _lists_in(text: str) -> Iterator[list[dict[str, Value]]]:
    for value in json_values(text):
        if isinstance(value, dict):
            fields = {key.casefold(): item for key, item in value.items()}
            found = fields.get("conditions", [value] if "field" in fields else None)
        else:
            found = value
        if isinstance(found, list):
            items = [item for item in found if isinstance(item, dict)]
            if len(items) == len(found):
                yield items


def _condition(written: dict[str, Value], known: Mapping[str, MetadataField]) -> Condition:
    facts = {key.casefold(): value for key, value in written.items()}
    name, op = to_text(facts.get("field")).strip(), to_text(facts.get("op")).strip().casefold()
    field = known.get(name.casefold())
    if field is None:
        raise _UnfitError(f"there is no field {name[:100]!r}")
    if op not in OPERATORS[field.type]:
        allowed = ", ".join(sorted(OPERATORS[field.type]))
        raise _UnfitError(f"`{op[:50]}` cannot be asked about {field.name!r}; {allowed} can")
    return Condition(field=field.name, op=op, value=_value(facts.get("value"), op, field))  # type: ignore[arg-type]  # one of the literals


def _value(written: Value, op: str, field: MetadataField) -> Any:
    if op == "exists":
        return written is not False
    if op == "in":
        items = written if isinstance(written, list) else [written]
        return [_scalar(item, op, field) for item in items]
    return _scalar(written, op, field)


def _scalar(written: Value, op: str, field: MetadataField) -> Any:
    if written is None or isinstance(written, list | dict):
        raise _UnfitError(f"the value for {field.name!r} must be a text, number or truth value")
    if op in _TEXT and field.type != "array":
        return to_text(written)
    value = _CONVERSIONS[field.type](written)
    if value is None:
        raise _UnfitError(f"the value for {field.name!r} must be of the type {field.type}")
    return _as_spelt(value, field) if op in {"eq", "ne", "in", "contains"} else value


def _as_spelt(value: Any, field: MetadataField) -> Any:
    """Return a text as documents spell it, where that differs in case alone."""
    if not isinstance(value, str) or value in field.examples:
        return value
    found = [
        example
        for example in field.examples
        if isinstance(example, str) and example.casefold() == value.strip().casefold()
    ]
    return found[0] if len(found) == 1 else value


def _as_it_is(written: Value) -> Value:
    return written


def _number(written: Value) -> Value:
    if isinstance(written, str):
        found = next(json_values(written), None)
        written = found if isinstance(found, int | float) else None
    return None if isinstance(written, bool) or not isinstance(written, int | float) else written


def _boolean(written: Value) -> Value:
    if isinstance(written, str):
        return {"true": True, "yes": True, "false": False, "no": False}.get(written.casefold())
    return written if isinstance(written, bool) else None


_CONVERSIONS: Final[Mapping[str, Callable[[Value], Value]]] = {
    "string": to_text,
    "number": _number,
    "boolean": _boolean,
    "array": _as_it_is,
    "any": _as_it_is,
}
