"""What differs between two documents, in the words of the document and not of its text."""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from skep_contracts.problems import json_pointer


class Difference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that differs. `before` and `after` are missing where nothing stood."""

    kind: Literal["added", "removed", "changed", "moved"]
    what: str
    """``node``, ``setting``, ``edge``, ``variable``, ``app``, ``position``."""
    place: str
    """A JSON pointer; of an edge how it is written."""
    before: Any = msgspec.UNSET
    after: Any = msgspec.UNSET


def compare(before: Any, after: Any) -> list[Difference]:
    """Return what differs; moves come last, for they change nothing."""
    one, two = _sections(before), _sections(after)
    found = [
        *_mappings("app", one["app"], two["app"], ("app",)),
        *_mappings("limits", one["limits"], two["limits"], ("limits",)),
    ]
    for section in ("environment", "conversation"):
        found += _mappings("variable", one[section], two[section], (section,))
    found += _nodes(one["nodes"], two["nodes"])
    found += _edges(one["edges"], two["edges"])
    found += (
        Difference(
            kind="moved",
            what="position",
            place=json_pointer("layout", name),
            before=one["layout"][name],
            after=two["layout"][name],
        )
        for name in one["layout"]
        if name in two["layout"] and one["layout"][name] != two["layout"][name]
    )
    return found


def _sections(data: Any) -> dict[str, Any]:
    data = data if isinstance(data, dict) else {}
    sections: dict[str, Any] = {
        key: data.get(key) if isinstance(data.get(key), dict) else {}
        for key in ("app", "limits", "nodes", "layout")
    }
    for key in ("environment", "conversation"):
        items = data.get(key)
        sections[key] = {
            str(item["name"]): {name: value for name, value in item.items() if name != "name"}
            for item in (items if isinstance(items, list) else [])
            if isinstance(item, dict) and "name" in item
        }
    edges = data.get("edges")
    sections["edges"] = [
        f"{item.get('from')} → {item.get('to')}"
        for item in (edges if isinstance(edges, list) else [])
        if isinstance(item, dict)
    ]
    return sections


def _nodes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Difference]:
    for name, node in before.items():
        if name not in after:
            yield Difference(
                kind="removed", what="node", place=json_pointer("nodes", name), before=node
            )
    for name, node in after.items():
        place = ("nodes", name)
        if name not in before:
            yield Difference(kind="added", what="node", place=json_pointer(*place), after=node)
        else:
            yield from _values("setting", before[name], node, place)


def _edges(before: list[str], after: list[str]) -> Iterator[Difference]:
    for edge in before:
        if edge not in after:
            yield Difference(kind="removed", what="edge", place=edge)
    for edge in after:
        if edge not in before:
            yield Difference(kind="added", what="edge", place=edge)


def _mappings(
    what: str, before: dict[str, Any], after: dict[str, Any], place: tuple[str, ...]
) -> Iterator[Difference]:
    """Compare mappings; what is added or removed is told as one."""
    for key in dict.fromkeys((*before, *after)):
        here = (*place, key)
        if key not in after:
            yield Difference(
                kind="removed", what=what, place=json_pointer(*here), before=before[key]
            )
        elif key not in before:
            yield Difference(kind="added", what=what, place=json_pointer(*here), after=after[key])
        else:
            yield from _values(what, before[key], after[key], here)


def _values(
    what: str, before: Any, after: Any, place: tuple[str | int, ...]
) -> Iterator[Difference]:
    """Compare two values; mappings go deeper, and so do lists of one length."""
    stack: list[tuple[Any, Any, tuple[str | int, ...]]] = [(before, after, place)]
    while stack:
        one, two, here = stack.pop()
        if _same(one, two):
            continue
        steps = _steps(one, two)
        if steps is None:
            yield Difference(
                kind="changed", what=what, place=json_pointer(*here), before=one, after=two
            )
            continue
        for step in reversed(steps):
            first, second = _at(one, step), _at(two, step)
            if first is msgspec.UNSET or second is msgspec.UNSET:
                kind: Literal["added", "removed"] = "added" if first is msgspec.UNSET else "removed"
                yield Difference(kind=kind, what=what, place=json_pointer(*here, step),
                                 before=first, after=second)  # fmt: skip
            else:
                stack.append((first, second, (*here, step)))


def _steps(one: Any, two: Any) -> list[str | int] | None:
    """Return the ways into two values that can be compared part by part; None when they cannot."""
    if isinstance(one, dict) and isinstance(two, dict):
        return list(dict.fromkeys((*one, *two)))
    if isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        return list(range(len(one)))
    return None


def _at(value: Any, step: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(step, msgspec.UNSET)
    return value[step]


def _same(one: Any, two: Any) -> bool:
    """Tell whether two values say the same: ``1`` and ``1.0`` do, ``1`` and ``true`` do not."""
    return bool(one == two) and isinstance(one, bool) == isinstance(two, bool)
