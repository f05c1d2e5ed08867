"""Guardrails on a stack: set, tried, and kept by workers and by the gateway alike."""

from collections.abc import Iterator
from typing import Any

import openai
import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import create_app, eventually, refused, start_run, wait_until_ended
from tests.integration.documents import model_chain
from tests.integration.models import ScriptedModel, scripted_model

pytestmark = [pytest.mark.integration]
MAIL = {
    "id": "mail",
    "name": "No addresses",
    "guardrail": "personal-data",
    "settings": {"kinds": ["email"]},
    "action": "mask",
    "sides": ["input", "output"],
}
SECRET = {
    "id": "secret",
    "name": "Project names",
    "guardrail": "words",
    "settings": {"words": ["Project X"], "label": "internal name"},
}


@pytest.fixture(scope="module")
def model(stack: RunningStack) -> Iterator[ScriptedModel]:
    with scripted_model() as running:
        running.connect(stack)
        stack.request("PUT", "/api/v1/guardrails", {"rules": [MAIL, SECRET]})
        yield running


def say(stack: RunningStack, text: str) -> Any:
    return {"model": "openai/gpt-4o-mini", "messages": [{"role": "user", "content": text}]}


def test_kinds_are_listed_and_rules_tried(stack: RunningStack) -> None:
    kinds = [kind["name"] for kind in stack.request("GET", "/api/v1/guardrail-kinds")["items"]]
    assert {"words", "pattern", "personal-data", "prompt-injection"} <= set(kinds)

    body = {"rule": MAIL, "text": "to ada@example.org"}
    tried = stack.request("POST", "/api/v1/guardrails/trials", body)
    assert tried == {"action": "mask", "kinds": ["email"], "text": "to [email]"}
    fine = stack.request("POST", "/api/v1/guardrails/trials", {**body, "text": "hello"})
    assert fine["action"] == "pass"


def test_request_is_masked_or_refused_at_the_openai_api(
    stack: RunningStack, model: ScriptedModel
) -> None:
    model.script("[email]", {"text": "Written to bob@example.org."})
    path = "/openai/v1/chat/completions"

    def is_kept() -> bool:
        answer = stack.request("POST", path, say(stack, "Write to ada@example.org"))
        text: str = answer["choices"][0]["message"]["content"]
        return text == "Written to [email]."

    eventually(is_kept)  # the rules reach every process within a moment
    problem = refused(stack, "POST", path, say(stack, "What is project x?"))
    assert problem["error"]["code"] == "guardrail_blocked"
    assert "internal name" in problem["error"]["message"]


def test_speech_and_transcripts_are_looked_at(stack: RunningStack, model: ScriptedModel) -> None:
    with openai.OpenAI(base_url=f"{stack.url}/openai/v1", api_key=stack.key) as client:
        speak = client.audio.speech.create
        form: Any = {"model": "echo/tones", "voice": "any", "response_format": "wav"}
        sound = speak(input="Write to ada@example.org now", **form).content
        heard = client.audio.transcriptions.create(
            model="echo/listener", file=("a.wav", sound, "audio/wav")
        )
        with pytest.raises(openai.APIStatusError) as refusal:
            speak(input="All about Project X", **form)
        with pytest.raises(openai.APIStatusError) as unpainted:
            client.images.generate(model="echo/letters", prompt="Project X")

    assert heard.text == "Write to [email] now"
    for error in (refusal.value, unpainted.value):
        assert error.code == "guardrail_blocked"


def test_run_is_refused_with_the_rule_that_did_it(
    stack: RunningStack, model: ScriptedModel
) -> None:
    app = create_app(stack, model_chain("guarded", "openai/gpt-4o-mini", 1))

    run = wait_until_ended(stack, start_run(stack, app, inputs={"topic": "Project X"}))

    assert run["status"] == "failed"
    assert run["problem"]["code"] == "guardrail_blocked"
    assert "`Project names`" in run["problem"]["detail"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"guardrail": "gone"}, "/rules/0/guardrail"),
        ({"settings": {"words": []}}, "/rules/0/settings/words"),
        ({"guardrail": "pattern", "settings": {"pattern": "("}}, "/rules/0/settings/pattern"),
        ({"sides": []}, "/rules/0/sides"),
        ({"id": "A B"}, "/rules/0/id"),
    ],
)
def test_senseless_rules_are_refused(
    stack: RunningStack, change: dict[str, Any], place: str
) -> None:
    problem = refused(stack, "PUT", "/api/v1/guardrails", {"rules": [{**SECRET, **change}]})

    assert problem["status"] == 422
    assert place in [error["pointer"] for error in problem["errors"]]
