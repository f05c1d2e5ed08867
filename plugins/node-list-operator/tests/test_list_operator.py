"""Arrays of every kind go through the steps in their order, and faults have places."""

from typing import Any

import msgspec
import pytest

from skep_contracts.problems import InvalidInput
from skep_node_list_operator.operator import ListOperatorNode, check
from skep_node_list_operator.settings import ListOperatorSettings
from skep_testing.conformance.nodes import FakeNodeContext


def file(name: str, mime_type: str, size: int) -> dict[str, Any]:
    stored = {"id": "file_1", "name": name, "mime_type": mime_type, "size_bytes": size, "blob": "b"}
    return {"$file": stored}


PHOTO = file("b.PNG", "image/png", 20)
PAPER = file("a.pdf", "application/pdf", 10)
TALK = file("c.mp3", "audio/mpeg", 30)


def result_of(items: object, /, **steps: Any) -> Any:
    settings = msgspec.convert({"items": "{{a.items}}", **steps}, ListOperatorSettings)
    check(settings)
    context = FakeNodeContext({"a": {"items": items, "two": 2, "text": "3", "half": 0.5}})
    outputs = ListOperatorNode().evaluate(context, settings).outputs
    result = outputs["result"]
    assert isinstance(result, list)
    assert outputs["count"] == len(result)
    assert [outputs["first"], outputs["last"]] == (
        [result[0], result[-1]] if result else [None] * 2
    )
    return result


def keep(field: str, op: str, right: object = msgspec.UNSET, **more: Any) -> dict[str, Any]:
    condition = {"field": field, "op": op, **more}
    if right is not msgspec.UNSET:
        condition["right"] = right
    return {"conditions": [condition]}


@pytest.mark.parametrize(
    ("items", "chosen", "left"),
    [
        (["pear", "apple"], keep("", "contains", "pp"), ["apple"]),
        (["Pear", "apple"], keep("", "eq", "PEAR", ignore_case=True), ["Pear"]),
        ([1, 2.5, 3], keep("", "ge", 2.5), [2.5, 3]),
        ([True, False, None], keep("", "eq", right=True), [True]),
        ([None, "", 0], keep("", "not_null"), ["", 0]),
        ([{"a": {"b": [7]}}, {"a": None}], keep("a.b.0", "eq", 7), [{"a": {"b": [7]}}]),
        ([PHOTO, PAPER, TALK], keep("kind", "in", ["image", "audio"]), [PHOTO, TALK]),
        ([PHOTO, PAPER, TALK], keep("extension", "eq", ".png"), [PHOTO]),
        ([PHOTO, PAPER, TALK], keep("size_bytes", "lt", "{{a.two}}"), []),
        ([PHOTO, PAPER], keep("name", "starts_with", "a"), [PAPER]),
        (["x", "y"], keep("", "not_in", ["x"]), ["y"]),
        (None, keep("", "not_null"), []),
    ],
)
def test_filter_keeps_what_fulfils_it(items: Any, chosen: dict[str, Any], left: Any) -> None:
    assert result_of(items, filter=chosen) == left


def test_conditions_of_a_filter_are_joined() -> None:
    rows = [{"n": 1}, {"n": 5}, {"n": 9}]
    low, high = ({"field": "n", "op": op, "right": 5} for op in ("lt", "gt"))

    assert result_of(rows, filter={"conditions": [low, high], "match": "any"}) == [rows[0], rows[2]]
    assert result_of(rows, filter={"conditions": [low, high], "match": "none"}) == [rows[1]]
    assert (
        result_of(rows, filter={"conditions": [{"match": "none", "conditions": [low]}]})
        == (rows[1:])
    )


@pytest.mark.parametrize(
    ("items", "sort", "ordered"),
    [
        ([3, 1, 2], {}, [1, 2, 3]),
        (["b", "A", "a"], {"order": "desc"}, ["b", "a", "A"]),
        ([PHOTO, PAPER, TALK], {}, [PAPER, PHOTO, TALK]),
        ([PHOTO, PAPER, TALK], {"field": "size_bytes", "order": "desc"}, [TALK, PHOTO, PAPER]),
        ([None, 2, None, 1], {"order": "desc"}, [2, 1, None, None]),
        (
            [{"z": 1}, [1], "x", None, 2, True, PAPER],
            {},
            [True, 2, PAPER, "x", [1], {"z": 1}, None],
        ),
    ],
)
def test_sort_puts_in_order(items: list[Any], sort: dict[str, Any], ordered: list[Any]) -> None:
    assert result_of(items, sort=sort) == ordered


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_equal_items_stay_as_they_were(order: str) -> None:
    rows = [{"k": 1, "n": n} for n in range(5)]

    assert result_of(rows, sort={"field": "k", "order": order}) == rows


@pytest.mark.parametrize(
    ("position", "picked"), [(1, ["x"]), ("{{a.two}}", ["y"]), ("{{a.text}}", ["z"]), ("3", ["z"])]
)
def test_one_item_is_picked(position: object, picked: list[str]) -> None:
    assert result_of(["x", "y", "z"], pick={"position": position}) == picked


@pytest.mark.parametrize(
    ("limit", "left"),
    [
        ({"count": 2}, [1, 2]),
        ({"count": 2, "from_end": True}, [2, 3]),
        ({"count": 0}, []),
        ({"count": 0, "from_end": True}, []),
        ({"count": 9, "from_end": True}, [1, 2, 3]),
        ({"count": "{{a.two}}"}, [1, 2]),
    ],
)
def test_list_is_cut(limit: dict[str, Any], left: list[int]) -> None:
    assert result_of([1, 2, 3], limit=limit) == left


def test_steps_are_made_in_their_order() -> None:
    steps = {
        "filter": keep("", "ne", 1),
        "sort": {"order": "desc"},
        "limit": {"count": 2},
    }

    assert result_of([1, 4, 3, 5], **steps) == [5, 4]
    assert result_of([1, 4, 3, 5], **steps, pick={"position": 2}) == [3]


@pytest.mark.parametrize(
    ("items", "steps", "pointer", "message"),
    [
        ([1], {"pick": {"position": 2}}, "/pick/position", "is 2, but there is 1 item"),
        ([], {"pick": {"position": 1}}, "/pick/position", "is 1, but there are 0 items"),
        ([1, 2], {"pick": {"position": "{{a.half}}"}}, "/pick/position",
         "is no whole number: '0.5'"),
        ([1], {"pick": {"position": "{{a.none}}"}}, "/pick/position", "is no whole number: ''"),
        ([1], {"limit": {"count": "-{{a.two}}"}}, "/limit/count", "is -2; give 0 or more"),
        ("text", {}, "/items", "is no array"),
        ([1, "x"], {"filter": keep("", "gt", 0)}, "/filter/conditions/0",
         "text and a number have no order"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_has_a_place(
    items: Any, steps: dict[str, Any], pointer: str, message: str
) -> None:
    with pytest.raises(InvalidInput) as failure:
        result_of(items, **steps)

    (error,) = failure.value.errors
    assert (error.pointer, error.message) == (pointer, message)
