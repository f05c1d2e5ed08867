"""Changes to variables that outlive a node: of a conversation, or of a loop.

A change is an operation and not a result, so that it can be made again: on what another turn of the
conversation has left meanwhile, and when a log is folded.
"""

from typing import Any, Final, Literal, TypeAlias, cast

import msgspec

from skep_contracts.problems import InvalidInput
from skep_contracts.values import Value, has_type

Operation: TypeAlias = Literal[
    "set",
    "clear",
    "append",
    "extend",
    "remove-first",
    "remove-last",
    "add",
    "subtract",
    "multiply",
    "divide",
]
WITHOUT_VALUE: Final = frozenset({"clear", "remove-first", "remove-last"})
ON_ARRAYS: Final = frozenset({"append", "extend", "remove-first", "remove-last"})
ON_NUMBERS: Final = frozenset({"add", "subtract", "multiply", "divide"})
_EMPTY: Final[dict[str, Any]] = {"string": "", "number": 0, "boolean": False, "object": {}}


class Assignment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change. `target`: ``conversation.name``, or ``loop_id.name`` inside a loop."""

    target: str
    operation: Operation = "set"
    value: Any = None

    @property
    def root(self) -> str:
        """The namespace or container that holds the variable."""
        return self.target.partition(".")[0]

    @property
    def name(self) -> str:
        """The variable's name."""
        return self.target.partition(".")[2]


def fits(operation: Operation, declared: str) -> bool:
    """Tell whether an operation makes sense on a variable of a declared type."""
    if operation in ON_ARRAYS:
        return declared.startswith("array[") or declared == "any"
    if operation in ON_NUMBERS:
        return declared in {"number", "any"}
    return True


def empty_of(declared: str) -> Value:
    """Return what `clear` leaves of a declared type; null for files and ``any``."""
    if declared.startswith("array["):
        return []
    found = _EMPTY.get(declared)
    return {} if isinstance(found, dict) else found


def assign(current: Value, change: Assignment, *, declared: str) -> Value:
    """Return a variable's value after a change; `current` itself is left as it is.

    Removing from an empty array changes nothing. A null counts as the empty value of its type.

    Raises:
        InvalidInput: The operation has no meaning for these values, or the result is not of the
            declared type.
    """
    after: Value
    value = change.value
    if change.operation == "set":
        after = value
    elif change.operation == "clear":
        after = empty_of(declared)
    elif change.operation in ON_ARRAYS:
        after = _changed_array(current, change)
    else:
        after = _changed_number(current, change)
    if not has_type(after, declared):
        raise _bad(change, f"the result is not of the type {declared}")
    return after


def _changed_array(current: Value, change: Assignment) -> Value:
    items = [] if current is None else current
    if not isinstance(items, list):
        raise _bad(change, "the variable holds no array")
    match change.operation:
        case "append":
            return [*items, change.value]
        case "extend":
            if not isinstance(change.value, list):
                raise _bad(change, "what it is extended by is no array")
            return [*items, *change.value]
        case "remove-first":
            return items[1:]
        case _:
            return items[:-1]


def _changed_number(current: Value, change: Assignment) -> Value:
    left: Any = 0 if current is None else current
    right = change.value
    if not _is_number(left) or not _is_number(right):
        raise _bad(change, "it takes two numbers")
    try:
        match change.operation:
            case "add":
                after = left + right
            case "subtract":
                after = left - right
            case "multiply":
                after = left * right
            case _:
                after = left / right
                if isinstance(left, int) and isinstance(right, int) and left % right == 0:
                    after = left // right
    except ZeroDivisionError:
        raise _bad(change, "a number cannot be divided by zero") from None
    except OverflowError:
        raise _bad(change, "the result is too large") from None
    return cast("Value", after)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bad(change: Assignment, why: str) -> InvalidInput:
    return InvalidInput(
        f"`{change.operation}` cannot be done to `{change.target:.130}`: {why}.",
        code="bad_assignment",
    )
