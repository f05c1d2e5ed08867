"""The first value that was produced is given, whatever comes after it."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.problems import InvalidInput
from skep_node_variable_aggregator.aggregator import AggregatorNode, check, outputs
from skep_node_variable_aggregator.settings import AggregatorSettings
from skep_testing.conformance.nodes import FakeNodeContext


def outputs_of(produced: dict[str, Any], /, **settings: Any) -> dict[str, Any]:
    decoded = msgspec.convert(settings, AggregatorSettings)
    check(decoded)
    result = AggregatorNode().evaluate(FakeNodeContext({"a": produced}), decoded)
    assert {output.name for output in outputs(decoded)} == result.outputs.keys()
    return result.outputs


@pytest.mark.parametrize("value", ["", 0, False, [], {}, "x"])
def test_whatever_is_not_null_was_produced(value: object) -> None:
    assert outputs_of({"b": value}, values=["{{a.none}}", "{{a.b}}", "later"]) == {"output": value}


def test_nothing_produced_is_null() -> None:
    assert outputs_of({}, values=["{{a.b}}", "{{c.d}}"], type="string") == {"output": None}


def test_groups_are_decided_apart() -> None:
    found = outputs_of(
        {"x": 1, "y": [2]},
        groups=[
            {"name": "one", "values": ["{{a.none}}", "{{a.x}}"]},
            {"name": "two", "values": ["{{a.y}}", "{{a.x}}"], "type": "array[number]"},
        ],
    )

    assert found == {"one": {"output": 1}, "two": {"output": [2]}}


@pytest.mark.parametrize(
    ("settings", "pointer"),
    [
        ({"values": ["{{a.none}}", "{{a.b}}"], "type": "string"}, "/values/1"),
        ({"groups": [{"name": "g", "type": "boolean", "values": ["{{a.b}}"]}]},
         "/groups/0/values/0"),
    ],
)  # fmt: skip
def test_value_of_another_type_fails_the_node(settings: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidInput, match="is not of the type") as failure:
        outputs_of({"b": 3}, **settings)

    assert failure.value.errors[0].pointer == pointer


@given(st.lists(st.none() | st.integers() | st.text(max_size=2), max_size=6))
def test_output_is_the_first_that_is_not_null(given_values: list[Any]) -> None:
    names = [f"v{index}" for index in range(len(given_values))]
    values = dict(zip(names, given_values, strict=True))

    found = outputs_of(values, values=[f"{{{{a.{name}}}}}" for name in names] or [None])

    assert found == {"output": next((value for value in given_values if value is not None), None)}
