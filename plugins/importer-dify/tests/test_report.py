"""What cannot be carried is told with its place; what can be is not mentioned."""

from itertools import pairwise
from typing import Any

import pytest

from skep_contracts.plugins.importers import Imported, Installed, PartReport
from skep_importer_dify.importer import DifyImporter
from skep_testing.dify_sources import app, edges, field, node, simple, start, written

Data = dict[str, Any]


def convert(source: Data, **tools: set[str]) -> Imported:
    installed = Installed(tools={name: frozenset(takes) for name, takes in tools.items()})
    return DifyImporter().convert(written(source), installed)


def around(*nodes: Data, more: tuple[str, ...] = (), **sections: Any) -> Data:
    """Return a chain of nodes between a start and an end."""
    names = ["start", *(each["id"] for each in nodes), "end"]
    chain = [f"{a} > {b}" for a, b in pairwise(names)]
    end = node("end", "end", outputs=[])
    return app([start(field("paper", "file-list")), *nodes, end], edges(*chain, *more), **sections)


def part_of(imported: Imported, node_id: str) -> PartReport:
    (found,) = (part for part in imported.report if part.node == node_id)
    return found


def test_plain_workflow_is_carried_without_a_word() -> None:
    imported = convert(around(node("t", "template-transform", template="x", variables=[])))

    assert {part.outcome for part in imported.report} == {"carried"}
    assert [part.remarks for part in imported.report if part.remarks] == []


def test_unknown_node_is_told_and_bypassed() -> None:
    imported = convert(around(node("odd", "teleport")))

    (part,) = (part for part in imported.report if part.outcome == "left_out")
    assert part.pointer == "/workflow/graph/nodes/1"
    assert "teleport" in part.remarks[0].message
    assert imported.document["edges"] == [{"from": "start", "to": "end"}]


def test_tool_is_found_by_its_name_and_its_arguments_are_held_against_it() -> None:
    tool = node("t", "tool", provider_name="time", tool_name="current_time",
                tool_parameters={"timezone": {"type": "mixed", "value": "UTC"},
                                 "format": {"type": "mixed", "value": "%Y"}})  # fmt: skip

    known = convert(around(tool), current_time={"timezone"})
    unknown = convert(around(tool))

    assert known.document["nodes"]["t"]["settings"]["arguments"] == {"timezone": "UTC"}
    assert [r.pointer.rpartition("/")[2] for r in part_of(known, "t").remarks] == ["format"]
    assert "no tool `current_time` is installed" in part_of(unknown, "t").remarks[0].message


def test_model_of_a_provider_that_is_not_installed_is_the_default() -> None:
    model = {"provider": "langgenius/anthropic/anthropic", "name": "claude", "mode": "chat"}
    source = around(
        node("llm", "llm", model=model, prompt_template=[{"role": "user", "text": "x"}])
    )

    def settings(*providers: str) -> Data:
        installed = Installed(providers=frozenset(providers))
        document = DifyImporter().convert(written(source), installed).document
        found: Data = document["nodes"]["llm"]["settings"]
        return found

    assert "model" not in settings("openai")
    assert settings()["model"] == settings("anthropic")["model"] == "anthropic/claude"


def test_secret_is_named_and_its_value_is_gone() -> None:
    variables = [{"name": "KEY", "value_type": "secret", "value": "hunter2", "id": "1"}]
    imported = convert(around(environment_variables=variables))

    assert imported.document["environment"] == [{"name": "KEY", "type": "secret"}]
    assert "hunter2" not in repr(imported)


def test_notes_stay_beside_the_nodes() -> None:
    source = around()
    source["workflow"]["graph"]["nodes"].append({
        "id": "n", "type": "custom-note", "position": {"x": 5, "y": 6}, "width": 240, "height": 90,
        "data": {"type": "", "theme": "blue",
                 "text": '{"root": {"children": [{"type": "text", "text": "mind \\"this\\""}]}}'},
    })  # fmt: skip

    assert convert(source).document["notes"] == {
        "note_1": {"text": 'mind "this"', "at": [5, 6], "size": [240, 90], "color": "blue"}
    }


@pytest.mark.parametrize("kind", ["trigger-webhook", "trigger-schedule", "trigger-plugin"])
def test_trigger_becomes_a_form(kind: str) -> None:
    trigger = node("hook", kind, body=[{"name": "city", "type": "string", "required": True}])
    source = app([trigger, node("end", "end", outputs=[])], edges("hook > end"))

    imported = convert(source)

    assert imported.document["nodes"]["hook"]["type"] == "start"
    assert part_of(imported, "hook").outcome == "changed"


def test_second_start_is_left_out_with_what_only_it_leads_to() -> None:
    source = around()
    graph = source["workflow"]["graph"]
    graph["nodes"].append(node("hook", "trigger-schedule"))
    graph["nodes"].append(node("only", "template-transform", template="x"))
    graph["edges"] += edges("hook > only")

    imported = convert(source)

    assert set(imported.document["nodes"]) == {"start", "end"}
    assert len([part for part in imported.report if part.outcome == "left_out"]) == 2


def test_simple_app_becomes_a_short_graph() -> None:
    source = simple(
        "chat", pre_prompt="You are {{who}}.", opening_statement="Hi",
        user_input_form=[{"select": {"variable": "who", "options": ["a", "b"]}}],
        dataset_configs={"datasets": {"datasets": [{"dataset": {"enabled": True, "id": "x"}}]}},
        sensitive_word_avoidance={"enabled": True},
    )  # fmt: skip

    imported = convert(source)

    assert list(imported.document["nodes"]) == ["start", "search", "reply", "answer"]
    assert imported.document["nodes"]["reply"]["settings"]["system"] == "You are {{start.who}}."
    assert imported.document["app"]["opening"] == "Hi"
    assert "moderation" in {r.message for part in imported.report for r in part.remarks}


@pytest.mark.parametrize("version", ["0.1.0", "0.1.5", "0.2.0", "0.3.1", "0.4.0", "0.5.0", "0.6.0"])
def test_every_version_is_read(version: str) -> None:
    imported = convert(around(version=version))

    assert imported.source == f"Dify {version}, workflow"
    assert {part.outcome for part in imported.report} == {"carried"}


def test_newer_version_is_read_with_a_remark() -> None:
    assert convert(around(version="0.9.0")).report[0].outcome == "changed"
