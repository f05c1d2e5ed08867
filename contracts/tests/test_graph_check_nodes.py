"""Faults in nodes: type, version, settings, failure handling, variables, roles."""

from collections.abc import Callable
from typing import Any

import pytest

from skep_contracts.graph_check import CheckedDocument

Data = dict[str, Any]
FaultsOf = Callable[[Data], dict[str, str]]
Check = Callable[[Data], CheckedDocument]


def test_sound_document_is_taken_apart(document: Data, check: Check) -> None:
    checked = check(document)

    work = checked.nodes["work"]
    assert checked.order == ("start", "work", "end")
    assert (checked.start, checked.ends, checked.answers) == ("start", ("end",), ())
    assert work.settings.text == "{{start.text}}"
    assert work.ports == ("out",)
    assert [str(reference) for reference in work.references] == ["start.text"]
    assert [edge.source for edge in work.incoming] == ["start"]
    assert [edge.target for edge in work.outgoing] == ["end"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"type": "stpe"}, ("/nodes/work/type", "unknown node type `stpe`; did you mean `step`?")),
        (
            {"type": "new"},
            (
                "/nodes/work/type",
                "unknown node type `new`; install the plugin that brings it, or choose another",
            ),
        ),
        (
            {"type": "aged"},
            ("/nodes/work/version", "version 1 of node type `aged` is not installed; there is 2"),
        ),
        ({"settings": {"text": 3}}, ("/nodes/work/settings/text", "Expected `str`, got `int`")),
        (
            {"settings": {"txet": "x"}},
            ("/nodes/work/settings/txet", "unknown field `txet`; did you mean `text`?"),
        ),
        (
            {"settings": {"limits": {"a": 1, "b": "x", "c": 2}}},
            ("/nodes/work/settings/limits/b", "Expected `int`, got `str`"),
        ),
        ({"settings": {"text": "forbidden"}}, ("/nodes/work/settings/text", "is forbidden")),
        (
            {"settings": {"text": "crash"}},
            (
                "/nodes/work/settings",
                "node type `step` cannot take these settings (ZeroDivisionError)",
            ),
        ),
        (
            {"parent": "strat"},
            ("/nodes/work/parent", "no node `strat`; did you mean `start`?"),
        ),
        (
            {"parent": "start"},
            ("/nodes/work/parent", "`start` is of type `start`, which holds no nodes"),
        ),
        (
            {"on_failure": "edge"},
            (
                "/nodes/work/on_failure",
                "no edge leaves by `work.failed`; add one, or choose stop or defaults",
            ),
        ),
        (
            {"on_failure": "defaults", "defaults": {"txt": ""}},
            ("/nodes/work/defaults/txt", "`work` has no output `txt`; did you mean `text`?"),
        ),
        (
            {"on_failure": "defaults", "defaults": {"text": 3}},
            ("/nodes/work/defaults/text", "the output `text` is of type string"),
        ),
    ],
)
def test_fault_of_a_node(
    document: Data, faults_of: FaultsOf, change: Data, fault: tuple[str, str]
) -> None:
    document["nodes"]["work"] |= change
    pointer, message = fault

    assert faults_of(document)[pointer] == message


@pytest.mark.parametrize("way", ["failed", "a.b", "a b", ""])
def test_port_that_no_edge_could_name_is_refused(
    document: Data, faults_of: FaultsOf, way: str
) -> None:
    document["nodes"]["work"] = {"type": "branch", "settings": {"ways": ["out", way]}}

    assert "/nodes/work/settings" in faults_of(document)


def test_newer_version_can_be_asked_for(document: Data, check: Check) -> None:
    document["nodes"]["work"] |= {"type": "aged", "version": 2}

    assert check(document).nodes["work"].description.version == 2


@pytest.mark.parametrize("handling", ["defaults", "edge"])
def test_node_that_may_fail_has_an_error_to_refer_to(
    document: Data, check: Check, handling: str
) -> None:
    document["nodes"]["work"]["on_failure"] = handling
    document["nodes"]["end"]["settings"]["text"] = "{{work.error.detail}}"
    if handling == "edge":
        document["edges"].append({"from": "work.failed", "to": "end"})

    outputs = check(document).nodes["work"].outputs

    assert outputs[-1].name == "error"


def test_error_of_a_node_that_stops_the_run_is_refused(document: Data, faults_of: FaultsOf) -> None:
    document["nodes"]["end"]["settings"]["text"] = "{{work.error.detail}}"

    assert "has no `error`" in faults_of(document)["/nodes/end/settings/text"]


@pytest.mark.parametrize(
    ("mode", "missing"), [("workflow", "end"), ("workflow", "start"), ("chat", "none")]
)
def test_role_that_is_missing(document: Data, faults_of: FaultsOf, mode: str, missing: str) -> None:
    document["app"]["mode"] = mode
    document["nodes"].pop(missing, None)
    document["edges"] = [edge for edge in document["edges"] if missing not in edge.values()]

    assert "/nodes" in faults_of(document)


def test_second_start_is_refused(document: Data, faults_of: FaultsOf) -> None:
    document["nodes"]["other"] = {"type": "start"}

    assert faults_of(document) == {"/nodes/other": "a second start beside `start`; remove one"}


def test_chat_ends_in_an_answer(document: Data, check: Check) -> None:
    document["app"]["mode"] = "chat"
    document["nodes"]["end"] = {"type": "answer", "settings": {"text": "{{work.text}}"}}

    checked = check(document)

    assert checked.answers == ("end",)
    assert checked.nodes["end"].answer_template == "{{work.text}}"
    assert checked.nodes["work"].answer_template is None


@pytest.mark.parametrize(
    ("variables", "pointer"),
    [
        ({"environment": [{"name": "A", "type": "secret", "value": "x"}]}, "/environment/0/value"),
        ({"environment": [{"name": "A", "type": "number", "value": "x"}]}, "/environment/0/value"),
        (
            {"conversation": [{"name": "A", "type": "array[string]", "default": [1]}]},
            "/conversation/0/default",
        ),
    ],
)
def test_variable_holds_what_it_says(
    document: Data, faults_of: FaultsOf, variables: Data, pointer: str
) -> None:
    document |= variables

    assert pointer in faults_of(document)


def test_variable_is_there_once(document: Data, faults_of: FaultsOf) -> None:
    document["environment"] = [{"name": "A"}, {"name": "A"}]

    assert faults_of(document) == {"/environment/1/name": "`A` is there twice"}


@pytest.mark.parametrize("name", ["sys", "env", "conversation"])
def test_reserved_name_is_refused(document: Data, faults_of: FaultsOf, name: str) -> None:
    document["nodes"][name] = {"type": "step"}
    document["edges"].append({"from": "start", "to": name})

    assert "reserved" in faults_of(document)[f"/nodes/{name}"]


def test_all_faults_are_told_at_once(document: Data, faults_of: FaultsOf) -> None:
    document["nodes"]["work"]["type"] = "stpe"
    document["nodes"]["end"]["settings"] = {"text": "{{nobody.text}}"}
    document["edges"].append({"from": "nowhere", "to": "end"})
    document["environment"] = [{"name": "A"}, {"name": "A"}]

    assert set(faults_of(document)) == {
        "/environment/1/name",
        "/nodes/work/type",
        "/nodes/end/settings/text",
        "/edges/2/from",
    }
