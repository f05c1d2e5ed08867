"""Faults in edges, in their order, and in references along them."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skep_contracts.graph_check import CheckedDocument, NodeTypes, check_document, decode_graph

Data = dict[str, Any]
FaultsOf = Callable[[Data], dict[str, str]]
Check = Callable[[Data], CheckedDocument]


@pytest.mark.parametrize(
    ("edge", "fault"),
    [
        ({"from": "wrok", "to": "end"}, ("/edges/2/from", "no node `wrok`; did you mean `work`?")),
        ({"from": "work", "to": "edn"}, ("/edges/2/to", "no node `edn`; did you mean `end`?")),
        (
            {"from": "work.uot", "to": "end"},
            ("/edges/2/from", "`work` has no port `uot`; did you mean `out`?"),
        ),
        (
            {"from": "work.yes", "to": "end"},
            ("/edges/2/from", "`work` has no port `yes`; it has out"),
        ),
        (
            {"from": "work.failed", "to": "end"},
            ("/edges/2/from", "`work` has no port `failed`; set its on_failure to `edge`"),
        ),
        (
            {"from": "end", "to": "work"},
            ("/edges/2/from", "`end` is an end; nothing comes after it"),
        ),
        (
            {"from": "work", "to": "start"},
            ("/edges/2/to", "`start` is the start; nothing comes before it"),
        ),
        (
            {"from": "work", "to": "end"},
            ("/edges/2", "the same connection as /edges/1; remove one of them"),
        ),
        ({"from": "work", "to": "work"}, ("/edges/2", "edges form a cycle: work → work")),
    ],
)
def test_fault_of_an_edge(
    document: Data, faults_of: FaultsOf, edge: Data, fault: tuple[str, str]
) -> None:
    document["edges"].append(edge)
    pointer, message = fault

    assert faults_of(document)[pointer] == message


def test_branch_leaves_by_its_ports(document: Data, check: Check) -> None:
    document["nodes"]["work"] = {"type": "branch", "settings": {"ways": ["yes", "no"]}}
    document["edges"][1]["from"] = "work.yes"
    document["edges"].append({"from": "work.no", "to": "end"})

    outgoing = check(document).nodes["work"].outgoing

    assert [(edge.port, edge.target) for edge in outgoing] == [("yes", "end"), ("no", "end")]


def test_circles_are_told_apart(document: Data, faults_of: FaultsOf) -> None:
    for name in "abcd":
        document["nodes"][name] = {"type": "step"}
    document["edges"] += [
        {"from": "work", "to": "a"},
        {"from": "a", "to": "b"},
        {"from": "b", "to": "a"},
        {"from": "c", "to": "d"},
        {"from": "d", "to": "c"},
        {"from": "work", "to": "c"},
    ]

    faults = faults_of(document)

    assert faults["/edges/4"] == "edges form a cycle: a → b → a"
    assert faults["/edges/6"] == "edges form a cycle: c → d → c"


def test_node_nobody_leads_to_is_told(document: Data, faults_of: FaultsOf) -> None:
    document["nodes"]["island"] = {"type": "step"}

    assert faults_of(document) == {
        "/nodes/island": "no path of edges leads here from `start`; connect `island` or remove it"
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{wrok.text}}", "{{wrok.text}}: no node `wrok`; did you mean `work`?"),
        ("{{start.txt}}", "{{start.txt}}: `start` has no `txt`; did you mean `text`?"),
        ("{{start.nope}}", "{{start.nope}}: `start` has no `nope`; it has data, list, text"),
        (
            "{{end.text}}",
            "{{end.text}}: no path of edges leads from `end` to `work`, so it may not have run",
        ),
        ("{{work.text}}", "{{work.text}}: a node cannot refer to its own outputs"),
        (
            "{{start.text.x}}",
            "{{start.text.x}}: `text` is of type string; there is nothing below it",
        ),
        (
            "{{start.list.first}}",
            "{{start.list.first}}: `list` is an array; what is below it is numbered from 0",
        ),
        ("{{sys.qeury}}", "{{sys.qeury}}: `sys` has no `qeury`; did you mean `query`?"),
        ("{{sys.tenant}}", None),
        ("{{env.KEY}}", "{{env.KEY}}: `env` has no `KEY`; it has none"),
        ("{{conversation.x}}", "{{conversation.x}}: `conversation` has no `x`; it has none"),
    ],
)
def test_fault_of_a_reference(
    document: Data, faults_of: FaultsOf, text: str, message: str | None
) -> None:
    document["nodes"]["work"]["settings"]["text"] = text

    found = faults_of(document)["/nodes/work/settings/text"]

    assert message is None or found == message


@pytest.mark.parametrize(
    "text",
    [
        "{{start.data.any.thing.0}} {{start.list.0}} {{start.list}}",
        "{{sys.query}} {{sys.files.0.name}} {{sys.run_id}}",
        "{{env.KEY}} {{env.SETTINGS.a.b}} {{conversation.facts.0}}",
        r"{{ name }} \{{nobody.text}} {% if x %} {{nobody}} {{ f(x.y) }}",
    ],
)
def test_reference_that_leads_somewhere_is_taken(document: Data, check: Check, text: str) -> None:
    document["environment"] = [
        {"name": "KEY", "type": "secret"},
        {"name": "SETTINGS", "type": "object"},
    ]
    document["conversation"] = [{"name": "facts", "type": "array[any]"}]
    document["nodes"]["work"]["settings"]["text"] = text

    check(document)


def test_code_is_not_scanned(document: Data, check: Check) -> None:
    document["nodes"]["work"]["settings"]["code"] = "{{nobody.text}}"

    check(document)


def test_parallel_branch_is_not_upstream(document: Data, faults_of: FaultsOf) -> None:
    document["nodes"]["left"] = {"type": "step", "settings": {"text": "{{right.text}}"}}
    document["nodes"]["right"] = {"type": "step"}
    document["edges"] += [
        {"from": "start", "to": "left"},
        {"from": "start", "to": "right"},
        {"from": "left", "to": "end"},
        {"from": "right", "to": "end"},
    ]

    assert list(faults_of(document)) == ["/nodes/left/settings/text"]


graphs = st.integers(2, 25).flatmap(
    lambda size: st.tuples(
        st.just(size),
        st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=60),
    )
)


@given(graph=graphs)
@settings(max_examples=150)
def test_order_puts_everyone_after_what_leads_there(
    graph: tuple[int, list[tuple[int, int]]], node_types: NodeTypes
) -> None:
    size, pairs = graph
    edges = {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}
    # A chain makes every node reachable, and a node without a way on an end.
    edges |= {(index, index + 1) for index in range(size)}
    document = {
        "skep": 1,
        "app": {"name": "random"},
        "nodes": {
            f"n{index}": {"type": "start" if index == 0 else "end" if index == size else "step"}
            for index in range(size, -1, -1)
        },
        "edges": [{"from": f"n{a}", "to": f"n{b}"} for a, b in sorted(edges)],
    }

    checked = check_document(decode_graph(document), node_types)

    position = {node: index for index, node in enumerate(checked.order)}
    assert sorted(position) == sorted(checked.nodes)
    assert all(position[edge.source] < position[edge.target] for edge in checked.edges)
