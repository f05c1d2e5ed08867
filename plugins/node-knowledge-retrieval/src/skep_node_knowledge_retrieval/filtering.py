"""The author's own filter, with values in place of its references."""

from typing import Any

import msgspec

from skep_contracts.decoding import convert
from skep_contracts.plugins.nodes import NodeContext
from skep_contracts.plugins.stores import Condition, Filter, Group
from skep_contracts.references import Reference, parse_template


def resolved(ctx: NodeContext, written: Filter | None, *, ignores_null: bool) -> Filter | None:
    """Put values in place of the references in a filter.

    Args:
        ctx: Knows the values.
        written: As the author wrote it.
        ignores_null: Leave out conditions whose value is a reference to what is not there.

    Raises:
        InvalidInput: With these values it is no filter.
    """
    if written is not None and ignores_null:
        written = _without_null(ctx, written)
    if written is None:
        return None
    # Not to_builtins: references are looked for in lists, and it leaves tuples as they are.
    plain = ctx.value(msgspec.json.decode(msgspec.json.encode(written)))
    found: Filter = convert(plain, Filter, pointer="/filter")  # type: ignore[arg-type]  # a union
    return found


def _without_null(ctx: NodeContext, written: Filter) -> Filter | None:
    if isinstance(written, Condition):
        return None if _is_reference(written.value) and _value(ctx, written) is None else written
    kept = (_without_null(ctx, each) for each in written.of)
    of = tuple(each for each in kept if each is not None)
    return Group(match=written.match, of=of) if of else None


def _value(ctx: NodeContext, condition: Condition) -> Any:
    return ctx.value(condition.value)


def _is_reference(value: object) -> bool:
    if not isinstance(value, str):
        return False
    segments = parse_template(value)
    return len(segments) == 1 and isinstance(segments[0], Reference)


def both(one: Filter | None, other: Filter | None) -> Filter | None:
    """Return a filter that lets through what both let through."""
    if one is None or other is None:
        return one or other
    return Group(match="all", of=(one, other))
