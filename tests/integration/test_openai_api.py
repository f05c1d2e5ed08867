"""Clients written for OpenAI's API, against the gateway: its own SDK, and plain HTTP."""

import base64
import http.client
import json
import struct
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import openai
import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import create_app, eventually, stream_events
from tests.integration.documents import code_app, model_chain, start, text_field, workflow
from tests.integration.models import ScriptedModel, scripted_model

pytestmark = [pytest.mark.integration]
MODEL = "openai/gpt-4o-mini"
WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Tells the weather.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
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


def said(text: str) -> Any:
    return [{"role": "user", "content": text}]


def test_completion_is_whole(client: openai.OpenAI, model: ScriptedModel) -> None:
    model.script("[[whole]]", {"text": "one two", "reasoning": "Hm."})

    made = client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "[[whole]]"}]},
        ],
        max_completion_tokens=50,
        temperature=0.5,
    )

    choice = made.choices[0]
    assert choice.message.content == "one two"
    assert (choice.message.model_extra or {})["reasoning_content"].strip() == "Hm."
    assert choice.finish_reason == "stop"
    assert made.model == MODEL
    assert made.usage is not None
    assert made.usage.total_tokens == made.usage.prompt_tokens + made.usage.completion_tokens > 0


def test_completion_streams_with_usage(client: openai.OpenAI, model: ScriptedModel) -> None:
    model.script("[[stream]]", {"text": "one two three"})

    chunks = list(
        client.chat.completions.create(
            model=MODEL,
            messages=said("[[stream]]"),
            stream=True,
            stream_options={"include_usage": True},
        )
    )

    pieces = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices]
    assert "".join(piece or "" for piece in pieces) == "one two three"
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens > 0
    assert all(chunk.usage is None for chunk in chunks[:-1])


def test_tools_go_round(client: openai.OpenAI, model: ScriptedModel) -> None:
    call = ["weather", '{"city": "Ulm"}']
    model.script("[[tools]]", {"text": "", "tool_calls": [call]}, {"text": "sunny"})
    messages = said("[[tools]]")

    first = client.chat.completions.create(
        model=MODEL, messages=messages, tools=[WEATHER], tool_choice="auto"
    )
    asked = first.choices[0].message
    assert asked.tool_calls
    assert asked.tool_calls[0].type == "function"
    messages += [
        asked.to_dict(),
        {"role": "tool", "tool_call_id": asked.tool_calls[0].id, "content": "24 °C"},
    ]
    second = client.chat.completions.create(model=MODEL, messages=messages, tools=[WEATHER])

    assert asked.tool_calls[0].function.name == "weather"
    assert json.loads(asked.tool_calls[0].function.arguments) == {"city": "Ulm"}
    assert first.choices[0].finish_reason == "tool_calls"
    assert second.choices[0].message.content == "sunny"


def test_tool_calls_stream(client: openai.OpenAI, model: ScriptedModel) -> None:
    calls = [["weather", '{"city": "Ulm"}'], ["weather", '{"city": "Bonn"}']]
    model.script("[[two]]", {"text": "", "tool_calls": calls})

    with client.chat.completions.stream(
        model=MODEL, messages=said("[[two]]"), tools=[WEATHER]
    ) as stream:
        made = stream.get_final_completion().choices[0].message.tool_calls or []

    cities = [json.loads(call.function.arguments)["city"] for call in made]
    assert cities == ["Ulm", "Bonn"]


def test_schema_and_several_choices(client: openai.OpenAI, model: ScriptedModel) -> None:
    schema: Any = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    form: Any = {"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}

    made = client.chat.completions.create(
        model=MODEL,
        messages=said("[[several]]"),
        n=3,
        response_format=form,
    )
    streamed = client.chat.completions.create(
        model=MODEL, messages=said("[[several]]"), n=2, stream=True
    )

    assert [choice.index for choice in made.choices] == [0, 1, 2]
    assert all("n" in json.loads(choice.message.content or "") for choice in made.choices)
    ended = [c.choices[0].index for c in streamed if c.choices[0].finish_reason == "stop"]
    assert sorted(ended) == [0, 1]
    assert model.count("several")["completed"] == 5


def test_embeddings_come_in_both_forms(client: openai.OpenAI) -> None:
    texts = ["red fox", "quiet sea"]

    packed = client.embeddings.create(model="echo/hash-256", input=texts)
    plain = client.embeddings.create(model="echo/hash-256", input=texts, encoding_format="float")

    assert [item.index for item in packed.data] == [0, 1]
    assert packed.data[0].embedding == pytest.approx(plain.data[0].embedding)
    assert packed.usage.prompt_tokens > 0


def test_models_and_apps_are_listed(client: openai.OpenAI, stack: RunningStack) -> None:
    create_app(stack, model_chain("listed-app", "echo/echo", 1))

    names = {item.id for item in client.models.list()}

    assert {"echo/echo", MODEL, "app/listed-app"} <= names
    assert client.models.retrieve("app/listed-app").owned_by == "skep"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("app/none")


def test_app_is_a_model(client: openai.OpenAI, stack: RunningStack, model: ScriptedModel) -> None:
    create_app(stack, model_chain("poet", MODEL, 1))
    model.script("bees", {"text": "Bees hum."})

    made = client.chat.completions.create(model="app/poet", messages=said("bees"), user="ada")
    streamed = list(
        client.chat.completions.create(
            model="app/poet",
            messages=said("bees"),
            stream=True,
            stream_options={"include_usage": True},
        )
    )

    assert made.choices[0].message.content == "Bees hum."
    assert made.usage is not None
    assert made.usage.completion_tokens > 0
    run_id = (made.model_extra or {})["skep"]["run_id"]
    run = stack.request("GET", f"/api/v1/runs/{run_id}")
    assert (run["via"], run["end_user"]) == ("openai", "ada")
    text = "".join(chunk.choices[0].delta.content or "" for chunk in streamed if chunk.choices)
    assert text == "Bees hum."
    assert streamed[-1].usage is not None


def test_app_without_an_answer_gives_its_outputs(
    client: openai.OpenAI, stack: RunningStack
) -> None:
    fields = [text_field("word"), text_field("mood")]
    nodes = {
        "start": start(*fields),
        "end": {"type": "end", "settings": {"outputs": {"a": "{{start.word}}", "b": 2}}},
    }
    create_app(stack, workflow("outputs", nodes, [("start", "end")]))

    made = client.chat.completions.create(
        model="app/outputs", messages=said("hey"), extra_body={"inputs": {"mood": "glad"}}
    )

    assert json.loads(made.choices[0].message.content or "") == {"a": "hey", "b": 2}


def test_chat_app_hears_what_was_said(client: openai.OpenAI, stack: RunningStack) -> None:
    nodes = {
        "start": start(),
        "answer": {"type": "answer", "settings": {"text": "You said: {{sys.query}}"}},
    }
    create_app(stack, workflow("parrot", nodes, [("start", "answer")], mode="chat"))
    history: Any = [*said("One."), {"role": "assistant", "content": "Two."}, *said("Three.")]

    made = client.chat.completions.create(model="app/parrot", messages=history)
    conversation = (made.model_extra or {})["skep"]["conversation_id"]
    later = client.chat.completions.create(
        model="app/parrot", messages=history, extra_body={"conversation_id": conversation}
    )

    assert "User: One.\nAssistant: Two.\n\nThree." in (made.choices[0].message.content or "")
    assert later.choices[0].message.content == "You said: Three."


def test_failing_app_is_an_error_with_its_run(client: openai.OpenAI, stack: RunningStack) -> None:
    create_app(stack, code_app("broken", "def main(topic):\n    raise ValueError(topic)\n"))

    with pytest.raises(openai.InternalServerError, match="run_"):
        client.chat.completions.create(model="app/broken", messages=said("x"))
    with pytest.raises(openai.APIError, match="run_"):
        list(client.chat.completions.create(model="app/broken", messages=said("x"), stream=True))


@pytest.mark.parametrize(
    ("turn", "error"),
    [
        ({"status": 429, "retry_after_s": 30}, openai.RateLimitError),
        ({"status": 500}, openai.InternalServerError),
        ({"status": 401}, openai.AuthenticationError),
    ],
)
def test_vendors_refusal_has_the_shape_of_one(
    client: openai.OpenAI, model: ScriptedModel, turn: Any, *, error: type[Exception]
) -> None:
    marker = f"[[refused{turn['status']}]]"
    model.script(marker, turn)

    with pytest.raises(error):
        client.with_options(timeout=20).chat.completions.create(model=MODEL, messages=said(marker))


def test_stream_that_breaks_off_says_so(client: openai.OpenAI, model: ScriptedModel) -> None:
    model.script("[[broken]]", {"text": "one two three four", "error_after": 2})

    with pytest.raises(openai.APIError):
        list(client.chat.completions.create(model=MODEL, messages=said("[[broken]]"), stream=True))


def test_wrong_key_and_unknown_model(stack: RunningStack, client: openai.OpenAI) -> None:
    stranger = openai.OpenAI(base_url=f"{stack.url}/openai/v1", api_key="sk-none", max_retries=0)

    with pytest.raises(openai.AuthenticationError), stranger:
        stranger.models.list()
    for unknown in ("nobody/none", "nothing"):
        with pytest.raises(openai.NotFoundError) as missing:
            client.chat.completions.create(model=unknown, messages=said("x"))
        assert missing.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="app/none", messages=said("x"))


def test_key_needs_the_scope(stack: RunningStack) -> None:
    made = stack.request("POST", "/api/v1/keys", {"name": "reader", "scopes": ["runs:read"]})
    url = f"{stack.url}/openai/v1"

    with (
        openai.OpenAI(base_url=url, api_key=made["key"], max_retries=0) as reader,
        pytest.raises(openai.PermissionDeniedError, match="models:call"),
    ):
        reader.chat.completions.create(model="echo/echo", messages=said("x"))


def post(stack: RunningStack, body: bytes) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(
        f"{stack.url}/openai/v1/chat/completions",
        data=body,
        headers={"Authorization": f"Bearer {stack.key}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


@pytest.mark.parametrize(
    ("body", "param"),
    [
        (b"{", None),
        (b"[]", None),
        (b"{}", None),
        (b'{"model": "echo/echo", "messages": []}', "messages"),
        (b'{"model": "echo/echo", "messages": [{"role": "king"}]}', "messages.0.role"),
        (b'{"model": 7, "messages": [{"role": "user"}]}', "model"),
        (
            b'{"model": "echo/echo", "messages": [{"role": "tool", "content": "x"}]}',
            "messages.0.tool_call_id",
        ),
        (b'{"model": "echo/echo", "messages": [{"role": "user"}], "n": 1000}', "n"),
        (b"[" * 100_000, None),
    ],
)
def test_bad_body_is_told_in_openais_words(
    stack: RunningStack, body: bytes, param: str | None
) -> None:
    status, answer = post(stack, body)

    assert status == 400
    assert answer["error"]["type"] == "invalid_request_error"
    assert answer["error"]["message"]
    assert answer["error"]["param"] == param


def test_image_is_passed_on(client: openai.OpenAI, model: ScriptedModel) -> None:
    pixel = base64.b64encode(struct.pack(">II", 1, 1)).decode()
    model.script("[[image]]", {"text": "a pixel"})
    content: Any = [
        {"type": "text", "text": "[[image]]"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{pixel}"}},
    ]

    made = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": content}]
    )

    assert made.choices[0].message.content == "a pixel"


@pytest.mark.parametrize("is_stream", [False, True])
def test_client_that_goes_away_closes_the_call(
    stack: RunningStack, model: ScriptedModel, *, is_stream: bool
) -> None:
    marker = f"gone{is_stream}"
    model.script(f"[[{marker}]]", {"text": "late", "latency_s": 60})
    body = {"model": MODEL, "messages": said(f"[[{marker}]]"), "stream": is_stream}
    client = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=10)
    headers = {"Authorization": f"Bearer {stack.key}", "Content-Type": "application/json"}
    client.request("POST", "/openai/v1/chat/completions", json.dumps(body), headers)
    eventually(lambda: model.count(marker)["started"] == 1)

    client.close()

    eventually(lambda: model.count(marker)["aborted"] == 1)


def test_answers_are_given_again_by_choice(client: openai.OpenAI, model: ScriptedModel) -> None:
    def ask(**more: Any) -> Any:
        return client.chat.completions.create(
            model=MODEL, messages=said("[[again]]"), extra_body={"skep_cache": True}, **more
        )

    first, second = ask(), ask()
    streamed = list(ask(stream=True, stream_options={"include_usage": True}))
    with pytest.raises(openai.BadRequestError) as several:
        ask(n=2)

    marks = [made.model_extra["skep"]["cache"] for made in (first, second)]
    assert marks == ["miss", "hit"]
    assert second.choices[0].message.content == first.choices[0].message.content
    assert second.usage.total_tokens == 0 < first.usage.total_tokens
    ends = [chunk for chunk in streamed if chunk.choices and chunk.choices[0].finish_reason]
    assert (ends[0].model_extra or {})["skep"] == {"cache": "hit"}
    assert several.value.param == "skep_cache"
    assert model.count("again")["completed"] == 1


def test_node_gives_its_answer_again(
    stack: RunningStack, client: openai.OpenAI, model: ScriptedModel
) -> None:
    create_app(stack, model_chain("remembering", MODEL, 1, cache_s=60))

    def run() -> Any:
        return client.chat.completions.create(
            model="app/remembering", messages=said("[[remember]]")
        )

    first, second = run(), run()

    assert second.choices[0].message.content == first.choices[0].message.content
    assert model.count("remember")["completed"] == 1
    assert first.usage.total_tokens > 0
    assert second.usage.total_tokens == 0
    events = list(stream_events(stack, second.model_extra["skep"]["run_id"]))
    calls = [call for event in events for call in event.data.get("calls", ())]
    assert [call["is_cache_hit"] for call in calls] == [True]
