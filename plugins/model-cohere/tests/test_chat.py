"""What the vendor's own features look like on the wire, and what comes back of them."""

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
    Forbidden,
    InvalidInput,
    NotFound,
    ProviderFailed,
    ProviderTimedOut,
    RateLimited,
    SkepError,
    TooLarge,
    Unauthenticated,
)
from skep_model_cohere.provider import CohereProvider
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
DONE = {"finish_reason": "COMPLETE", "usage": {"tokens": {"input_tokens": 9, "output_tokens": 2}}}


def said(role: Any, content: Any = "", **more: Any) -> ChatMessage:
    return ChatMessage(role=role, content=content, **more)


def asking(*messages: ChatMessage, **more: Any) -> ChatRequest:
    fields = {"model": "command-a-03-2025", "messages": messages or (said("user", "Hi"),), **more}
    return ChatRequest(**fields)


def events(*found: tuple[str, dict[str, Any]], end: dict[str, Any] | None = None) -> Answer:
    whole = [("message-start", {"delta": {"message": {"content": [], "tool_calls": []}}}), *found]
    whole.append(("message-end", {"delta": DONE if end is None else end}))
    body = b"".join(
        f"event: {kind}\ndata: {json.dumps({'type': kind, **more})}\n\n".encode()
        for kind, more in whole
    )
    return Answer(headers={"content-type": "text/event-stream"}, body=body)


def message(kind: str, index: int = 0, **fields: Any) -> tuple[str, dict[str, Any]]:
    return kind, {"index": index, "delta": {"message": fields}}


FINE = events(message("content-delta", content={"text": "fine"}))


async def talk(
    http: EgressClient, request: ChatRequest, answer: Answer
) -> tuple[list[ChatDelta], dict[str, Any]]:
    """Return what came back and what was sent."""
    async with ScriptedServer() as server:
        server.handle_with(lambda _: answer)
        credential = {"api_key": "secret-test", "base_url": f"{server.url}/v2"}
        provider = CohereProvider(ModelContext(http), credential)
        found = [delta async for delta in provider.chat(request)]
        received = server.requests[-1]
        assert (received.method, received.path) == ("POST", "/v2/chat")
        assert received.headers["authorization"] == "Bearer secret-test"
        return found, received.json()


async def test_request_is_written_as_the_vendor_reads_it(http: EgressClient) -> None:
    picture = ImagePart(data="aGk=", mime_type="image/png", detail="low")
    request = asking(
        said("system", "Be brief."),
        said("user", (TextPart(text="Look"), picture)),
        said("assistant", ""),
        said("user", (TextPart(text="at "), TextPart(text="it"))),
        tools=(WEATHER, NOW),
        tool_choice="required",
        temperature=0.5,
        top_p=1.0,
        max_tokens=50,
        stop=("END",),
        seed=3,
        extra={"k": 20, "thinking": {"type": "disabled"}, "stream": False},
    )

    _, sent = await talk(http, request, FINE)

    assert sent == {
        "model": "command-a-03-2025",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Look"},
                    {
                        "type": "image_url",
                        "image_url": {"url": "data:image/png;base64,aGk=", "detail": "low"},
                    },
                ],
            },
            {"role": "user", "content": "at it"},
        ],
        "stream": True,
        "temperature": 0.5,
        "p": 0.99,
        "max_tokens": 50,
        "stop_sequences": ["END"],
        "seed": 3,
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
        "tool_choice": "REQUIRED",
        "k": 20,
        "thinking": {"type": "disabled"},
    }


@pytest.mark.parametrize(
    ("choice", "sent", "offered"),
    [
        (None, None, ["weather", "now"]),
        ("auto", None, ["weather", "now"]),
        ("none", "NONE", ["weather", "now"]),
        ("now", "REQUIRED", ["now"]),
    ],
)
async def test_choice_of_tools(
    http: EgressClient, choice: str | None, sent: str | None, offered: list[str]
) -> None:
    _, body = await talk(http, asking(tools=(WEATHER, NOW), tool_choice=choice), FINE)

    assert body.get("tool_choice") == sent
    assert [tool["function"]["name"] for tool in body["tools"]] == offered


async def test_reasoning_calls_and_usage_come_apart(http: EgressClient) -> None:
    start = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": ""}}
    other = {"id": "", "function": {"name": "now"}}
    answer = events(
        message("content-start", content={"type": "thinking", "thinking": ""}),
        message("content-delta", content={"thinking": "Hm."}),
        message("tool-plan-delta", tool_plan="I look."),
        message("tool-call-start", tool_calls=start),
        message("tool-call-delta", tool_calls={"function": {"arguments": '{"city":'}}),
        message("tool-call-delta", tool_calls={"function": {"arguments": ' "Ulm"}'}}),
        message("tool-call-end"),
        message("tool-call-start", 1, tool_calls=other),
        message("citation-start", citations={"start": 1}),
        ("something-new", {"delta": None}),
        end={
            "finish_reason": "TOOL_CALL",
            "usage": {
                "billed_units": {"input_tokens": 37.0, "output_tokens": 28.0},
                "tokens": {"input_tokens": 913.0, "output_tokens": 83.0},
                "cached_tokens": 640,
            },
        },
    )

    found, _ = await talk(http, asking(tools=(WEATHER, NOW)), answer)

    assert found == [
        ReasoningDelta(text="Hm."),
        ReasoningDelta(text="I look."),
        ToolCallDelta(
            call=ToolCall(
                id="c1",
                name="weather",
                arguments='{"city": "Ulm"}',
                state='cohere:{"plan":"I look.","thinking":"Hm."}',
            )
        ),
        ToolCallDelta(call=ToolCall(id="call_2", name="now", arguments="{}")),
        StreamEnd(
            finish_reason="tool_calls",
            model="command-a-03-2025",
            usage=Usage(input_tokens=37, output_tokens=28, cached_input_tokens=37),
        ),
    ]


async def test_plan_and_reasoning_go_back_with_their_calls(http: EgressClient) -> None:
    state = 'cohere:{"plan":"I look.","thinking":"Hm."}'
    call = ToolCall(id="c1", name="weather", arguments='{"city": "Ulm"}', state=state)
    broken = ToolCall(id="c2", name="now", arguments="{oops")
    request = asking(
        said("user", "Hi"),
        said("assistant", "", tool_calls=(call, broken)),
        said("tool", "sunny", tool_call_id="c1"),
    )

    _, sent = await talk(http, request, FINE)

    assert sent["messages"][1:] == [
        {
            "role": "assistant",
            "content": [{"type": "thinking", "thinking": "Hm."}],
            "tool_plan": "I look.",
            "tool_calls": [
                {
                    "id": "c1",
                    "type": "function",
                    "function": {"name": "weather", "arguments": '{"city": "Ulm"}'},
                },
                {
                    "id": "c2",
                    "type": "function",
                    "function": {"name": "now", "arguments": '{"arguments": "{oops"}'},
                },
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "sunny"},
    ]


@pytest.mark.parametrize(
    "state", ["", "gemini:x", "cohere:", "cohere:[1]", "cohere:" + "[" * 9_999]
)
async def test_state_of_another_provider_is_left_out(http: EgressClient, state: str) -> None:
    call = ToolCall(id="c1", name="weather", arguments="{}", state=state)

    _, sent = await talk(http, asking(said("assistant", "Hm", tool_calls=(call,))), FINE)

    assert sent["messages"][0].keys() == {"role", "tool_calls", "content"}


async def test_schema_is_enforced_by_the_vendor(http: EgressClient) -> None:
    _, sent = await talk(http, asking(response_schema=SCHEMA), FINE)

    assert sent["response_format"] == {"type": "json_object", "json_schema": SCHEMA.schema}


async def test_schema_beside_tools_is_asked_for_in_words(http: EgressClient) -> None:
    _, sent = await talk(http, asking(response_schema=SCHEMA, tools=(WEATHER,)), FINE)

    assert "response_format" not in sent
    assert '"properties"' in sent["messages"][0]["content"]


async def test_tokens_are_estimated_when_none_are_counted(http: EgressClient) -> None:
    answer = events(message("content-delta", content={"text": "abcd"}), end={})

    found, _ = await talk(http, asking(said("user", "x" * 40)), answer)

    assert found[-1] == StreamEnd(
        finish_reason="other",
        model="command-a-03-2025",
        usage=Usage(input_tokens=10, output_tokens=1, estimated=True),
    )


async def test_what_comes_after_the_end_is_not_waited_for(http: EgressClient) -> None:
    assert isinstance(FINE.body, bytes)
    cut = Answer(headers=FINE.headers, body=[FINE.body, Drop()])

    found, _ = await talk(http, asking(), cut)

    assert found[0] == TextDelta(text="fine")
    assert isinstance(found[-1], StreamEnd)


async def test_answer_is_whole_without_the_last_empty_line(http: EgressClient) -> None:
    assert isinstance(FINE.body, bytes)

    found, _ = await talk(
        http, asking(), Answer(headers=FINE.headers, body=FINE.body.rstrip(b"\n"))
    )

    assert isinstance(found[-1], StreamEnd)


@pytest.mark.parametrize(
    ("end", "problem"),
    [
        ({"finish_reason": "ERROR", "error": "internal error"}, ProviderFailed),
        ({"finish_reason": "ERROR"}, ProviderFailed),
        ({"finish_reason": "TIMEOUT"}, ProviderTimedOut),
        ({"finish_reason": "ERROR", "error": "too many requests"}, RateLimited),
        ({"error": "too many tokens: the prompt cannot exceed 4081"}, TooLarge),
    ],
)
async def test_answer_that_fails_in_the_middle_never_ends_well(
    http: EgressClient, end: dict[str, Any], problem: type[SkepError]
) -> None:
    with pytest.raises(problem):
        await talk(http, asking(), events(message("content-delta", content={"text": "a"}), end=end))


async def test_bare_error_in_the_stream_is_one(http: EgressClient) -> None:
    body = b'data: {"id": "x", "message": "an internal error occurred"}\n\n'

    with pytest.raises(ProviderFailed, match="in the middle"):
        await talk(http, asking(), Answer(headers=FINE.headers, body=body))


@pytest.mark.parametrize(
    ("status", "said_so", "problem"),
    [
        (400, "too many tokens: total number of tokens in the prompt cannot exceed 4081", TooLarge),
        (400, "invalid request: temperature must be at most 5", InvalidInput),
        (401, "invalid api token", Unauthenticated),
        (402, "please add or update your payment method", Forbidden),
        (404, "model 'x' not found, make sure the correct model ID was used", NotFound),
        (422, "invalid type: parameter messages", InvalidInput),
        (504, "timeout", ProviderTimedOut),
    ],
)
async def test_refusal_is_told(
    http: EgressClient, status: int, said_so: str, problem: type[SkepError]
) -> None:
    error = {"id": "x", "message": f"{said_so} secret-test"}

    with pytest.raises(problem) as refusal:
        await talk(http, asking(), Answer(status=status, json=error))

    assert "secret-test" not in f"{refusal.value!r} {refusal.value.detail}"


async def test_image_without_anything_is_refused(http: EgressClient) -> None:
    with pytest.raises(InvalidInput, match="message 1"):
        await talk(http, asking(said("user", (ImagePart(),))), FINE)
