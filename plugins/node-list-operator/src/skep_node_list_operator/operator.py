"""Takes an array through its steps."""

import re
from collections.abc import Iterator
from typing import Final

from skep_contracts.conditions import MAX_CONDITIONS, find_condition_faults, items_that_hold
from skep_contracts.plugins.nodes import NodeResult, PureContext
from skep_contracts.problems import FieldError, InvalidInput
from skep_contracts.references import Reference, parse_template
from skep_contracts.values import Value, to_text
from skep_node_list_operator.ordering import sort_items
from skep_node_list_operator.settings import ListOperatorSettings, Number

_WHOLE: Final = re.compile(r"\s*[+-]?[0-9]{1,18}\s*\Z")


class ListOperatorNode:
    """Filter, pick, sort, limit: in this order."""

    def evaluate(self, ctx: PureContext, settings: ListOperatorSettings) -> NodeResult:
        """Return what is left of the array.

        Raises:
            InvalidInput: It is no array, a condition cannot be decided for an item, or there is no
                item at the position.
            TooLarge: The filter takes too many steps.
        """
        items = _items(ctx, settings)
        if settings.filter is not None:
            items = items_that_hold(
                settings.filter.conditions,
                items,
                ctx.value,
                match=settings.filter.match,
                pointer="/filter",
            )
        if settings.pick is not None:
            position = _whole(ctx, settings.pick.position, "/pick/position")
            items = [_picked(items, position)]
        if settings.sort is not None:
            is_descending = settings.sort.order == "desc"
            items = sort_items(items, settings.sort.field, is_descending=is_descending)
        if settings.limit is not None:
            count = _whole(ctx, settings.limit.count, "/limit/count")
            items = _cut(items, count, from_end=settings.limit.from_end)
        return NodeResult(
            outputs={
                "result": items,
                "first": items[0] if items else None,
                "last": items[-1] if items else None,
                "count": len(items),
            }
        )


def _items(ctx: PureContext, settings: ListOperatorSettings) -> list[Value]:
    value = ctx.value(settings.items)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _bad("/items", "is no array")
    return value


def _whole(ctx: PureContext, template: Number, pointer: str) -> int:
    """Return a whole number; a text that is one counts, since forms give texts."""
    value = ctx.value(template)
    if isinstance(value, str) and _WHOLE.match(value):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _bad(pointer, f"is no whole number: {to_text(value)!r:.60}")
    return value


def _picked(items: list[Value], position: int) -> Value:
    if 1 <= position <= len(items):
        return items[position - 1]
    if position < 1:
        raise _bad("/pick/position", f"is {position}; positions begin with 1")
    has = f"there are {len(items):,} items" if len(items) != 1 else "there is 1 item"
    raise _bad("/pick/position", f"is {position}, but {has}")


def _cut(items: list[Value], count: int, *, from_end: bool) -> list[Value]:
    if count < 0:
        raise _bad("/limit/count", f"is {count}; give 0 or more")
    if not from_end:
        return items[:count]
    return items[max(len(items) - count, 0) :]


def _bad(pointer: str, fault: str) -> InvalidInput:
    place = pointer[1:].replace("/", " ")
    return InvalidInput(
        f"The list cannot be worked on: {place} {fault}.",
        errors=[FieldError(pointer=pointer, message=fault)],
        code="list_operation_failed",
    )


def check(settings: ListOperatorSettings) -> None:
    """Refuse steps that could never be made.

    Raises:
        InvalidInput: With every fault.
    """
    faults = [FieldError(pointer=at, message=message) for at, message in _faults_of(settings)]
    if settings.filter is not None:
        found, count = find_condition_faults(settings.filter.conditions, "/filter", of_items=True)
        faults += found
        if count > MAX_CONDITIONS:
            message = f"{count:,} conditions; the limit is {MAX_CONDITIONS}"
            faults.append(FieldError(pointer="/filter/conditions", message=message))
    if faults:
        raise InvalidInput("The list operations are not sound.", errors=faults)


def _faults_of(settings: ListOperatorSettings) -> Iterator[tuple[str, str]]:
    items = settings.items
    if not isinstance(items, list) and not _is_reference(items):
        yield "/items", "is no array; give one reference, such as `{{start.papers}}`, or a list"
    if settings.pick is not None:
        yield from _faults_of_number(settings.pick.position, "/pick/position", least=1)
    if settings.limit is not None:
        yield from _faults_of_number(settings.limit.count, "/limit/count", least=0)


def _faults_of_number(number: Number, pointer: str, *, least: int) -> Iterator[tuple[str, str]]:
    if isinstance(number, int):
        if number < least:
            yield pointer, f"must be at least {least}"
    elif "{{" not in number and not _WHOLE.match(number):
        yield pointer, "must be a whole number, or a reference to one"


def _is_reference(template: object) -> bool:
    if not isinstance(template, str):
        return False
    segments = parse_template(template)
    return len(segments) == 1 and isinstance(segments[0], Reference)
