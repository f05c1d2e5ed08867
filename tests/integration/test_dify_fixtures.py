"""Dify's own test workflows, imported and run: they give what its tests expect."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from skep_contracts.plugins.importers import Installed
from skep_contracts.problems import InvalidInput
from skep_importer_dify.importer import DifyImporter
from tests.integration.dify_runs import Call, Played, Serve, play

FIXTURES = Path(__file__).parents[2] / "plugins/importer-dify/tests/fixtures"
EXPECTATIONS = json.loads((FIXTURES / "expectations.json").read_text("utf-8"))
CASES = [case for case in EXPECTATIONS["cases"] if "query" in case]

Data = dict[str, Any]


def node_of(source: Data, node_id: str) -> Data:
    """Return the data of a node of a source."""
    (found,) = (n for n in source["workflow"]["graph"]["nodes"] if n["id"] == node_id)
    data: Data = found["data"]
    return data


def fall_back(source: Data) -> None:
    node_of(source, "llm").update(
        error_strategy="default-value",
        default_value=[{"key": "text", "type": "string", "value": "fallback response"}],
    )


def answer_with_structure(source: Data) -> None:
    node_of(source, "answer")["answer"] = "{{#llm.structured_output#}}"
    node_of(source, "llm").update(
        structured_output_enabled=True, structured_output={"schema": {"type": "object"}}
    )


def retry(source: Data) -> None:
    node_of(source, "llm")["retry_config"] = {
        "retry_enabled": True,
        "max_retries": 2,
        "retry_interval": 50,
    }


MUTATIONS: dict[str, Callable[[Data], None]] = {
    "basic_chatflow_default_value": fall_back,
    "basic_chatflow_structured_output_in_answer": answer_with_structure,
    "probe_retry_then_success": retry,
}
OUR_NAMES = {"structured_output": "structured", "status_code": "status"}
BY_TYPE: dict[str, Any] = {
    "string": "mocked",
    "number": 42,
    "object": {"key": "value"},
    "array[string]": ["item1", "item2"],
    "array[number]": [1, 2, 3],
}


def script_of(case: Data) -> Serve:
    """Return what services give, as the case describes it in Dify's names."""
    mocks = case.get("mocks", {})

    def serve(call: Call) -> Data:
        given = copy.deepcopy(mocks.get("node_outputs", {}).get(call.node))
        if given is not None:
            return in_our_names(given, call)
        if call.node in mocks.get("node_errors", {}):
            return {"error": mocks["node_errors"][call.node]}
        if "fails once" in mocks.get("note", "") and call.attempt == 1:
            return {"error": "try again"}
        if call.type == "code":
            return {name: BY_TYPE[declared] for name, declared in call.settings.outputs.items()}
        return {"text": mocks.get("default_llm_text", "This is a mocked LLM response")}

    return serve


def in_our_names(given: Data, call: Call) -> Data:
    """Return outputs that a case gives a node."""
    if "$rule" in given:
        assert given["$rule"].startswith("result = [item, item*2]")
        (item,) = call.inputs.values()
        return {"result": [item, item * 2]}
    if call.type == "tool":
        return {"text": json.dumps(given), "data": given}
    return {OUR_NAMES.get(name, name): value for name, value in given.items()}


def run_case(case: Data, source: Data) -> Played:
    imported = DifyImporter().convert(yaml.safe_dump(source).encode(), Installed())
    return play(imported.document, script_of(case), inputs=case["inputs"], query=case["query"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_imported_workflow_gives_what_is_expected(case: Data) -> None:
    source = yaml.safe_load((FIXTURES / case["fixture"]).read_text("utf-8"))
    if case["id"] in MUTATIONS:
        MUTATIONS[case["id"]](source)
    expected = case["expected"]

    played = run_case(case, source)

    assert played.status == "succeeded"
    given = dict(played.outputs)
    if played.answer is not None:
        given["answer"] = played.answer
    if expected["outputs_match"] == "exact":
        assert given == expected["outputs"]
    else:
        assert {name: given.get(name) for name in expected["outputs"]} == expected["outputs"]


def test_reference_to_what_may_not_have_run_stays_as_its_name() -> None:
    (case,) = (case for case in CASES if case["id"] == "non_uuid_conv_var")
    source = yaml.safe_load((FIXTURES / case["fixture"]).read_text("utf-8"))

    assert run_case(case, source).answer == "- producer.output"


def test_sketch_without_an_app_is_refused() -> None:
    content = (FIXTURES / "minimal_not_an_app.yml").read_bytes()

    with pytest.raises(InvalidInput) as refusal:
        DifyImporter().convert(content, Installed())

    assert [error.pointer for error in refusal.value.errors] == ["/app"]
