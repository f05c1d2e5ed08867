"""Whatever the items are, they are sorted the same in any order they come, and none is lost."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from skep_node_list_operator.operator import ListOperatorNode
from skep_node_list_operator.ordering import sort_items, sort_key
from skep_node_list_operator.settings import Limit, ListOperatorSettings, Pick
from skep_testing.conformance.nodes import FakeNodeContext

values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-3, 3) | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)


def keys(items: list[Any]) -> list[Any]:
    return [None if item is None else sort_key(item) for item in items]


@given(st.lists(values), st.booleans(), st.randoms(use_true_random=False))
def test_order_does_not_depend_on_where_items_stood(
    items: list[Any],
    is_descending: bool,
    rng: random.Random,
) -> None:
    shuffled = items.copy()
    rng.shuffle(shuffled)

    first = sort_items(items, "", is_descending=is_descending)
    second = sort_items(shuffled, "", is_descending=is_descending)

    assert keys(first) == keys(second)
    assert sorted(map(repr, first)) == sorted(map(repr, items))


@given(st.lists(values, min_size=1), st.data())
def test_picked_item_is_the_one_at_the_position(items: list[Any], data: st.DataObject) -> None:
    position = data.draw(st.integers(1, len(items)))
    settings = ListOperatorSettings(items=items, pick=Pick(position=position))

    outputs = ListOperatorNode().evaluate(FakeNodeContext(), settings).outputs

    assert outputs["result"] == [items[position - 1]]


@given(st.lists(st.integers()), st.integers(0, 10))
def test_both_ends_of_a_list_are_the_whole(items: list[Any], count: int) -> None:
    def cut(count: int, *, from_end: bool) -> Any:
        limit = Limit(count=count, from_end=from_end)
        settings = ListOperatorSettings(items=items, limit=limit)
        return ListOperatorNode().evaluate(FakeNodeContext(), settings).outputs["result"]

    rest = max(len(items) - count, 0)
    assert cut(count, from_end=False) + cut(rest, from_end=True) == items
