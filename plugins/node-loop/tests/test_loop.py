"""Faults of a loop have places, and what it declares follows from its variables."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.problems import InvalidInput
from skep_contracts.references import render_value
from skep_contracts.values import has_type
from skep_node_loop.loop import check, outputs, rounds
from skep_node_loop.settings import LoopSettings

TYPES = ["string", "number", "boolean", "object", "any", "array[string]", "array[any]"]


def faults_of(**settings: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refusal:
        check(msgspec.convert(settings, LoopSettings))
    return {error.pointer: error.message for error in refusal.value.errors}


def test_every_fault_is_told_with_its_place() -> None:
    found = faults_of(
        variables=[{"name": "rounds"}, {"name": "n", "type": "number", "value": "one"}],
        until=[{"left": 1, "op": "null"}, {"match": "any", "conditions": [{"left": 1}]}],
    )

    assert found == {
        "/variables/0/name": "`rounds` is an output of the loop; choose another name",
        "/variables/1/value": "is not of the type number",
        "/until/1/conditions/0": "needs left and op, or match and conditions",
    }


def test_conditions_are_bounded() -> None:
    group = {"match": "any", "conditions": [{"left": 1, "op": "null"}] * 199}

    assert faults_of(until=[group] * 3) == {"/until": "600 conditions; the limit is 500"}


def test_loop_without_settings_counts_to_ten() -> None:
    settings = LoopSettings()
    check(settings)

    assert rounds(settings).max_rounds == 10
    assert [output.name for output in outputs(settings)] == ["rounds"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "x", "{{a.b}}", "x{{a.b}}"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.just("k"), inner),
    max_leaves=3,
)


@given(template=values, declared=st.sampled_from(TYPES), given_value=st.none() | st.integers())
def test_value_that_could_be_of_its_type_is_accepted(
    template: Any, declared: str, given_value: Any
) -> None:
    variable = {"name": "n", "type": declared, "value": template}
    settings = msgspec.convert({"variables": [variable]}, LoopSettings)

    if has_type(render_value(template, lambda _: {"b": given_value}), declared):
        check(settings)
    elif "{{" not in str(template):
        with pytest.raises(InvalidInput):
            check(settings)
