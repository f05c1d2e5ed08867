"""The Responses API, by OpenAI's own SDK against the gateway."""

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import create_app
from tests.integration.documents import code_app, model_chain, start, workflow
from tests.integration.models import ScriptedModel, scripted_model

pytestmark = [pytest.mark.integration]
MODEL = "openai/gpt-4o-mini"
WEATHER: Any = {
    "type": "function",
    "name": "weather",
    "description": "Tells the weather.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    "strict": False,
}


@pytest.fixture(scope="module")
def model(stack: RunningStack) -> Iterator[ScriptedModel]:
    with scripted_model("--tokens", "6") as running:
        running.connect(stack)
        yield running


@pytest.fixture
def client(stack: RunningStack, model: ScriptedModel) -> Iterator[openai.OpenAI]:
    url = f"{stack.url}/openai/v1"
    with openai.OpenAI(base_url=url, api_key=stack.key, max_retries=0) as made:
        yield made


def test_response_is_whole(client: openai.OpenAI, model: ScriptedModel) -> None:
    model.script("[[whole]]", {"text": "one two", "reasoning": "Hm."})

    made = client.responses.create(
        model=MODEL,
        instructions="Be brief.",
        input="[[whole]]",
        max_output_tokens=50,
        metadata={"job": "7"},
        store=False,
    )

    assert made.output_text == "one two"
    assert [item.type for item in made.output] == ["reasoning", "message"]
    assert (made.status, made.metadata) == ("completed", {"job": "7"})
    assert made.usage is not None
    assert made.usage.total_tokens == made.usage.input_tokens + made.usage.output_tokens > 0


def test_stream_adds_up_in_the_sdk(client: openai.OpenAI, model: ScriptedModel) -> None:
    model.script("[[stream]]", {"text": "one two three"})

    with client.responses.stream(model=MODEL, input="[[stream]]") as stream:
        pieces = [event.delta for event in stream if event.type == "response.output_text.delta"]
        made = stream.get_final_response()

    assert len(pieces) > 1
    assert "".join(pieces) == made.output_text == "one two three"
    assert made.usage is not None
    assert made.usage.output_tokens > 0


def test_tools_go_round(client: openai.OpenAI, model: ScriptedModel) -> None:
    call = ["weather", '{"city": "Ulm"}']
    model.script("[[tools]]", {"text": "", "tool_calls": [call]}, {"text": "sunny"})
    items: Any = [{"role": "user", "content": "[[tools]]"}]

    with client.responses.stream(model=MODEL, input=items, tools=[WEATHER]) as stream:
        stream.until_done()
        first = stream.get_final_response()
    asked = first.output[-1]
    assert asked.type == "function_call"
    items += [item.to_dict() for item in first.output]
    items.append({"type": "function_call_output", "call_id": asked.call_id, "output": "24 °C"})
    second = client.responses.create(model=MODEL, input=items, tools=[WEATHER])

    assert json.loads(asked.arguments) == {"city": "Ulm"}
    assert second.output_text == "sunny"


def test_schema_is_followed(client: openai.OpenAI) -> None:
    schema: Any = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}

    made = client.responses.create(
        model=MODEL,
        input="[[schema]]",
        text={"format": {"type": "json_schema", "name": "a", "schema": schema}},
    )

    assert "n" in json.loads(made.output_text)


def test_stream_that_breaks_off_is_a_failed_response(
    client: openai.OpenAI, model: ScriptedModel
) -> None:
    model.script("[[broken]]", {"text": "one two three four", "error_after": 2})

    events = list(client.responses.create(model=MODEL, input="[[broken]]", stream=True))

    last = events[-1]
    assert last.type == "response.failed"
    assert last.response.error is not None
    assert last.response.output_text.startswith("one")


def test_refusals_have_the_shape_of_openais(client: openai.OpenAI, model: ScriptedModel) -> None:
    model.script("[[429]]", {"status": 429, "retry_after_s": 30})

    with pytest.raises(openai.BadRequestError, match="not kept here"):
        client.responses.create(model=MODEL, input="x", previous_response_id="resp_1")
    with pytest.raises(openai.RateLimitError):
        client.responses.create(model=MODEL, input="[[429]]", stream=True)
    with pytest.raises(openai.NotFoundError):
        client.responses.create(model="app/none", input="x")


def test_app_is_a_model(client: openai.OpenAI, stack: RunningStack, model: ScriptedModel) -> None:
    create_app(stack, model_chain("singer", MODEL, 1))
    model.script("bees", {"text": "Bees hum."})

    made = client.responses.create(model="app/singer", input="bees", user="ada")
    events = list(client.responses.create(model="app/singer", input="bees", stream=True))

    assert made.output_text == "Bees hum."
    run_id = (made.model_extra or {})["skep"]["run_id"]
    assert stack.request("GET", f"/api/v1/runs/{run_id}")["end_user"] == "ada"
    assert events[-1].type == "response.completed"
    assert events[-1].response.output_text == "Bees hum."
    assert events[-1].response.usage is not None


def test_chat_app_and_failing_app(client: openai.OpenAI, stack: RunningStack) -> None:
    nodes = {
        "start": start(),
        "answer": {"type": "answer", "settings": {"text": "You said: {{sys.query}}"}},
    }
    create_app(stack, workflow("echoer", nodes, [("start", "answer")], mode="chat"))
    create_app(stack, code_app("cracked", "def main(topic):\n    raise ValueError(topic)\n"))
    items: Any = [
        {"role": "user", "content": "One."},
        {"role": "assistant", "content": "Two."},
        {"role": "user", "content": "Three."},
    ]

    made = client.responses.create(model="app/echoer", input=items)
    events = list(client.responses.create(model="app/cracked", input="x", stream=True))

    assert "User: One.\nAssistant: Two.\n\nThree." in made.output_text
    assert events[-1].type == "response.failed"
    with pytest.raises(openai.InternalServerError, match="run_"):
        client.responses.create(model="app/cracked", input="x")
    with pytest.raises(openai.BadRequestError, match="itself"):
        client.responses.create(model="app/echoer", input="x", tools=[WEATHER])
