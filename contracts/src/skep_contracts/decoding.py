"""From plain data to structs, and from what is wrong with it to a place a person can go to.

msgspec stops at the first fault and writes ``[...]`` for the key of a mapping. Here the key is
found and the place becomes a JSON pointer. `skep_contracts.graph_check` collects several faults.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec

from skep_contracts.problems import FieldError, InvalidInput, did_you_mean, json_pointer

T = TypeVar("T")

_AT: Final = re.compile(r" - at `(?:key` in `)?\$(?P<path>[^`]*)`\Z")
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|(\[\.\.\.\])")
_UNKNOWN_FIELD: Final = re.compile(r"\AObject contains unknown field `(.*)`", re.DOTALL)
_MISSING_FIELD: Final = re.compile(r"\AObject missing required field `(.*)`", re.DOTALL)
_LONGEST_NAME: Final = 64


def convert(data: object, target: type[T], *, pointer: str = "") -> T:
    """Return plain data as an instance of `target`.

    Args:
        data: What a JSON or YAML reader gave.
        target: A struct, or any type msgspec knows.
        pointer: Where `data` stands in what the caller sent.

    Raises:
        InvalidInput: The data does not fit; its one error points at the place.
    """
    fault = find_fault(data, target, pointer=pointer)
    if fault is not None:
        raise InvalidInput(_sentence(fault), errors=[fault])
    return msgspec.convert(data, target, str_keys=True)


def find_fault(data: object, target: Any, *, pointer: str = "") -> FieldError | None:
    """Return the first thing that keeps `data` from being a `target`, or None when nothing does."""
    error = _conversion_error(data, target)
    if error is None:
        return None
    found = _AT.search(error)
    message = error[: found.start()] if found else error
    steps = _locate(data, target, error, found["path"]) if found else []
    if found and "`key` in" in found.group():
        steps.append(_failing_key(data, target, error, steps))
    if unknown := _UNKNOWN_FIELD.match(message):
        return _unknown_field(unknown[1], target, steps, pointer)
    if missing := _MISSING_FIELD.match(message):
        message = f"`{missing[1]}` is missing"
    return FieldError(pointer=pointer + json_pointer(*steps), message=message)


def _sentence(fault: FieldError) -> str:
    where = f" at {fault.pointer}" if fault.pointer else ""
    return f"The input does not have the expected form{where}: {fault.message}."


def _conversion_error(data: object, target: Any) -> str | None:
    try:
        msgspec.convert(data, target, str_keys=True)
    except msgspec.ValidationError as error:
        return str(error)
    except RecursionError:
        return "nested too deeply"
    return None


def _locate(data: object, target: Any, error: str, path: str) -> list[str | int]:
    """Return the steps of a msgspec path with every ``[...]`` replaced by the key it stands for."""
    steps: list[str | int] = []
    for name, index, _ in _STEP.findall(path):
        if name:
            steps.append(name)
        elif index:
            steps.append(int(index))
        else:
            steps.append(_failing_key(data, target, error, steps))
    return steps


def _failing_key(data: object, target: Any, error: str, steps: list[str | int]) -> str:
    """Find the key of the mapping at `steps` that leads to `error`.

    The first bad key is the last of the shortest run of keys that still fails in the same way.
    """
    mapping = _at(data, steps)
    if not isinstance(mapping, Mapping) or not mapping:
        return "…"
    keys = list(mapping)
    passing, failing = 0, len(keys)
    while failing - passing > 1:
        middle = (passing + failing) // 2
        part = {key: mapping[key] for key in keys[:middle]}
        if _conversion_error(_replaced(data, steps, part), target) == error:
            failing = middle
        else:
            passing = middle
    return str(keys[failing - 1])


def _at(data: Any, steps: list[str | int]) -> Any:
    for step in steps:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _replaced(data: Any, steps: list[str | int], part: object) -> Any:
    """Return `data` with what is at `steps` replaced; only the containers on the way are copied."""
    if not steps:
        return part
    root = copy = _copied(data)
    for step in steps[:-1]:
        copy[step] = _copied(copy[step])
        copy = copy[step]
    copy[steps[-1]] = part
    return root


def _copied(container: Any) -> Any:
    return dict(container) if isinstance(container, Mapping) else list(container)


def _unknown_field(name: str, target: Any, steps: list[str | int], pointer: str) -> FieldError:
    known = sorted(_field_names(target, steps))
    shown = name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"
    hint = did_you_mean(name, known) or (f"; known are {', '.join(known)}" if known else "")
    return FieldError(
        pointer=pointer + json_pointer(*steps, name), message=f"unknown field `{shown}`{hint}"
    )


def _field_names(target: Any, steps: list[str | int]) -> set[str]:
    """Return the fields that structs at `steps` inside `target` may have."""
    infos = [msgspec.inspect.type_info(target)]
    for step in steps:
        infos = [inner for info in infos for inner in _inside(info, step)]
    return {
        field.encode_name
        for info in infos
        for member in _alternatives(info)
        if isinstance(member, msgspec.inspect.StructType)
        for field in member.fields
    }


def _alternatives(info: msgspec.inspect.Type) -> tuple[msgspec.inspect.Type, ...]:
    if isinstance(info, msgspec.inspect.Metadata):
        return _alternatives(info.type)
    return info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)


def _inside(info: msgspec.inspect.Type, step: str | int) -> list[msgspec.inspect.Type]:
    """Return the types that one step leads to."""
    found: list[msgspec.inspect.Type] = []
    for member in _alternatives(info):
        match member:
            case msgspec.inspect.StructType(fields=fields):
                found += [field.type for field in fields if field.encode_name == step]
            case msgspec.inspect.DictType(value_type=inner):
                found.append(inner)
            case msgspec.inspect.CollectionType(item_type=inner):
                found.append(inner)
            case msgspec.inspect.TupleType(item_types=inners) if isinstance(step, int):
                found += inners[step : step + 1]
            case _:
                pass
    return found
