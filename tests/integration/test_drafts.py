"""A model writes prompts, schemas and code for people to edit."""

import json
import urllib.error
from collections.abc import Iterator
from typing import Any

import pytest

from skep_testing.stack import RunningStack
from tests.integration.models import ScriptedModel, scripted_model

pytestmark = [pytest.mark.integration]
MODEL = "openai/gpt-4o-mini"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


@pytest.fixture(scope="module")
def model(stack: RunningStack) -> Iterator[ScriptedModel]:
    with scripted_model() as running:
        running.connect(stack)
        yield running


def draft(stack: RunningStack, kind: str, wish: str, **more: Any) -> Any:
    body = {"kind": kind, "wish": wish, "model": MODEL, **more}
    return stack.request("POST", "/api/v1/drafts", body)


def test_draft_comes_with_what_it_cost(stack: RunningStack, model: ScriptedModel) -> None:
    model.script("[[greet]]", {"text": "```\nGreet {{start.name}} kindly.\n```"})

    made = draft(stack, "prompt", "[[greet]]", variables=["start.name"])

    assert made["text"] == "Greet {{start.name}} kindly."
    assert made["model"] == MODEL
    assert made["input_tokens"] > 0 < made["output_tokens"]
    assert made["cost_usd"] > 0


def test_fault_goes_back_to_the_model_once(stack: RunningStack, model: ScriptedModel) -> None:
    model.script("[[mend]]", {"text": "{"}, {"text": json.dumps(SCHEMA)})

    made = draft(stack, "schema", "[[mend]]")

    assert json.loads(made["text"]) == SCHEMA
    assert model.count("mend")["completed"] == 2


def test_draft_that_stays_useless_is_refused(stack: RunningStack, model: ScriptedModel) -> None:
    model.script("[[never]]", {"text": "def other(): ..."}, {"text": "I cannot."})

    with pytest.raises(urllib.error.HTTPError) as refusal:
        draft(stack, "code", "[[never]]")

    problem = json.loads(refusal.value.read())
    assert (problem["status"], problem["code"]) == (502, "draft_unusable")
    assert "not define `main`" in problem["detail"] or "not Python" in problem["detail"]
    assert model.count("never")["completed"] == 2


def test_tokens_are_counted_before_anything_is_sent(stack: RunningStack) -> None:
    body = {"texts": ["four characters a token", "每个汉字一个"], "model": "echo/echo"}

    counted = stack.request("POST", "/api/v1/token-counts", body)

    assert counted == {
        "model": "echo/echo",
        "tokens": 6 + 6,
        "is_estimate": True,
        "context_tokens": 1_000_000,
        "fits": True,
        "cost_usd": 0.0,
    }
