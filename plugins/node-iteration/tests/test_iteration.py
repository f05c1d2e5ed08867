"""What an iteration declares follows from what it keeps of a round."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.plugins.nodes import OutputSpec
from skep_contracts.problems import InvalidInput
from skep_contracts.references import render_value
from skep_contracts.values import has_type
from skep_node_iteration.iteration import IterationSettings, check, outputs, rounds


def declared(**settings: Any) -> dict[str, str]:
    found = msgspec.convert({"items": "{{a.b}}", **settings}, IterationSettings)
    return {output.name: output.type for output in outputs(found)}


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        ("{{a.b}}", "array[any]"),
        ("n = {{a.b}}", "array[string]"),
        ("fixed", "array[string]"),
        ({"text": "{{a.b}}"}, "array[object]"),
        (["{{a.b}}"], "array[any]"),
        (None, "array[any]"),
        (3, "array[any]"),
    ],
)
def test_type_of_the_output_is_as_exact_as_can_be_known(output: object, kind: str) -> None:
    assert declared(output=output) == {"output": kind, "rounds": "number"}


def test_without_output_only_the_rounds_are_counted() -> None:
    settings = IterationSettings(items=[1, 2])
    check(settings)

    assert outputs(settings) == (
        OutputSpec(name="rounds", type="number", description="How many rounds began."),
    )
    assert rounds(settings).output is msgspec.UNSET


def test_fault_says_what_to_write() -> None:
    with pytest.raises(InvalidInput) as refusal:
        check(IterationSettings(items="{{a.b}}, {{a.c}}"))

    (error,) = refusal.value.errors
    assert error.pointer == "/items"
    assert "give one reference" in error.message


values = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just(["x"])
templates = st.sampled_from(["{{a.b}}", "x {{a.b}}", "", "x", {"k": "{{a.b}}"}, ["{{a.b}}"], 1])


@given(template=templates, value=values)
def test_what_a_round_gives_is_of_the_declared_type(template: Any, value: Any) -> None:
    kept = render_value(template, lambda _: {"b": value})

    assert has_type([kept], declared(output=template)["output"])
