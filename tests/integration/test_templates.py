"""Starter documents of the console: alike in every language, and what should run at once does."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from skep_testing.stack import RunningStack
from tests.integration.api import create_app

FOLDER = Path(__file__).parents[2] / "console/src/features/apps/templates"
NAMES = sorted(path.name.removesuffix(".en.yaml") for path in FOLDER.glob("*.en.yaml"))
NEEDS_A_CHOICE = {"knowledge": "/nodes/search/settings/datasets"}
"""What a template leaves to whoever uses it, by pointer."""
INPUTS: dict[str, dict[str, Any]] = {
    "greeting": {"name": "Ada"},
    "text": {"text": "Bees keep their hive at 35 degrees. They do so by flying without flying."},
}

pytestmark = [pytest.mark.integration]


def template(name: str, language: str) -> dict[str, Any]:
    text = (FOLDER / f"{name}.{language}.yaml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def test_every_language_has_every_template() -> None:
    assert len(NAMES) >= 5
    assert {path.name for path in FOLDER.glob("*.yaml")} == {
        f"{name}.{language}.yaml" for name in NAMES for language in ("en", "zh")
    }


@pytest.mark.parametrize("name", NAMES)
def test_languages_differ_in_words_alone(name: str) -> None:
    english, chinese = template(name, "en"), template(name, "zh")

    assert english["edges"] == chinese["edges"]
    assert english["layout"] == chinese["layout"]
    assert {
        key: (node["type"], sorted(node.get("settings", {})))
        for key, node in english["nodes"].items()
    } == {
        key: (node["type"], sorted(node.get("settings", {})))
        for key, node in chinese["nodes"].items()
    }
    assert english["app"]["name"] != chinese["app"]["name"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_template_can_run_or_says_what_is_missing(
    stack: RunningStack, name: str, language: str
) -> None:
    checked = stack.request(
        "POST", "/api/v1/workflow-checks", {"document": template(name, language)}
    )

    missing = [error["pointer"] for error in checked["errors"]]
    assert missing == ([NEEDS_A_CHOICE[name]] if name in NEEDS_A_CHOICE else [])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", [name for name in NAMES if name not in NEEDS_A_CHOICE])
def test_template_runs_offline(stack: RunningStack, name: str, language: str) -> None:
    document = template(name, language)
    app = create_app(stack, document)
    body: dict[str, Any] = {"app": app, "inputs": INPUTS.get(name, {}), "timeout_s": 30}
    if document["app"]["mode"] == "chat":
        body["query"] = 'call calculator {"expression": "6 * 7"}'

    run = stack.request("POST", "/api/v1/runs", body)

    assert run["status"] == ("paused" if name == "approval" else "succeeded"), run
    if name == "greeting":
        assert "Ada" in run["answer"]
    if name == "agent":
        assert "42" in run["answer"]
    if name == "triage":
        assert run["outputs"]["reply"]
