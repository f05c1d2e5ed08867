"""What the server's own features look like on the wire, and what comes back of them."""

import json
from typing import Any

import pytest

from skep_contracts.plugins.models import (
    ChatDelta,
    ChatMessage,
    ChatRequest,
    ImagePart,
    ReasoningDelta,
    ResponseSchema,
    StreamEnd,
    TextDelta,
    TextPart,
    ToolCall,
    ToolCallDelta,
    ToolSpec,
    Usage,
)
from skep_contracts.problems import (
    InvalidInput,
    NotFound,
    ProviderFailed,
    RateLimited,
    SkepError,
    TooLarge,
)
from skep_model_ollama.provider import OllamaProvider
from skep_model_ollama.wire.lines import MAX_LINE_BYTES, LineParser, LineTooLongError
from skep_runtime.egress import EgressClient
from skep_testing.conformance.models import ModelContext
from skep_testing.http_server import Answer, Drop, ScriptedServer

WEATHER = ToolSpec(
    name="weather",
    description="Tells it.",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}},
)
NOW = ToolSpec(name="now", description="The time.", parameters={})
SCHEMA = ResponseSchema(name="answer", schema={"type": "object", "properties": {"n": {}}})
LAST = {"done": True, "done_reason": "stop", "prompt_eval_count": 12, "eval_count": 5}


def said(role: Any, content: Any = "", **more: Any) -> ChatMessage:
    return ChatMessage(role=role, content=content, **more)


def asking(*messages: ChatMessage, **more: Any) -> ChatRequest:
    fields = {"model": "qwen3", "messages": messages or (said("user", "Hi"),), **more}
    return ChatRequest(**fields)


def stream(*messages: dict[str, Any], last: dict[str, Any] = LAST) -> Answer:
    lines = [{"model": "qwen3", "message": message, "done": False} for message in messages]
    body = b"".join(json.dumps(line).encode() + b"\n" for line in [*lines, last])
    return Answer(headers={"content-type": "application/x-ndjson"}, body=body)


FINE = stream({"content": "fine"})


async def talk(
    http: EgressClient, request: ChatRequest, answer: Answer, **credential: Any
) -> tuple[list[ChatDelta], dict[str, Any]]:
    """Return what came back and what was sent."""
    async with ScriptedServer() as server:
        server.handle_with(lambda _: answer)
        provider = OllamaProvider(ModelContext(http), {"base_url": server.url, **credential})
        found = [delta async for delta in provider.chat(request)]
        received = server.requests[-1]
        assert (received.method, received.path) == ("POST", "/api/chat")
        return found, received.json()


async def test_request_is_written_as_the_server_reads_it(http: EgressClient) -> None:
    request = asking(
        said("system", "Be brief."),
        said("user", (TextPart(text="Look"), ImagePart(data="aGk=", mime_type="image/png"))),
        tools=(WEATHER, NOW),
        temperature=0.5,
        top_p=0.9,
        max_tokens=50,
        stop=("END",),
        seed=3,
        extra={"think": "high", "options": {"top_k": 7, "seed": 4}, "stream": False},
    )

    _, sent = await talk(http, request, FINE, num_ctx=8192, keep_alive="10m")

    assert sent == {
        "model": "qwen3",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Look", "images": ["aGk="]},
        ],
        "stream": True,
        "truncate": False,
        "shift": False,
        "keep_alive": "10m",
        "think": "high",
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "weather",
                    "description": "Tells it.",
                    "parameters": WEATHER.parameters,
                },
            },
            {
                "type": "function",
                "function": {
                    "name": "now",
                    "description": "The time.",
                    "parameters": {"type": "object", "properties": {}},
                },
            },
        ],
        "options": {
            "num_ctx": 8192,
            "temperature": 0.5,
            "top_p": 0.9,
            "num_predict": 50,
            "stop": ["END"],
            "seed": 4,
            "top_k": 7,
        },
    }


async def test_plain_request_leaves_the_servers_defaults(http: EgressClient) -> None:
    _, sent = await talk(http, asking(), FINE)

    assert sent.keys() == {"model", "messages", "stream", "truncate", "shift"}


async def test_calls_and_their_answers_go_back(http: EgressClient) -> None:
    call = ToolCall(id="c1", name="weather", arguments='{"city": "Ulm"}', state="ollama:Hm.")
    other = ToolCall(id="c2", name="now", arguments="{oops", state="gemini:c2ln")
    request = asking(
        said("user", "Hi"),
        said("assistant", "I look.", tool_calls=(call, other)),
        said("tool", "sunny", tool_call_id="c1"),
        said("tool", "late", tool_call_id="unknown", name="clock"),
        tools=(WEATHER,),
    )

    _, sent = await talk(http, request, FINE)

    assert sent["messages"][1:] == [
        {
            "role": "assistant",
            "content": "I look.",
            "thinking": "Hm.",
            "tool_calls": [
                {"id": "c1", "function": {"name": "weather", "arguments": {"city": "Ulm"}}},
                {"id": "c2", "function": {"name": "now", "arguments": {"arguments": "{oops"}}},
            ],
        },
        {"role": "tool", "content": "sunny", "tool_name": "weather", "tool_call_id": "c1"},
        {"role": "tool", "content": "late", "tool_name": "clock", "tool_call_id": "unknown"},
    ]


@pytest.mark.parametrize(
    ("choice", "offered"),
    [
        (None, ["weather", "now"]),
        ("auto", ["weather", "now"]),
        ("required", ["weather", "now"]),
        ("now", ["now"]),
        ("none", []),
    ],
)
async def test_choice_decides_what_is_offered(
    http: EgressClient, choice: str | None, offered: list[str]
) -> None:
    request = asking(tools=(WEATHER, NOW), tool_choice=choice)

    _, sent = await talk(http, request, FINE)

    assert [tool["function"]["name"] for tool in sent.get("tools", [])] == offered


async def test_reasoning_calls_and_usage_come_apart(http: EgressClient) -> None:
    calls = [
        {"id": "x1", "function": {"index": 0, "name": "weather", "arguments": {"city": "Ulm"}}},
        {"function": {"index": 1, "name": "now", "arguments": {}}},
    ]
    answer = stream(
        {"content": "", "thinking": "Hm, "},
        {"content": "", "thinking": "weather."},
        {"content": "I look."},
        {"content": "", "tool_calls": calls},
    )

    found, _ = await talk(http, asking(tools=(WEATHER, NOW)), answer)

    assert found == [
        ReasoningDelta(text="Hm, "),
        ReasoningDelta(text="weather."),
        TextDelta(text="I look."),
        ToolCallDelta(
            call=ToolCall(
                id="x1", name="weather", arguments='{"city":"Ulm"}', state="ollama:Hm, weather."
            )
        ),
        ToolCallDelta(call=ToolCall(id="call_2", name="now", arguments="{}")),
        StreamEnd(
            finish_reason="tool_calls",
            model="qwen3",
            usage=Usage(input_tokens=12, output_tokens=5),
        ),
    ]


async def test_usage_is_estimated_when_the_prompt_was_cached(http: EgressClient) -> None:
    last = {"done": True, "done_reason": "length", "eval_count": 5}

    found, _ = await talk(http, asking(said("user", "x" * 40)), stream({"content": "a"}, last=last))

    assert found[-1] == StreamEnd(
        finish_reason="length",
        model="qwen3",
        usage=Usage(input_tokens=10, output_tokens=5, estimated=True),
    )


async def test_schema_is_enforced_by_the_server(http: EgressClient) -> None:
    _, sent = await talk(http, asking(response_schema=SCHEMA), FINE)

    assert sent["format"] == SCHEMA.schema


async def test_schema_beside_tools_is_asked_for_in_words(http: EgressClient) -> None:
    _, sent = await talk(http, asking(response_schema=SCHEMA, tools=(WEATHER,)), FINE)

    assert "format" not in sent
    assert '"properties"' in sent["messages"][0]["content"]


async def test_answer_that_is_not_streamed_is_understood(http: EgressClient) -> None:
    whole = {"model": "qwen3", "message": {"role": "assistant", "content": "fine"}, **LAST}

    found, _ = await talk(http, asking(), Answer(json=whole))

    assert found[0] == TextDelta(text="fine")
    assert isinstance(found[-1], StreamEnd)


async def test_what_comes_after_the_end_is_not_waited_for(http: EgressClient) -> None:
    assert isinstance(FINE.body, bytes)

    found, _ = await talk(http, asking(), Answer(body=[FINE.body, Drop()]))

    assert isinstance(found[-1], StreamEnd)


@pytest.mark.parametrize(
    ("status", "message", "problem"),
    [
        (404, "model 'qwen3' not found", NotFound),
        (400, "the input length exceeds the context length", TooLarge),
        (400, '"llava" does not support tools', InvalidInput),
        (500, "the model failed to generate a response", ProviderFailed),
        (502, "upstream is gone", ProviderFailed),
    ],
)
async def test_refusal_is_told(
    http: EgressClient, status: int, message: str, problem: type[SkepError]
) -> None:
    with pytest.raises(problem) as refusal:
        await talk(http, asking(), Answer(status=status, json={"error": message}))

    assert status >= 500 or message in refusal.value.detail


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        ("an error was encountered while running the model", ProviderFailed),
        ("too many requests", RateLimited),
        ({"message": "the input length exceeds the context length"}, TooLarge),
    ],
)
async def test_error_in_the_middle_ends_the_stream(
    http: EgressClient, error: object, problem: type[SkepError]
) -> None:
    with pytest.raises(problem):
        await talk(http, asking(), stream({"content": "Yes"}, last={"error": error}))


async def test_connection_that_closes_in_the_middle_is_no_answer(http: EgressClient) -> None:
    assert isinstance(FINE.body, bytes)

    with pytest.raises(ProviderFailed, match="before the answer was complete"):
        await talk(http, asking(), Answer(body=FINE.body[:-20]))


async def test_image_by_url_is_refused(http: EgressClient) -> None:
    with pytest.raises(InvalidInput, match="message 1"):
        await talk(http, asking(said("user", (ImagePart(url="https://a/b.png"),))), FINE)


def test_lines_are_the_same_wherever_bytes_are_split() -> None:
    text = 'one\n\ntwo "ü"\r\nthree'.encode()
    for size in range(1, len(text) + 1):
        parser = LineParser()
        pieces = [text[at : at + size] for at in range(0, len(text), size)]

        lines = [line for piece in pieces for line in parser.feed(piece)] + parser.end()

        assert [line.strip().decode() for line in lines] == ["one", 'two "ü"', "three"]


def test_line_without_end_is_given_up() -> None:
    parser = LineParser()

    with pytest.raises(LineTooLongError):
        parser.feed(b"x" * (MAX_LINE_BYTES + 1))
