"""Changes are given as operations, in order, with their values."""

from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.assignments import WITHOUT_VALUE, Assignment, assign, empty_of, fits
from skep_contracts.problems import InvalidInput
from skep_contracts.values import has_type
from skep_node_variable_assigner.assigner import AssignerNode, check, writes
from skep_node_variable_assigner.settings import AssignerSettings
from skep_testing.conformance.nodes import FakeNodeContext

OPERATIONS = ["set", "clear", "append", "extend", "remove-first", "remove-last",
              "add", "subtract", "multiply", "divide"]  # fmt: skip


def decoded(*changes: dict[str, Any]) -> AssignerSettings:
    settings = msgspec.convert({"changes": changes}, AssignerSettings)
    check(settings)
    return settings


def writes_of(values: dict[str, Any], *changes: dict[str, Any]) -> tuple[Assignment, ...]:
    return AssignerNode().evaluate(FakeNodeContext({"a": values}), decoded(*changes)).writes


def test_changes_come_in_their_order_with_their_values() -> None:
    found = writes_of(
        {"n": 2},
        {"target": "loop.x", "value": ["{{a.n}}", "n={{a.n}}"]},
        {"target": "loop.x", "operation": "remove-last"},
    )

    assert found == (
        Assignment(target="loop.x", operation="set", value=[2, "n=2"]),
        Assignment(target="loop.x", operation="remove-last"),
    )


def test_null_is_left_out_where_the_author_says_so() -> None:
    change = {"target": "loop.x", "operation": "append", "value": "{{a.none}}"}

    assert writes_of({}, change) == (Assignment(target="loop.x", operation="append"),)
    assert writes_of({}, {**change, "skip_null": True}) == ()


def test_variables_and_operations_are_declared() -> None:
    settings = decoded({"target": "loop.x", "operation": "clear"}, {"target": "a.b", "value": 1})

    assert writes(settings) == (("loop.x", "clear"), ("a.b", "set"))


@pytest.mark.parametrize(
    ("change", "pointer", "message"),
    [
        ({"operation": "append"}, "/changes/0/value", "`append` needs a value"),
        ({"operation": "clear", "value": 1}, "/changes/0/value", "`clear` takes no value"),
        ({"operation": "extend", "value": "x"}, "/changes/0/value", "`append` adds one item"),
        ({"operation": "divide", "value": 0.0}, "/changes/0/value", "divided by zero"),
        ({"target": "env.KEY", "value": 1}, "/changes/0/target", "set once for the app"),
    ],
)
def test_fault_says_what_to_do(change: dict[str, Any], pointer: str, message: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        decoded({"target": "conversation.x", **change})

    (error,) = refusal.value.errors
    assert error.pointer == pointer
    assert message in error.message


@given(
    operation=st.sampled_from(OPERATIONS),
    value=st.none()
    | st.integers(-9, 9)
    | st.text(max_size=2)
    | st.lists(st.integers(), max_size=2),
    declared=st.sampled_from(["string", "number", "array[any]", "any"]),
)
def test_change_that_can_be_made_keeps_the_type(operation: Any, value: Any, declared: str) -> None:
    change = {"target": "loop.x", "operation": operation}
    if operation not in WITHOUT_VALUE:
        change["value"] = value
    with suppress(InvalidInput):
        (write,) = writes_of({}, change)
        if fits(operation, declared):
            after = assign(empty_of(declared), write, declared=declared)
            assert has_type(after, declared)
