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
from skep_contracts.problems import InvalidInput, ProviderFailed, RateLimited
from skep_model_anthropic.provider import AnthropicProvider
from skep_runtime.egress import EgressClient
from skep_testing.conformance.models import ModelContext
from skep_testing.http_server import Answer, ScriptedServer

SCHEMA = ResponseSchema(name="answer", schema={"type": "object", "properties": {"n": {}}})
WEATHER = ToolSpec(name="weather", description="Tells it.", parameters={})


def said(role: Any, content: Any = "", **more: Any) -> ChatMessage:
    return ChatMessage(role=role, content=content, **more)


def asking(*messages: ChatMessage, **more: Any) -> ChatRequest:
    return ChatRequest(model="claude-test", messages=messages or (said("user", "Hi"),), **more)


def stream(*events: dict[str, Any], stop: str = "end_turn") -> Answer:
    begin = {"model": "claude-test-1", "usage": {"input_tokens": 5, "output_tokens": 1}}
    whole = [
        {"type": "message_start", "message": begin},
        *events,
        {"type": "message_delta", "delta": {"stop_reason": stop}, "usage": {"output_tokens": 9}},
        {"type": "message_stop"},
    ]
    return Answer(headers={"content-type": "text/event-stream"}, body=_bytes(whole))


def _bytes(events: list[dict[str, Any]]) -> bytes:
    return b"".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n".encode() for e in events)


def block(index: int, begin: dict[str, Any], *deltas: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"type": "content_block_start", "index": index, "content_block": begin},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


TEXT = block(0, {"type": "text", "text": ""}, {"type": "text_delta", "text": "fine"})


async def talk(
    http: EgressClient, request: ChatRequest, answer: Answer
) -> tuple[list[ChatDelta], dict[str, Any]]:
    """Return what came back and what was sent."""
    async with ScriptedServer() as server:
        server.handle_with(lambda _: answer)
        credential = {"api_key": "sk-test", "base_url": f"{server.url}/v1"}
        provider = AnthropicProvider(ModelContext(http), credential)
        found = [delta async for delta in provider.chat(request)]
        received = server.requests[-1]
        assert received.path == "/v1/messages"
        assert received.headers["x-api-key"] == "sk-test"
        assert received.headers["anthropic-version"]
        return found, received.json()


async def test_conversation_is_written_as_turns(http: EgressClient) -> None:
    call = ToolCall(id="t1", name="weather", arguments='{"city": "Ulm"}')
    broken = ToolCall(id="t2", name="weather", arguments="{oops")
    request = asking(
        said("system", "Be brief."),
        said(
            "user", (TextPart(text="What is this?"), ImagePart(data="aGk=", mime_type="image/png"))
        ),
        said("assistant", "", tool_calls=(call, broken)),
        said("tool", "sunny", tool_call_id="t1"),
        said("tool", "unknown", tool_call_id="t2"),
        said("user", "And?"),
        tools=(WEATHER,),
        tool_choice="required",
        stop=("END", " "),
    )

    _, sent = await talk(http, request, stream(*TEXT))

    assert sent["system"] == [{"type": "text", "text": "Be brief."}]
    assert sent["max_tokens"] > 0
    assert sent["stop_sequences"] == ["END"]
    assert sent["tool_choice"] == {"type": "any"}
    assert sent["tools"][0]["input_schema"] == {"type": "object"}
    roles = [turn["role"] for turn in sent["messages"]]
    assert roles == ["user", "assistant", "user"]
    uses = sent["messages"][1]["content"]
    assert [use["input"] for use in uses] == [{"city": "Ulm"}, {"arguments": "{oops"}]
    kinds = [part["type"] for part in sent["messages"][2]["content"]]
    assert kinds == ["tool_result", "tool_result", "text"]
    image = sent["messages"][0]["content"][1]["source"]
    assert image == {"type": "base64", "media_type": "image/png", "data": "aGk="}


@pytest.mark.parametrize("messages", [(said("system", "Be."),), (said("assistant", "Yes?"),)])
async def test_user_begins(http: EgressClient, messages: tuple[ChatMessage, ...]) -> None:
    _, sent = await talk(http, asking(*messages), stream(*TEXT))

    assert sent["messages"][0]["role"] == "user"
    assert sent["messages"][0]["content"]


async def test_signed_reasoning_goes_back_with_its_call(http: EgressClient) -> None:
    thought = block(
        0,
        {"type": "thinking", "thinking": ""},
        {"type": "thinking_delta", "thinking": "Hm, "},
        {"type": "thinking_delta", "thinking": "weather."},
        {"type": "signature_delta", "signature": "c2ln"},
    )
    hidden = block(1, {"type": "redacted_thinking", "data": "cmVk"})
    use = block(
        2,
        {"type": "tool_use", "id": "t1", "name": "weather", "input": {}},
        {"type": "input_json_delta", "partial_json": '{"city":'},
        {"type": "input_json_delta", "partial_json": ' "Ulm"}'},
    )
    answer = stream(*thought, *hidden, *use, stop="tool_use")

    found, _ = await talk(http, asking(tools=(WEATHER,)), answer)
    call = next(delta.call for delta in found if isinstance(delta, ToolCallDelta))
    later = asking(
        said("user", "Hi"),
        said("assistant", "I look.", tool_calls=(call,)),
        said("tool", "sunny", tool_call_id="t1"),
        tools=(WEATHER,),
    )
    _, sent = await talk(http, later, stream(*TEXT))

    assert "".join(d.text for d in found if isinstance(d, ReasoningDelta)) == "Hm, weather."
    assert sent["messages"][1]["content"] == [
        {"type": "thinking", "thinking": "Hm, weather.", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "cmVk"},
        {"type": "text", "text": "I look."},
        {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "Ulm"}},
    ]


@pytest.mark.parametrize("state", ["", "not JSON", '{"a": 1}', '[{"type": "text"}]', "[" * 9_999])
async def test_state_of_another_provider_is_left_out(http: EgressClient, state: str) -> None:
    call = ToolCall(id="t1", name="weather", arguments="{}", state=state)
    request = asking(said("user", "Hi"), said("assistant", "", tool_calls=(call,)))

    _, sent = await talk(http, request, stream(*TEXT))

    assert [part["type"] for part in sent["messages"][1]["content"]] == ["tool_use"]


async def test_schema_is_a_tool_and_its_arguments_are_the_answer(http: EgressClient) -> None:
    use = block(
        0,
        {"type": "tool_use", "id": "t1", "name": "give_answer", "input": {}},
        {"type": "input_json_delta", "partial_json": '{"n"'},
        {"type": "input_json_delta", "partial_json": ": 4}"},
    )

    found, sent = await talk(http, asking(response_schema=SCHEMA), stream(*use, stop="tool_use"))

    assert sent["tool_choice"] == {"type": "tool", "name": "give_answer"}
    assert [d.text for d in found if isinstance(d, TextDelta)] == ['{"n"', ": 4}"]
    assert not [d for d in found if isinstance(d, ToolCallDelta)]
    assert isinstance(found[-1], StreamEnd)
    assert found[-1].finish_reason == "stop"


async def test_schema_beside_tools_is_asked_for_in_words(http: EgressClient) -> None:
    request = asking(response_schema=SCHEMA, tools=(WEATHER,))

    _, sent = await talk(http, request, stream(*TEXT))

    assert [tool["name"] for tool in sent["tools"]] == ["weather"]
    assert '"properties"' in sent["system"][0]["text"]


async def test_usage_adds_up_what_the_cache_gave(http: EgressClient) -> None:
    begin = {
        "model": "m",
        "usage": {
            "input_tokens": 10,
            "cache_read_input_tokens": 100,
            "cache_creation_input_tokens": 7,
            "output_tokens": 1,
        },
    }
    usage = {"output_tokens": 20, "output_tokens_details": {"thinking_tokens": 12}}
    events = [
        {"type": "message_start", "message": begin},
        *TEXT,
        {"type": "message_delta", "delta": {"stop_reason": "max_tokens"}, "usage": usage},
        {"type": "something_new"},
        {"type": "message_stop"},
    ]
    answer = Answer(headers={"content-type": "text/event-stream"}, body=_bytes(events))

    found, _ = await talk(http, asking(), answer)

    assert found[-1] == StreamEnd(
        finish_reason="length",
        model="m",
        usage=Usage(
            input_tokens=117, output_tokens=20, cached_input_tokens=100, reasoning_tokens=12
        ),
    )


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("overloaded_error", RateLimited),
        ("rate_limit_error", RateLimited),
        ("api_error", ProviderFailed),
    ],
)
async def test_error_in_the_middle_ends_the_stream(
    http: EgressClient, kind: str, problem: type[Exception]
) -> None:
    error = {"type": "error", "error": {"type": kind, "message": "Sorry"}}

    with pytest.raises(problem):
        await talk(http, asking(), stream(*TEXT[:2], error))


async def test_image_without_anything_is_refused(http: EgressClient) -> None:
    with pytest.raises(InvalidInput, match="message 1"):
        await talk(http, asking(said("user", (ImagePart(),))), stream(*TEXT))
