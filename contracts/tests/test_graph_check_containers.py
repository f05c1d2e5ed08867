"""Containers hold nodes; what crosses their border is known, and so is what may be changed."""

from collections.abc import Callable
from typing import Any

import pytest

from skep_contracts.graph_check import CheckedDocument

Data = dict[str, Any]
FaultsOf = Callable[[Data], dict[str, str]]
Check = Callable[[Data], CheckedDocument]


@pytest.fixture
def nested(document: Data) -> Data:
    """``start → work → loop(first → last, change) → end``, and variables to change."""
    nodes = document["nodes"]
    end = nodes.pop("end")
    nodes["loop"] = {
        "type": "repeat",
        "settings": {"text": "{{last.text}}", "limits": {"seen": 1}},
    }
    nodes["first"] = {"type": "step", "parent": "loop", "settings": {"text": "{{loop.index}}"}}
    nodes["last"] = {"type": "step", "parent": "loop", "settings": {"text": "{{first.text}}"}}
    nodes["change"] = {"type": "change", "parent": "loop", "settings": {"ways": ["loop.seen"]}}
    nodes["end"] = end
    document["edges"] = [
        {"from": "start", "to": "work"},
        {"from": "work", "to": "loop"},
        {"from": "first", "to": "last"},
        {"from": "loop", "to": "end"},
    ]
    document["conversation"] = [{"name": "facts", "type": "array[string]"}]
    return document


def test_sound_container_passes(nested: Data, check: Check) -> None:
    checked = check(nested)

    rounds = checked.nodes["loop"].rounds
    assert rounds is not None
    assert [variable.name for variable in rounds.variables] == ["seen"]
    assert checked.nodes["first"].node.parent == "loop"


@pytest.mark.parametrize(
    ("node", "settings", "message"),
    [
        ("first", {"text": "{{loop.item}}"}, "inside of `loop`, it has no `item`"),
        ("first", {"text": "{{last.text}}"}, "no path of edges leads from `last`"),
        ("end", {"text": "{{first.text}}"}, "it is inside of `loop`, whose outputs alone"),
        ("loop", {"text": "{{loop.nothing}}", "limits": {"seen": 1}}, "it has no `nothing`"),
        ("work", {"text": "{{loop.text}}"}, "no path of edges leads from `loop`"),
    ],
)
def test_reference_across_the_border_is_refused(
    nested: Data, faults_of: FaultsOf, node: str, *, settings: Data, message: str
) -> None:
    nested["nodes"][node]["settings"] = settings

    found = faults_of(nested)

    assert message in found[f"/nodes/{node}/settings/text"]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("loop.sen", "no such variable; did you mean `seen`?"),
        ("conversation.fact", "no such variable; did you mean `facts`?"),
        ("env.x", "only variables of the conversation or of a loop around"),
        ("other.x", "only variables of the conversation or of a loop around"),
    ],
)
def test_change_of_what_is_no_variable_is_refused(
    nested: Data, faults_of: FaultsOf, target: str, message: str
) -> None:
    nested["nodes"]["change"]["settings"]["ways"] = [target]

    assert message in faults_of(nested)["/nodes/change/settings"]


def test_change_has_to_suit_the_type(nested: Data, faults_of: FaultsOf) -> None:
    nested["conversation"].append({"name": "count", "type": "number"})
    nested["nodes"]["change"]["settings"]["ways"] = ["conversation.facts", "conversation.count"]

    message = faults_of(nested)["/nodes/change/settings"]

    assert message == "`append` cannot be done to `conversation.count`, which is number"


def test_empty_container_is_refused(document: Data, faults_of: FaultsOf) -> None:
    document["nodes"]["work"]["type"] = "repeat"

    assert "holds no nodes" in faults_of(document)["/nodes/work"]


@pytest.mark.parametrize(
    ("change", "pointer", "message"),
    [
        ({"type": "step", "parent": "lop"}, "/nodes/new/parent", "did you mean `loop`?"),
        ({"type": "step", "parent": "work"}, "/nodes/new/parent", "which holds no nodes"),
        ({"type": "start", "parent": "loop"}, "/nodes/new/parent", "stands outside of"),
        ({"type": "end", "parent": "loop"}, "/nodes/new/parent", "stands outside of"),
        ({"type": "repeat", "parent": "new"}, "/nodes/new/parent", "or of itself"),
        ({"type": "break"}, "/nodes/new", "stands in no container"),
        ({"type": "repeat", "retry": {}}, "/nodes/new/retry", "let the nodes inside retry"),
    ],
)
def test_node_that_stands_wrong_is_refused(
    nested: Data, faults_of: FaultsOf, change: Data, *, pointer: str, message: str
) -> None:
    nested["nodes"]["new"] = change
    if "parent" not in change:
        nested["edges"].append({"from": "work", "to": "new"})

    assert message in faults_of(nested)[pointer]


def test_edge_across_the_border_is_refused(nested: Data, faults_of: FaultsOf) -> None:
    nested["edges"].append({"from": "work", "to": "first"})

    assert "crosses the border of `loop`" in faults_of(nested)["/edges/4"]


def test_nothing_comes_after_a_break(nested: Data, check: Check, faults_of: FaultsOf) -> None:
    nested["nodes"]["stop"] = {"type": "break", "parent": "loop"}
    nested["edges"].append({"from": "first", "to": "stop"})
    assert check(nested).nodes["stop"].node.parent == "loop"

    nested["edges"].append({"from": "stop", "to": "last"})

    assert faults_of(nested)["/edges/5/from"] == "`stop` ends its round; nothing comes after it"


def test_containers_nest_only_so_deep(nested: Data, faults_of: FaultsOf) -> None:
    outer = "loop"
    for depth in range(6):
        nested["nodes"][f"c{depth}"] = {"type": "repeat", "parent": outer}
        outer = f"c{depth}"
    nested["nodes"]["deep"] = {"type": "step", "parent": outer}

    assert "more than 5 containers" in faults_of(nested)["/nodes/deep/parent"]
