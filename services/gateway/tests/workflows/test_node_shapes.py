"""What an editor is told about nodes, finished or not."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.tests.support import RunningGateway
from services.gateway.tests.trial_plugin import document
from skep_gateway.workflows.node_shapes import fill_in

CLASS = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^[a-z]+$"},
        "name": {"type": "string", "minLength": 1},
    },
    "required": ["id", "name"],
    "additionalProperties": False,
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "query": {"type": "string", "minLength": 1},
        "classes": {"type": "array", "items": CLASS, "minItems": 2},
        "limit": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]},
        "way": {"enum": ["up", "down"], "default": "down"},
    },
    "required": ["query", "classes"],
    "additionalProperties": False,
}


def test_what_is_missing_is_filled_in_and_what_is_there_stays() -> None:
    filled = fill_in({"classes": [{"id": "first"}], "way": "left", "old": 1, "limit": "x"}, SCHEMA)

    assert filled == {
        "query": "x",
        "classes": [{"id": "first", "name": "x"}, {"id": "x", "name": "x"}],
        "way": "down",
        "limit": None,
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["query", "classes", "id", "name"]), inner, max_size=4)
    ),
)


@given(json_values)
def test_whatever_is_there_something_fits(value: object) -> None:
    filled = fill_in(value, SCHEMA)

    assert isinstance(filled["query"], str)
    assert len(filled["classes"]) >= 2
    assert all({"id", "name"} == set(found) for found in filled["classes"])
    assert fill_in(filled, SCHEMA) == filled


def test_shapes_come_with_a_check_whether_it_passes_or_not(gateway: RunningGateway) -> None:
    content: Any = document("drawn")
    content["nodes"]["echo"]["settings"] = {}
    content["nodes"]["echo"]["on_failure"] = "edge"
    content["nodes"]["what"] = {"type": "nobody-knows", "settings": {}}

    answer = gateway.request("POST", "/api/v1/workflow-checks", {"document": content}).json()

    assert not answer["ok"]
    echo = answer["nodes"]["echo"]
    assert echo["ports"] == ["out", "failed"]
    assert [(found["name"], found["type"]) for found in echo["outputs"]] == [
        ("text", "string"),
        ("error", "object"),
    ]
    assert "what" not in answer["nodes"]
