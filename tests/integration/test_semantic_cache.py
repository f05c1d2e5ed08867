"""Answers to questions that mean the same, found with the embedding model of this machine."""

from collections.abc import Iterator
from typing import Any

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import create_app, start_run, wait_until_ended
from tests.integration.documents import start, text_field, workflow
from tests.integration.models import ScriptedModel, scripted_model

pytestmark = [pytest.mark.integration]
MODEL = "openai/gpt-4o-mini"
PATH = "/openai/v1/chat/completions"
ASKED = "How many days of holiday do I get each year?"
REWORDED = "How many days of holiday do I get every year?"
OTHER = "Who repairs the coffee machine in the kitchen?"
SIMILAR = {"similar": {"least": 0.9, "embedding_model": "local/wordllama-256"}}


@pytest.fixture(scope="module")
def model(stack: RunningStack) -> Iterator[ScriptedModel]:
    with scripted_model("--tokens", "6") as running:
        running.connect(stack)
        running.script("holiday", {"text": "You get 28 days."}, {"text": "Asked again."})
        running.script("coffee", {"text": "Facility management does."})
        yield running


def ask(stack: RunningStack, text: str, *, system: str = "Be brief. [[cache]]", **more: Any) -> Any:
    messages = [{"role": "system", "content": system}, {"role": "user", "content": text}]
    body = {"model": MODEL, "messages": messages, "skep_cache": SIMILAR, **more}
    return stack.request("POST", PATH, body)


def said(completion: Any) -> str:
    return str(completion["choices"][0]["message"]["content"])


def test_reworded_question_is_answered_from_what_is_kept(
    stack: RunningStack, model: ScriptedModel
) -> None:
    first = ask(stack, ASKED)
    near = ask(stack, REWORDED)
    other = ask(stack, OTHER)
    numbered = ask(stack, REWORDED.replace("How many", "Which 30"))

    assert said(first) == said(near) == "You get 28 days."
    assert first["skep"]["cache"] == "miss"
    assert near["skep"]["cache"] == "hit"
    assert 0.9 <= near["skep"]["similarity"] < 1
    assert near["usage"]["total_tokens"] == 0
    assert said(other) == "Facility management does."
    assert said(numbered) == "Asked again."
    assert model.count("cache")["started"] == 3


def test_another_frame_is_another_question(stack: RunningStack, model: ScriptedModel) -> None:
    elsewhere = ask(stack, OTHER, system="Answer in Latin. [[latin]]")
    exact = stack.request(
        "POST",
        PATH,
        {"model": MODEL, "messages": [{"role": "user", "content": f"{OTHER} [[plain]]"}]},
    )

    assert elsewhere["skep"]["cache"] == "miss"
    assert "skep" not in exact
    assert [model.count(mark)["started"] for mark in ("latin", "plain")] == [1, 1]


def test_node_of_a_run_is_answered_so_and_the_ledger_tells(
    stack: RunningStack, model: ScriptedModel
) -> None:
    settings = {
        "model": MODEL,
        "prompt": "{{start.topic}}",
        "cache_s": 600,
        "cache_similarity": 0.9,
    }
    nodes = {
        "start": start(text_field("topic")),
        "llm": {"type": "llm", "settings": settings},
        "answer": {"type": "answer", "settings": {"text": "{{llm.text}}"}},
    }
    app = create_app(stack, workflow("similar", nodes, [("start", "llm"), ("llm", "answer")]))
    runs = [
        wait_until_ended(stack, start_run(stack, app, inputs={"topic": text}))
        for text in (
            "May I bring my dog to the coffee bar?",
            "May I bring a dog to the coffee bar?",
        )
    ]

    assert [run["status"] for run in runs] == ["succeeded", "succeeded"]
    assert runs[0]["output_tokens"] > 0
    assert runs[1]["output_tokens"] == 0
