"""Conditions about items mean what they say, cost little, and cannot be asked when unsound."""

import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.conditions import (
    MAX_STEPS,
    OF_ITEMS,
    ComparisonError,
    Condition,
    Operator,
    all_hold,
    find_condition_faults,
    holds,
    items_that_hold,
    part_of,
)
from skep_contracts.conditions.comparing import prepare
from skep_contracts.problems import InvalidInput, TooLarge

IMAGE = {"$file": {"id": "file_1", "name": "a.PNG", "mime_type": "image/png", "size_bytes": 9,
                   "blob": "b"}}  # fmt: skip
PAPER = {"$file": {"id": "file_2", "name": "b.pdf", "mime_type": "application/pdf",
                   "size_bytes": 99, "blob": "c"}}  # fmt: skip


def conditions(*given: dict[str, Any]) -> tuple[Condition, ...]:
    return msgspec.convert(given, tuple[Condition, ...])


def decide(left: object, op: str, *inner: dict[str, Any], match: str = "all") -> bool:
    asked = conditions({"left": left, "op": op, "match": match, "conditions": inner})
    assert find_condition_faults(asked) == ([], 1 + len(inner))
    return all_hold(asked, lambda value: value)


def is_kind(kind: str) -> dict[str, Any]:
    return {"field": "kind", "op": "eq", "right": kind}


@pytest.mark.parametrize(
    ("op", "items", "expected"),
    [
        ("any_item", [IMAGE, PAPER], True),
        ("every_item", [IMAGE, PAPER], False),
        ("every_item", [IMAGE], True),
        ("no_item", [PAPER], True),
        ("no_item", [PAPER, IMAGE], False),
        ("any_item", [], False),
        ("every_item", [], True),
        ("no_item", None, True),
    ],
)
def test_condition_asks_about_items(op: str, items: object, *, expected: bool) -> None:
    assert decide(items, op, is_kind("image")) is expected


def test_what_an_item_has_to_fulfil_is_joined() -> None:
    large = {"field": "size_bytes", "op": "gt", "right": 50}

    assert not decide([IMAGE, PAPER], "any_item", is_kind("image"), large)
    assert decide([IMAGE, PAPER], "every_item", is_kind("image"), large, match="any")
    assert decide([IMAGE], "every_item", is_kind("video"), large, match="none")


def test_items_of_items_can_be_asked_about() -> None:
    rows: list[Any] = [{"tags": ["a", "b"]}, {"tags": []}]
    inner = {"field": "tags", "op": "any_item",
             "conditions": [{"field": "", "op": "eq", "right": "b"}]}  # fmt: skip

    found = items_that_hold(conditions(inner), rows, lambda value: value)

    assert found == [{"tags": ["a", "b"]}]


def test_value_without_items_is_a_problem_with_its_place() -> None:
    with pytest.raises(InvalidInput) as problem:
        decide("text", "any_item", is_kind("image"))

    (error,) = problem.value.errors
    assert (error.pointer, error.message) == ("/conditions/0", "text has no items")


def test_undecidable_item_is_named() -> None:
    asked = conditions({"match": "any", "conditions": [{"field": "", "op": "gt", "right": 1}]})

    with pytest.raises(InvalidInput, match=r"^Item 2: A condition cannot be decided") as problem:
        items_that_hold(asked, [2, "x"], lambda value: value, pointer="/filter")

    assert problem.value.errors[0].pointer == "/filter/conditions/0/conditions/0"


@pytest.mark.parametrize(
    ("item", "field", "part"),
    [
        (3, "", 3),
        ({"a": [{"b": 7}]}, "a.0.b", 7),
        ({"a": 1}, "b", None),
        ([1, 2], "1", 2),
        ("text", "a", None),
        (IMAGE, "extension", ".png"),
        (PAPER, "kind", "document"),
    ],
)
def test_field_leads_into_an_item(item: object, field: str, part: object) -> None:
    assert part_of(field)(item) == part


@pytest.mark.parametrize(
    ("condition", "pointer", "message"),
    [
        ({"left": "x", "op": "any_item"}, "/conditions/0/conditions", "needs conditions"),
        ({"op": "any_item", "conditions": [is_kind("x")]}, "/conditions/0", "needs left"),
        ({"left": 1, "op": "any_item", "right": 1, "conditions": [is_kind("x")]},
         "/conditions/0/right", "takes no right"),
        ({"left": 1, "op": "no_item", "conditions": [{"left": 1, "op": "null"}]},
         "/conditions/0/conditions/0/left", "it is `field` that says"),
        ({"field": "a", "op": "null"}, "/conditions/0/field", "it is `left` that says"),
        ({"left": 1, "op": "no_item", "conditions": [{}]},
         "/conditions/0/conditions/0", "needs field and op"),
    ],
)  # fmt: skip
def test_unsound_condition_is_found(condition: dict[str, Any], pointer: str, message: str) -> None:
    (fault,), _ = find_condition_faults(conditions(condition))

    assert fault.pointer == pointer
    assert message in fault.message


def test_array_is_searched_for_many_items_quickly() -> None:
    asked = conditions({"field": "", "op": "in", "right": "{{a.b}}"})
    resolved = []

    def resolve(value: Any) -> Any:
        resolved.append(value)
        return list(range(50_000))

    begin = time.monotonic()
    found = items_that_hold(asked, list(range(25_000, 75_000)), resolve)

    assert len(found) == 25_000
    assert resolved == ["{{a.b}}"]
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(
    ("right", "op", "item"),
    [
        ("a" * 2_000_000, "in", "b"),
        ([f"{n}" for n in range(2_000)], "contains_any", "text"),
        ("x", "contains", "a" * 1_000_000),
    ],
)
def test_decision_that_would_take_for_ever_is_refused(right: Any, op: str, item: str) -> None:
    asked = conditions({"field": "", "op": op, "right": right})
    begin = time.monotonic()

    with pytest.raises(TooLarge, match="fewer items"):
        items_that_hold(asked, [item] * (MAX_STEPS // 500), lambda value: value)

    assert time.monotonic() - begin < 10


values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "A", "ab"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=5,
)


def outcome(test: Any) -> object:
    try:
        return test()
    except ComparisonError as error:
        return str(error)


@given(left=values, right=values, ignore_case=st.booleans())
def test_prepared_comparison_says_what_a_single_one_says(
    left: object, right: object, *, ignore_case: bool
) -> None:
    for operator in set(Operator.__args__) - OF_ITEMS:  # type: ignore[attr-defined]  # of a Literal
        prepared = prepare(operator, right, ignore_case=ignore_case)

        assert outcome(lambda: prepared(left)) == outcome(  # noqa: B023 - called at once
            lambda: holds(operator, left, right, ignore_case=ignore_case)  # noqa: B023 - the same
        )
