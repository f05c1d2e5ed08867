"""Routes of models, from the setting to the answer."""

from collections.abc import Iterator

import openai
import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import eventually
from tests.integration.models import ScriptedModel, scripted_model

pytestmark = [pytest.mark.integration]
MODEL = "openai/gpt-4o-mini"


@pytest.fixture(scope="module")
def model(stack: RunningStack) -> Iterator[ScriptedModel]:
    with scripted_model("--tokens", "6") as running:
        running.connect(stack)
        yield running


def test_fallback_answers_and_says_so(stack: RunningStack, model: ScriptedModel) -> None:
    routes = {"models": {MODEL: {"fallbacks": ["echo/echo"], "first_token_timeout_s": 20}}}
    stack.request("PUT", "/api/v1/model-routes", routes)
    model.script("[[broken]]", *[{"status": 500}] * 20)
    with openai.OpenAI(
        base_url=f"{stack.url}/openai/v1", api_key=stack.key, max_retries=0
    ) as client:

        def ask(text: str) -> tuple[str | None, str]:
            made = client.chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": text}]
            )
            marks = (made.model_extra or {}).get("skep", {})
            return made.choices[0].message.content, marks.get("answered_by", "")

        def is_answered_by_the_fallback() -> bool:
            try:
                return ask("[[broken]] hello") == ("[[broken]] hello", "echo/echo")
            except openai.APIStatusError:
                return False

        eventually(is_answered_by_the_fallback)  # the setting holds within moments
        streamed = list(
            client.chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": "[[broken]]"}], stream=True
            )
        )

    ends = [chunk for chunk in streamed if chunk.choices and chunk.choices[0].finish_reason]
    assert (ends[0].model_extra or {})["skep"] == {"answered_by": "echo/echo"}
    assert stack.request("GET", "/api/v1/model-routes")["models"][MODEL]["fallbacks"]
