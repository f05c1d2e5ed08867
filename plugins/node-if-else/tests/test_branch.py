"""Cases are tried in order, and conditions mean what their types say."""

from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skep_contracts.conditions import OF_ITEMS, ComparisonError, Operator, holds
from skep_contracts.problems import InvalidInput
from skep_node_if_else.branch import IfElseNode
from skep_node_if_else.settings import IfElseSettings
from skep_testing.conformance.nodes import FakeNodeContext

YES = {"left": 1, "op": "eq", "right": 1}
NO = {"left": 1, "op": "eq", "right": 2}
FAILS = {"left": 1, "op": "gt", "right": "x"}


def port_of(*cases: dict[str, Any]) -> str:
    settings = msgspec.convert({"cases": cases}, IfElseSettings)
    return IfElseNode().evaluate(FakeNodeContext(), settings).port


@pytest.mark.parametrize(
    ("op", "left", "right", "expected"),
    [
        ("eq", 1, 1.0, True),
        ("eq", 1, True, False),
        ("eq", "1", 1, False),
        ("eq", None, None, True),
        ("eq", None, "", False),
        ("eq", {"a": [1, {"b": True}]}, {"a": [1.0, {"b": True}]}, True),
        ("eq", [True], [1], False),
        ("ne", "a", "b", True),
        ("lt", 1, 1.5, True),
        ("lt", "a", "b", True),
        ("ge", 2, 2, True),
        ("gt", None, 0, False),
        ("le", 0, None, False),
        ("contains", "delivery", "live", True),
        ("contains", [1, "x"], 1, True),
        ("contains", [1, "x"], True, False),
        ("contains", [[1], None], None, True),
        ("contains", {"a": 1}, "a", True),
        ("contains", None, "a", False),
        ("not_contains", None, "a", True),
        ("contains_any", ["a", "b"], ["b", "c"], True),
        ("contains_all", ["a", "b"], ["b", "c"], False),
        ("contains_all", ["a", "b"], [], True),
        ("contains_any", "a text", ["text", "x"], True),
        ("starts_with", "delivery", "del", True),
        ("ends_with", "delivery", "del", False),
        ("starts_with", None, "a", False),
        ("in", "a", ["a", "b"], True),
        ("in", "el", "delivery", True),
        ("not_in", 3, [1, 2], True),
        ("empty", None, None, True),
        ("empty", "", None, True),
        ("empty", [], None, True),
        ("empty", {}, None, True),
        ("empty", 0, None, False),
        ("empty", False, None, False),
        ("not_empty", " ", None, True),
        ("null", None, None, True),
        ("not_null", "", None, True),
    ],
)
def test_operator(op: Operator, left: object, right: object, *, expected: bool) -> None:
    assert holds(op, left, right) is expected


@pytest.mark.parametrize(
    ("op", "left", "right"),
    [
        ("lt", 1, "2"),
        ("gt", True, 0),
        ("le", [1], [2]),
        ("contains", 5, 5),
        ("contains", "5", 5),
        ("contains_all", [1], 1),
        ("starts_with", 5, "5"),
    ],
)
def test_comparison_without_meaning_is_an_error(op: Operator, left: object, right: object) -> None:
    with pytest.raises(ComparisonError):
        holds(op, left, right)


def test_case_of_letters_can_be_ignored() -> None:
    assert holds("eq", "STRASSE", "straße", ignore_case=True)
    assert holds("contains", ["Norway"], "NORWAY", ignore_case=True)


def test_first_case_that_holds_is_taken() -> None:
    first = {"id": "a", "conditions": [NO]}
    second = {"id": "b", "conditions": [YES]}
    third = {"id": "c", "conditions": [FAILS]}

    assert port_of(first, second, third) == "b"
    assert port_of(first) == "else"


@pytest.mark.parametrize(
    ("match", "conditions", "port"),
    [
        ("all", [YES, NO], "else"),
        ("any", [NO, YES], "a"),
        ("none", [NO, NO], "a"),
        ("none", [NO, YES], "else"),
        ("all", [YES, {"match": "any", "conditions": [NO, {"match": "none", "conditions": [NO]}]}],
         "a"),
    ],
)  # fmt: skip
def test_groups_join_conditions(match: str, conditions: list[Any], port: str) -> None:
    assert port_of({"id": "a", "match": match, "conditions": conditions}) == port


@pytest.mark.parametrize(("match", "decided"), [("all", NO), ("any", YES)])
def test_condition_behind_a_decision_is_not_looked_at(match: str, decided: dict[str, Any]) -> None:
    port_of({"id": "a", "match": match, "conditions": [decided, FAILS]})


def test_items_can_be_asked_about_inside_of_groups() -> None:
    about = {"left": [1, 5], "op": "any_item",
             "conditions": [{"field": "", "op": "gt", "right": 4}]}  # fmt: skip

    assert port_of({"id": "a", "conditions": [{"match": "any", "conditions": [NO, about]}]}) == "a"
    assert port_of({"id": "a", "conditions": [{**about, "op": "every_item"}]}) == "else"


def test_undecidable_condition_is_a_problem_with_its_place() -> None:
    with pytest.raises(InvalidInput) as problem:
        port_of({"id": "a", "conditions": [{"match": "any", "conditions": [NO, FAILS]}]})

    (error,) = problem.value.errors
    assert error.pointer == "/cases/0/conditions/0/conditions/1"
    assert error.message == "a number and text have no order"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=8,
)


@given(left=values, right=values)
@settings(deadline=None)
def test_every_operator_decides_or_says_why_not(left: object, right: object) -> None:
    for operator in set(Operator.__args__) - OF_ITEMS:  # type: ignore[attr-defined]  # of a Literal
        with suppress(ComparisonError):
            assert isinstance(holds(operator, left, right), bool)


@given(left=values, right=values)
@settings(deadline=None)
def test_operators_agree_with_their_opposites(left: object, right: object) -> None:
    assert holds("eq", left, right) is not holds("ne", left, right)
    assert holds("empty", left, None) is not holds("not_empty", left, None)
    assert holds("null", left, None) is not holds("not_null", left, None)
