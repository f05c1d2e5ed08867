"""What the vendor's own features look like on the wire, and what comes back of them."""

import json
from typing import Any

import pytest

from skep_contracts.plugins.models import (
    ChatDelta,
    ChatMessage,
    ChatRequest,
    EmbedRequest,
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
from skep_contracts.problems import InvalidInput, RateLimited, Unauthenticated
from skep_model_gemini.provider import GeminiProvider
from skep_runtime.egress import EgressClient
from skep_testing.conformance.models import ModelContext
from skep_testing.http_server import Answer, Drop, ScriptedServer

WEATHER = ToolSpec(
    name="weather",
    description="Tells it.",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}},
)
NOW = ToolSpec(name="now", description="The time.", parameters={"type": "object"})


def said(role: Any, content: Any = "", **more: Any) -> ChatMessage:
    return ChatMessage(role=role, content=content, **more)


def asking(*messages: ChatMessage, **more: Any) -> ChatRequest:
    fields = {"model": "gemini-3-test", "messages": messages or (said("user", "Hi"),), **more}
    return ChatRequest(**fields)


def stream(*parts: dict[str, Any], finish: str = "STOP", **more: Any) -> Answer:
    chunks = [{"candidates": [{"content": {"parts": [part]}}]} for part in parts]
    chunks.append({"candidates": [{"finishReason": finish}], **more})  # type: ignore[dict-item]  # JSON
    body = b"".join(f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks)
    return Answer(headers={"content-type": "text/event-stream"}, body=body)


async def talk(
    http: EgressClient, request: ChatRequest, answer: Answer
) -> tuple[list[ChatDelta], dict[str, Any]]:
    """Return what came back and what was sent."""
    async with ScriptedServer() as server:
        server.handle_with(lambda _: answer)
        credential = {"api_key": "AIza-test", "base_url": f"{server.url}/v1beta"}
        provider = GeminiProvider(ModelContext(http), credential)
        found = [delta async for delta in provider.chat(request)]
        received = server.requests[-1]
        assert received.path.startswith("/v1beta/models/")
        assert ":streamGenerateContent" in received.path
        assert "AIza" not in received.path
        assert received.headers["x-goog-api-key"] == "AIza-test"
        return found, received.json()


async def test_conversation_is_written_as_turns(http: EgressClient) -> None:
    call = ToolCall(id="c1", name="weather", arguments='{"city": "Ulm"}', state="gemini:c2ln")
    other = ToolCall(id="c2", name="now", arguments="{oops", state="[1]")
    request = asking(
        said("system", "Be brief."),
        said("user", (TextPart(text="Look"), ImagePart(data="aGk=", mime_type="image/png"))),
        said("assistant", "", tool_calls=(call, other)),
        said("tool", '{"sky": "blue"}', tool_call_id="c1"),
        said("tool", "late", tool_call_id="c2"),
        tools=(WEATHER, NOW),
        tool_choice="weather",
        stop=tuple("abcdefg"),
        max_tokens=50,
        seed=3,
    )

    _, sent = await talk(http, request, stream({"text": "fine"}))

    assert sent["systemInstruction"] == {"parts": [{"text": "Be brief."}]}
    assert [turn["role"] for turn in sent["contents"]] == ["user", "model", "user"]
    assert sent["contents"][0]["parts"][1]["inlineData"]["data"] == "aGk="
    assert sent["contents"][1]["parts"] == [
        {
            "functionCall": {"name": "weather", "args": {"city": "Ulm"}},
            "thoughtSignature": "c2ln",
        },
        {"functionCall": {"name": "now", "args": {"arguments": "{oops"}}},
    ]
    assert [part["functionResponse"] for part in sent["contents"][2]["parts"]] == [
        {"name": "weather", "response": {"sky": "blue"}},
        {"name": "now", "response": {"result": "late"}},
    ]
    declared = sent["tools"][0]["functionDeclarations"]
    assert "parametersJsonSchema" in declared[0]
    assert "parametersJsonSchema" not in declared[1]
    calling = sent["toolConfig"]["functionCallingConfig"]
    assert calling == {"mode": "ANY", "allowedFunctionNames": ["weather"]}
    config = sent["generationConfig"]
    assert config == {"maxOutputTokens": 50, "seed": 3, "stopSequences": list("abcde")}


@pytest.mark.parametrize("messages", [(said("system", "Be."),), (said("assistant", "Yes?"),)])
async def test_user_begins(http: EgressClient, messages: tuple[ChatMessage, ...]) -> None:
    _, sent = await talk(http, asking(*messages), stream({"text": "fine"}))

    assert sent["contents"][0]["role"] == "user"
    assert sent["contents"][0]["parts"]


async def test_call_of_another_model_is_marked_as_unsigned(http: EgressClient) -> None:
    call = ToolCall(id="c1", name="weather", arguments="{}")
    request = asking(said("user", "Hi"), said("assistant", "", tool_calls=(call, call)))

    _, sent = await talk(http, request, stream({"text": "fine"}))

    signatures = [part.get("thoughtSignature") for part in sent["contents"][1]["parts"]]
    assert signatures == ["skip_thought_signature_validator", None]


async def test_reasoning_calls_and_usage_come_apart(http: EgressClient) -> None:
    usage = {
        "promptTokenCount": 10,
        "candidatesTokenCount": 4,
        "thoughtsTokenCount": 6,
        "cachedContentTokenCount": 3,
    }
    answer = stream(
        {"text": "Hm.", "thought": True},
        {"text": "I look."},
        {"functionCall": {"name": "weather", "args": {"city": "Ulm"}}, "thoughtSignature": "c2ln"},
        usageMetadata=usage,
        modelVersion="gemini-3-test-001",
    )

    found, _ = await talk(http, asking(tools=(WEATHER,)), answer)

    assert found == [
        ReasoningDelta(text="Hm."),
        TextDelta(text="I look."),
        ToolCallDelta(
            call=ToolCall(
                id="call_1", name="weather", arguments='{"city":"Ulm"}', state="gemini:c2ln"
            )
        ),
        StreamEnd(
            finish_reason="tool_calls",
            model="gemini-3-test-001",
            usage=Usage(
                input_tokens=10, output_tokens=10, cached_input_tokens=3, reasoning_tokens=6
            ),
        ),
    ]


async def test_answer_is_whole_without_the_last_empty_line(http: EgressClient) -> None:
    whole = stream({"text": "fine"})
    assert isinstance(whole.body, bytes)
    cut = Answer(headers=whole.headers, body=whole.body.rstrip(b"\n"))

    found, _ = await talk(http, asking(), cut)

    assert isinstance(found[-1], StreamEnd)


async def test_answer_is_whole_though_the_connection_drops_after_it(http: EgressClient) -> None:
    whole = stream({"text": "fine"})
    assert isinstance(whole.body, bytes)

    found, _ = await talk(http, asking(), Answer(headers=whole.headers, body=[whole.body, Drop()]))

    assert isinstance(found[-1], StreamEnd)


async def test_schema_is_enforced_by_the_vendor(http: EgressClient) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    request = asking(response_schema=ResponseSchema(name="a", schema=schema))

    _, sent = await talk(http, request, stream({"text": "{}"}))

    assert sent["generationConfig"] == {
        "responseMimeType": "application/json",
        "responseJsonSchema": schema,
    }


async def test_extra_generation_settings_are_added(http: EgressClient) -> None:
    thinking = {"thinkingConfig": {"thinkingLevel": "low"}}
    request = asking(temperature=0.5, extra={"generationConfig": thinking, "contents": []})

    _, sent = await talk(http, request, stream({"text": "fine"}))

    assert sent["generationConfig"] == {"temperature": 0.5, **thinking}
    assert sent["contents"]


async def test_blocked_prompt_is_the_users_to_change(http: EgressClient) -> None:
    body = b'data: {"promptFeedback": {"blockReason": "SAFETY"}}\n\n'
    answer = Answer(headers={"content-type": "text/event-stream"}, body=body)

    with pytest.raises(InvalidInput, match="refuses the content"):
        await talk(http, asking(), answer)


async def test_wrong_key_is_told_as_such(http: EgressClient) -> None:
    error = {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT"}

    with pytest.raises(Unauthenticated):
        await talk(http, asking(), Answer(status=400, json={"error": error}))


async def test_waiting_time_is_read_from_the_error(http: EgressClient) -> None:
    detail = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17.5s"}
    error = {"code": 429, "message": "Quota exceeded", "status": "X", "details": [detail]}

    with pytest.raises(RateLimited) as refusal:
        await talk(http, asking(), Answer(status=429, json={"error": error}))

    assert refusal.value.retry_after_s == 17.5


@pytest.mark.parametrize("name", ["../x", "a/b", "", "a?b", "x:y", "é"])
async def test_name_that_leads_elsewhere_is_refused(http: EgressClient, name: str) -> None:
    with pytest.raises(InvalidInput):
        await talk(http, asking(model=name), stream({"text": "fine"}))


async def test_embedding_says_what_it_is_for(http: EgressClient) -> None:
    async with ScriptedServer() as server:
        server.handle_with(lambda _: Answer(json={"embeddings": [{"values": [1.0, 2.0]}]}))
        credential = {"api_key": "k", "base_url": f"{server.url}/v1beta"}
        request = EmbedRequest(model="m", texts=("",), purpose="query", dimensions=2)
        await GeminiProvider(ModelContext(http), credential).embed(request)
        sent = server.requests[-1].json()

    assert sent["requests"] == [
        {
            "model": "models/m",
            "taskType": "RETRIEVAL_QUERY",
            "outputDimensionality": 2,
            "content": {"parts": [{"text": " "}]},
        }
    ]
