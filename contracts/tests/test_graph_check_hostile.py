"""Documents of strangers: every one is refused with a place, soon, and never with anything else."""

import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skep_contracts.graph import MAX_NODES, canonical, decode_document, version_hash
from skep_contracts.graph_check import NodeTypes, check_document, decode_graph, document_schema
from skep_contracts.graph_check.faults import MAX_FAULTS
from skep_contracts.problems import InvalidInput, TooLarge

Data = dict[str, Any]
FaultsOf = Callable[[Data], dict[str, str]]


def chain(size: int) -> Data:
    """Return a chain of `size` nodes, each referring to the first and to the one before."""
    names = [f"n{index}" for index in range(size)]
    return {
        "skep": 1,
        "app": {"name": "long"},
        "nodes": {
            name: {
                "type": "start" if index == 0 else "end" if index == size - 1 else "step",
                "settings": {"text": f"{{{{n0.text}}}} {{{{{names[index - 1]}.text}}}}"}
                if index
                else {},
            }
            for index, name in enumerate(names)
        },
        "edges": [{"from": a, "to": b} for a, b in pairwise(names)],
    }


def test_largest_document_is_checked_in_a_moment(node_types: NodeTypes) -> None:
    data = chain(MAX_NODES)
    begin = time.process_time()

    checked = check_document(decode_graph(data), node_types)

    assert len(checked.order) == MAX_NODES
    assert time.process_time() - begin < 2  # a fifth of a second on a quiet machine


def test_document_with_ten_thousand_faults_is_refused_in_a_moment(node_types: NodeTypes) -> None:
    data = chain(MAX_NODES)
    for node in list(data["nodes"].values())[1:-1]:
        node |= {"settings": {"text": "{{n0.txet}} {{nn0.text}}"}, "on_failure": "edge"}
    begin = time.process_time()

    with pytest.raises(InvalidInput) as refusal:
        check_document(decode_graph(data), node_types)

    assert len(refusal.value.errors) == MAX_FAULTS
    assert time.process_time() - begin < 5


def test_too_many_nodes_are_refused(node_types: NodeTypes) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_document(decode_graph(chain(MAX_NODES + 1)), node_types)

    assert [error.pointer for error in refusal.value.errors] == ["/nodes"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"skep": 2}, "/skep"),
        ({"skep": "1"}, "/skep"),
        ({"skep": True}, "/skep"),
        ({"app": None}, "/app"),
        ({"app": {"name": ""}}, "/app/name"),
        ({"app": {"name": "x", "mode": "agent"}}, "/app/mode"),
        ({"app": {"name": "x", "icno": "y"}}, "/app/icno"),
        ({"nodes": []}, "/nodes"),
        ({"nodes": {"a": None}}, "/nodes/a"),
        ({"nodes": {"a": {"type": 1}}}, "/nodes/a/type"),
        ({"nodes": {"a b": {"type": "step"}}}, "/nodes/a b"),
        ({"nodes": {"a/b": {"type": "step"}}}, "/nodes/a~1b"),
        ({"nodes": {"a": {"type": "step"}, "b": {"type": "step", "retry": {"attempts": 0}}}},
         "/nodes/b/retry/attempts"),
        ({"nodes": {"a": {"type": "step", "settings": []}}}, "/nodes/a/settings"),
        ({"nodes": {"a": {"type": "step", "settings": {"x": {1: 2}}}}}, "/nodes/a/settings/x"),
        ({"edges": {}}, "/edges"),
        ({"edges": [{"from": "a", "to": "b"}, {"from": "a"}]}, "/edges/1"),
        ({"edges": [{"from": "a", "to": "b", "port": "c"}]}, "/edges/0/port"),
        ({"edges": [{"from": "a", "to": "b c"}]}, "/edges/0/to"),
        ({"layout": {"a": [1]}}, "/layout/a"),
        ({"layout": {"a": [0, 0], "b": {"x": 1, "y": 2}}}, "/layout/b"),
        ({"limits": {"steps": 0}}, "/limits/steps"),
        ({"limits": {"timeout_s": float("nan")}}, "/limits/timeout_s"),
        ({"environment": [{"name": "A"}, {"name": "1"}]}, "/environment/1/name"),
        ({"conversation": [{"name": "A", "type": "text"}]}, "/conversation/0/type"),
        ({"versoin": 1}, "/versoin"),
    ],
)  # fmt: skip
def test_wrong_shape_has_its_place(
    document: Data, faults_of: FaultsOf, change: Data, pointer: str
) -> None:
    document |= change

    assert pointer in faults_of(document)


def test_every_part_tells_its_own_fault(document: Data, faults_of: FaultsOf) -> None:
    document["nodes"] |= {"a": {"type": 1}, "b": {"tpye": "x"}, "c": {"type": "X"}}
    document["edges"] += [{"from": 1, "to": "x"}, {"form": "a"}]
    document["app"]["nmae"] = "x"
    document["colour"] = "red"

    assert set(faults_of(document)) == {
        "/app/nmae",
        "/nodes/a/type",
        "/nodes/b/tpye",
        "/nodes/c/type",
        "/edges/2/from",
        "/edges/3/form",
        "/colour",
    }


@pytest.mark.parametrize("data", [None, [], "text", 3, True, {}, {"nodes": {}}, {1: 2}])
def test_what_is_no_document_is_refused(data: Any) -> None:
    with pytest.raises(InvalidInput):
        decode_graph(data)


def test_nesting_and_size_are_bounded(document: Data) -> None:
    deep: Any = "x"
    for _ in range(10_000):
        deep = [deep]
    document["nodes"]["work"]["settings"] = {"text": deep}
    with pytest.raises(InvalidInput, match="nested deeper"):
        decode_graph(document)

    document["nodes"]["work"]["settings"] = {"text": "x" * 5_000_000}
    with pytest.raises(TooLarge):
        decode_graph(document)

    bomb: Any = ["x"] * 10
    for _ in range(12):
        bomb = [bomb] * 4
    document["nodes"]["work"]["settings"] = {"text": bomb}
    with pytest.raises(TooLarge):
        decode_graph(document)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=10,
)
keys = st.sampled_from(
    ["skep", "app", "nodes", "edges", "layout", "limits", "environment", "conversation", "x"]
)
places = st.lists(
    st.sampled_from(["nodes", "start", "work", "settings", "text", "type", "edges", "app", "from"]),
    min_size=1,
    max_size=4,
)


@given(data=st.dictionaries(keys, json_like) | json_like)
@settings(max_examples=200)
def test_any_data_is_refused_in_our_words(data: Any) -> None:
    with pytest.raises((InvalidInput, TooLarge)) as refusal:
        decode_graph(data)

    assert refusal.value.errors


@given(place=places, value=json_like)
@settings(max_examples=300)
def test_document_with_one_part_replaced_is_checked_or_refused(
    place: list[str], value: Any, node_types: NodeTypes
) -> None:
    document = chain(3)
    part: Any = document
    for step in place[:-1]:
        if isinstance(part, dict) and isinstance(part.get(step), dict):
            part = part[step]
    part[place[-1]] = value

    try:
        check_document(decode_graph(document), node_types)
    except (InvalidInput, TooLarge) as refusal:
        assert refusal.errors, "a refusal names the place"  # noqa: PT017 - it may also pass


def test_canonical_form_depends_on_content_alone(document: Data) -> None:
    other = {key: document[key] for key in reversed(list(document))}
    other["nodes"] = {key: document["nodes"][key] for key in reversed(list(document["nodes"]))}
    other["limits"] = {}

    one, two = decode_graph(document), decode_graph(other)

    assert canonical(one) == canonical(two)
    assert version_hash(one) == version_hash(two)
    assert decode_document(canonical(one)) == one


def test_schema_knows_the_settings_of_node_types(node_types: NodeTypes) -> None:
    schema = document_schema(node_types.values())

    conditions = schema["$defs"]["Node"]["allOf"]
    assert [rule["if"]["properties"]["type"]["const"] for rule in conditions] == [
        "aged",
        "answer",
        "branch",
        "break",
        "change",
        "end",
        "repeat",
        "start",
        "step",
    ]
    assert conditions[0]["if"]["required"] == ["type", "version"]
    references = set(_references(schema))
    assert references <= {f"#/$defs/{name}" for name in schema["$defs"]}
    assert msgspec.json.decode(msgspec.json.encode(schema))


def _references(schema: Any) -> list[str]:
    if isinstance(schema, list):
        return [found for item in schema for found in _references(item)]
    if not isinstance(schema, dict):
        return []
    own = [schema["$ref"]] if "$ref" in schema else []
    return own + [found for item in schema.values() for found in _references(item)]
