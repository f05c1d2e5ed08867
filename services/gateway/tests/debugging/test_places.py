"""Places in requests: nodes, rounds, and nodes in rounds."""

import pytest

from skep_contracts.graph_check import decode_graph
from skep_contracts.problems import InvalidInput
from skep_gateway.debugging.places import check_places, pointed

DOCUMENT = decode_graph(
    {
        "skep": 1,
        "app": {"name": "x"},
        "nodes": {
            "start": {"type": "t"},
            "each": {"type": "t"},
            "again": {"type": "t", "parent": "each"},
            "ask": {"type": "t", "parent": "again"},
        },
    }
)


@pytest.mark.parametrize(
    "place",
    ["start", "each", "ask", "each:0", "each:3/again", "each:3/again:0", "each:3/again:12/ask"],
)
def test_place_that_can_be_is_taken(place: str) -> None:
    check_places(DOCUMENT, pointed("at", [place]))


@pytest.mark.parametrize(
    "place",
    [
        "",
        "nobody",
        "start:0",
        "each:",
        "each:x",
        "each:-1",
        "each/again",
        "each:0/ask",
        "again:0/ask",
        "each:0/start",
        "each:0/again:0/again:0/ask",
        "/ask",
        "each:0//ask",
        "each:0/again:0/ask/",
    ],
)
def test_place_that_cannot_be_is_refused(place: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_places(DOCUMENT, pointed("pins", {place: {}}))

    assert caught.value.errors[0].pointer.startswith("/pins/")


def test_round_is_no_node() -> None:
    with pytest.raises(InvalidInput):
        check_places(DOCUMENT, pointed("values", ["each:0"]), rounds=False)
