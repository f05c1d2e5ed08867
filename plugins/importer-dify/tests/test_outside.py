"""Requests, searches and questions about files say the same on both sides."""

import copy
from typing import Any

import pytest

from skep_contracts.graph_check import decode_graph
from skep_contracts.plugins.importers import Imported, Installed
from skep_importer_dify.importer import DifyImporter
from skep_testing.dify_sources import app, edges, field, node, simple, start, written

Data = dict[str, Any]
SECRET = {"name": "KEY", "value_type": "secret", "value": "", "id": "1"}
MODEL = {"provider": "langgenius/openai/openai", "name": "gpt-4o", "mode": "chat"}


def imported(each: Data, *more: Data, **sections: Any) -> Imported:
    nodes = [start(field("name", required=False), field("papers", "file-list")), each, *more]
    names = [found["id"] for found in nodes]
    chain = edges(*(f"{a} > {b}" for a, b in zip(names, [*names[1:], "end"], strict=True)))
    source = app([*nodes, node("end", "end", outputs=[])], chain, **sections)
    return DifyImporter().convert(written(source), Installed())


def settings_of(each: Data, **sections: Any) -> Data:
    """Return the settings of a node, which come back the same from the other side."""
    document = imported(each, **sections).document
    found: Data = document["nodes"][each["id"]]["settings"]
    exported = DifyImporter().export(decode_graph(copy.deepcopy(document)))
    again = DifyImporter().convert(exported.text.encode(), Installed()).document
    back: Data = again["nodes"][each["id"]]["settings"]
    assert {name: back.get(name) for name in found} == found
    return found


def request(**data: Any) -> Data:
    return node("call", "http-request", **{"method": "post", "url": "https://x.example", **data})


def json_body(text: str) -> Data:
    return {"type": "json", "data": [{"type": "text", "value": text}]}


def test_secret_among_the_parameters_is_a_key() -> None:
    call = request(params="page:2\napi_key:{{#env.KEY#}}")

    settings = settings_of(call, environment_variables=[SECRET])

    assert settings["auth"] == {"type": "query", "name": "api_key", "value": "{{env.KEY}}"}
    assert settings["params"] == {"page": "2"}


@pytest.mark.parametrize(
    "params", ["api_key:{{#start.name#}}", "a:{{#env.KEY#}}\nb:{{#env.KEY#}}", "a:x{{#env.KEY#}}"]
)
def test_other_parameters_stay_parameters(params: str) -> None:
    settings = settings_of(request(params=params), environment_variables=[SECRET])

    assert "auth" not in settings


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"name": "Dear {{#start.name#}}"}', "json"),
        ('{"name": "a \\" {{#start.name#}}", "sent": "{{#sys.timestamp#}}"}', "json"),
        ('{"n": {{#sys.dialogue_count#}}}', "json"),
        ('{"name": {{#start.name#}}}', "text"),
        ("{{#start.name#}}", "text"),
        ('{"name": "x",}', "text"),
    ],
)
def test_no_value_breaks_out_of_json_where_it_would_be_repaired(text: str, kind: str) -> None:
    assert settings_of(request(body=json_body(text)))["body"]["type"] == kind


def search(**data: Any) -> Data:
    return node("find", "knowledge-retrieval", query_variable_selector=["start", "name"],
                dataset_ids=["d"], **data)  # fmt: skip


def manual(*conditions: tuple[str, str, Any], match: str = "and") -> Data:
    return {
        "metadata_filtering_mode": "manual",
        "metadata_filtering_conditions": {
            "logical_operator": match,
            "conditions": [
                {"name": name, "comparison_operator": operator, "value": value}
                for name, operator, value in conditions
            ],
        },
    }


def test_conditions_on_metadata_are_carried() -> None:
    settings = settings_of(
        search(
            **manual(
                ("kind", "is", "{{#start.name#}}"),
                ("year", "≥", "2024"),
                ("file", "end with", ".pdf"),
                ("tag", "in", "a, b"),
                ("text", "not contains", "draft"),
                ("author", "not empty", ""),
                ("gone", "empty", ""),
                match="or",
            )
        )
    )

    assert settings["ignore_null_conditions"] is True
    assert settings["filter"]["match"] == "any"
    of = settings["filter"]["of"]
    assert [(each.get("op"), each.get("value")) for each in of] == [
        ("eq", "{{start.name}}"),
        ("ge", 2024),
        ("ends_with", ".pdf"),
        ("in", ["a", "b"]),
        (None, None),
        ("exists", True),
        ("exists", False),
    ]
    denied = {"kind": "is", "field": "text", "op": "contains", "value": "draft"}
    assert of[4] == {"kind": "group", "match": "none", "of": [denied]}


def test_filter_that_a_model_makes_up_is_one_here_too() -> None:
    asked = search(metadata_filtering_mode="automatic", metadata_model_config=MODEL)

    assert settings_of(asked)["automatic_filter"] == {"model": "openai/gpt-4o"}


def test_app_with_one_prompt_searches_by_metadata_too() -> None:
    datasets = {"datasets": {"datasets": [{"dataset": {"enabled": True, "id": "x"}}]}}
    source = simple(
        "chat",
        prompt_type="advanced",
        user_input_form=[{"text-input": {"variable": "who"}}],
        dataset_configs={**datasets, **manual(("owner", "is", "{{who}}"))},
        completion_prompt_config={
            "prompt": {"text": "{{#context#}}\n{{#histories#}}\nHuman: {{#query#}}"},
            "conversation_histories_role": {"user_prefix": "Human", "assistant_prefix": "Bee"},
        },
        retriever_resource={"enabled": True},
    )

    found = DifyImporter().convert(written(source), Installed())

    search = found.document["nodes"]["search"]["settings"]
    assert search["filter"]["of"][0]["value"] == "{{start.who}}"
    reply = found.document["nodes"]["reply"]["settings"]
    assert reply["prompt"] == "{{context}}\n{{memory}}\nHuman: {{sys.query}}"
    assert reply["memory"] == {"prefixes": {"user": "Human", "assistant": "Bee"}}
    assert "`reply.citations`" in str(found.report[0].remarks)


def test_sources_are_spoken_of_where_there_are_some() -> None:
    features = {"retriever_resource": {"enabled": True}}

    without = imported(request(), features=features)
    searched = imported(search(), features=features)

    assert "citations" not in str(without.report[0].remarks)
    assert "`find.passages`" in str(searched.report[0].remarks)


def question(*tests: tuple[str, str, Any], match: str = "and") -> Data:
    condition = {
        "comparison_operator": "contains", "value": "", "variable_selector": ["start", "papers"],
        "sub_variable_condition": {"logical_operator": match, "conditions": [
            {"key": key, "comparison_operator": operator, "value": value}
            for key, operator, value in tests]},
    }  # fmt: skip
    cases = [{"case_id": "true", "logical_operator": "and", "conditions": [condition]}]
    return node("if", "if-else", cases=cases)


def test_questions_about_files_are_carried() -> None:
    asked = question(
        ("type", "in", ["image"]),
        ("size", "<", "100"),
        ("size", "≠", "7"),
        ("name", "not contains", "x"),
        ("extension", "is", "pdf"),
        ("mime_type", "not empty", ""),
        match="or",
    )

    (made,) = settings_of(asked)["cases"][0]["conditions"]

    assert made["match"] == "any"
    assert [(each["op"], each["conditions"]) for each in made["conditions"]] == [
        ("any_item", [{"field": "kind", "op": "in", "right": ["image"]}]),
        ("any_item", [{"field": "size_bytes", "op": "lt", "right": 100}]),
        ("any_item", [{"field": "size_bytes", "op": "ne", "right": 7}]),
        ("every_item", [{"field": "name", "op": "not_contains", "right": "x"}]),
        ("any_item", [{"field": "extension", "op": "eq", "right": ".pdf"}]),
        ("every_item", [{"field": "mime_type", "op": "not_empty"}]),
    ]


def test_none_of_the_files_is_every_file_not_over_there() -> None:
    document = imported(question(("name", "contains", "x"))).document
    test = {"field": "name", "op": "contains", "right": "x"}
    asked = {"left": "{{start.papers}}", "op": "no_item", "conditions": [test]}
    document["nodes"]["if"]["settings"]["cases"][0]["conditions"] = [asked]

    exported = DifyImporter().export(decode_graph(document))

    assert "comparison_operator: not contains" in exported.text


def test_pairs_may_be_a_list() -> None:
    document = imported(request()).document
    pairs = [{"name": "tag", "value": "a"}, {"name": "tag", "value": "b"}]
    settings = document["nodes"]["call"]["settings"]
    settings |= {"params": pairs, "body": {"type": "form", "fields": pairs}}

    exported = DifyImporter().export(decode_graph(document)).text

    assert "tag:a\n" in exported
    assert exported.count("key: tag") == 2
