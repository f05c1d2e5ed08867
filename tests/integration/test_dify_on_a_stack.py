"""Dify's test workflows through the real services: imported, run, and taken out again."""

import json
from pathlib import Path
from typing import Any

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import skep

pytestmark = [pytest.mark.integration]
FIXTURES = Path(__file__).parents[2] / "plugins/importer-dify/tests/fixtures"


def imported(stack: RunningStack, name: str) -> str:
    """Import a fixture and publish it; return the app's id."""
    content = (FIXTURES / f"{name}.yml").read_bytes()
    found = stack.request("POST", "/api/v1/imports", content, content_type="application/yaml")
    assert found["issues"] == []
    stack.request("POST", f"/api/v1/apps/{found['app']['id']}/versions", {})
    return str(found["app"]["id"])


@pytest.mark.parametrize(
    ("name", "inputs", "outputs"),
    [
        ("array_iteration_formatting_workflow", {},
         {"output": ["output: 1", "output: 2", "output: 3"]}),
        ("iteration_flatten_output_enabled_workflow", {}, {"output": [1, 2, 2, 4, 3, 6]}),
        ("increment_loop_with_break_condition_workflow", {}, {"num": 5}),
        ("conditional_hello_branching_workflow", {"query": "say hello"}, {"true": "say hello"}),
        ("simple_passthrough_workflow", {"query": ""}, {"query": ""}),
    ],
)  # fmt: skip
def test_imported_workflow_runs(
    stack: RunningStack, name: str, inputs: dict[str, Any], outputs: dict[str, Any]
) -> None:
    run = stack.request("POST", "/api/v1/runs", {"app": imported(stack, name), "inputs": inputs})

    assert (run["status"], run["outputs"]) == ("succeeded", outputs)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("test_streaming_conversation_variables", "a question"),
        ("answer_end_with_text", "prefixa questionsuffix"),
        ("minimal_non_uuid_conversation_variable", "- producer.output"),
    ],
)
def test_imported_chat_answers(stack: RunningStack, name: str, answer: str) -> None:
    run = stack.request(
        "POST", "/api/v1/runs", {"app": imported(stack, name), "query": "a question"}
    )

    assert (run["status"], run["answer"]) == ("succeeded", answer)


def test_command_imports_reports_and_exports(stack: RunningStack, tmp_path: Path) -> None:
    file = str(FIXTURES / "test-answer-order.yml")
    document = tmp_path / "app.yaml"

    tried = skep(stack, "import", file, "--output", str(document))
    made = skep(stack, "import", file, "--name", "brought", "--json")
    theirs = skep(stack, "export", "brought", "--format", "dify", "--output", f"{tmp_path}/d.yml")
    again = skep(stack, "import", f"{tmp_path}/d.yml", "--dry-run", "--json")

    assert tried.returncode == 0, tried.stderr
    assert "a credential for openai is needed" in tried.stdout
    assert skep(stack, "validate", str(document)).returncode == 0
    assert skep(stack, "fmt", "--check", str(document)).returncode == 0
    assert skep(stack, "diff", str(document), "brought").stdout.startswith("~ app /app/name")
    assert theirs.returncode == 0, theirs.stderr
    assert json.loads(again.stdout)["document"] == json.loads(made.stdout)["document"]


def test_command_says_why_a_file_is_no_app(stack: RunningStack) -> None:
    refused = skep(stack, "import", str(FIXTURES / "minimal_not_an_app.yml"), "--dry-run")

    assert refused.returncode != 0
    assert "no `app` section" in refused.stderr


def test_schema_is_published(stack: RunningStack, tmp_path: Path) -> None:
    file = tmp_path / "schema.json"

    assert skep(stack, "schema", "--output", str(file)).returncode == 0
    assert "iteration.v1.IterationSettings" in json.loads(file.read_text())["$defs"]
