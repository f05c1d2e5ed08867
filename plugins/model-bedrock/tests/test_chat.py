"""What the vendor's own features look like on the wire, and what comes back of them."""

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
    ProviderFailed,
    RateLimited,
    SkepError,
    TooLarge,
)
from skep_model_bedrock.provider import BedrockProvider
from skep_runtime.egress import EgressClient
from skep_testing.conformance.model_kit.event_stream import (
    CONTENT_TYPE,
    block,
    event,
    exception,
    frame,
    message,
)
from skep_testing.conformance.models import ModelContext
from skep_testing.http_server import Answer, Drop, ScriptedServer

MODEL = "eu.anthropic.claude-test-v1:0"
WEATHER = ToolSpec(
    name="weather",
    description="Tells it.",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}},
)
NOW = ToolSpec(name="now", description=" ", parameters={})
SCHEMA = ResponseSchema(name="answer", schema={"type": "object", "properties": {"n": {}}})
FINE = message(block(0, {"text": "fine"}))


def said(role: Any, content: Any = "", **more: Any) -> ChatMessage:
    return ChatMessage(role=role, content=content, **more)


def asking(*messages: ChatMessage, **more: Any) -> ChatRequest:
    fields = {"model": MODEL, "messages": messages or (said("user", "Hi"),), **more}
    return ChatRequest(**fields)


async def talk(
    http: EgressClient, request: ChatRequest, answer: Answer
) -> tuple[list[ChatDelta], dict[str, Any]]:
    """Return what came back and what was sent."""
    async with ScriptedServer() as server:
        server.handle_with(lambda _: answer)
        credential = {"region": "eu-central-1", "api_key": "secret-1", "base_url": server.url}
        provider = BedrockProvider(ModelContext(http), credential)
        found = [delta async for delta in provider.chat(request)]
        received = server.requests[-1]
        assert (received.method, received.path) == (
            "POST",
            f"/model/{request.model}/converse-stream",
        )
        return found, received.json()


async def test_request_is_written_as_the_vendor_reads_it(http: EgressClient) -> None:
    call = ToolCall(id="t1", name="weather", arguments='{"city": "Ulm"}')
    broken = ToolCall(id="call.2/é", name="now", arguments="{oops")
    request = asking(
        said("system", "Be brief."),
        said("user", (TextPart(text="Look"), ImagePart(data="aGk=", mime_type="image/jpeg"))),
        said("assistant", " ", tool_calls=(call, broken)),
        said("tool", "sunny", tool_call_id="t1"),
        said("tool", "", tool_call_id="call.2/é"),
        said("user", "And?"),
        tools=(WEATHER, NOW),
        tool_choice="required",
        temperature=0.5,
        top_p=0.9,
        max_tokens=50,
        stop=("END", " "),
        seed=3,
        extra={
            "inferenceConfig": {"topP": None},
            "additionalModelRequestFields": {"top_k": 5},
            "messages": [],
        },
    )

    _, sent = await talk(http, request, FINE)

    assert sent == {
        "messages": [
            {
                "role": "user",
                "content": [
                    {"text": "Look"},
                    {"image": {"format": "jpeg", "source": {"bytes": "aGk="}}},
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {"toolUse": {"toolUseId": "t1", "name": "weather", "input": {"city": "Ulm"}}},
                    {
                        "toolUse": {
                            "toolUseId": "call_2__",
                            "name": "now",
                            "input": {"arguments": "{oops"},
                        }
                    },
                ],
            },
            {
                "role": "user",
                "content": [
                    {"toolResult": {"toolUseId": "t1", "content": [{"text": "sunny"}]}},
                    {"toolResult": {"toolUseId": "call_2__", "content": [{"text": "(nothing)"}]}},
                    {"text": "And?"},
                ],
            },
        ],
        "system": [{"text": "Be brief."}],
        "inferenceConfig": {"maxTokens": 50, "temperature": 0.5, "stopSequences": ["END"]},
        "toolConfig": {
            "tools": [
                {
                    "toolSpec": {
                        "name": "weather",
                        "description": "Tells it.",
                        "inputSchema": {"json": WEATHER.parameters},
                    }
                },
                {"toolSpec": {"name": "now", "inputSchema": {"json": {"type": "object"}}}},
            ],
            "toolChoice": {"any": {}},
        },
        "additionalModelRequestFields": {"top_k": 5},
    }


async def test_plain_request_leaves_the_vendors_defaults(http: EgressClient) -> None:
    _, sent = await talk(http, asking(), FINE)

    assert sent == {"messages": [{"role": "user", "content": [{"text": "Hi"}]}]}


@pytest.mark.parametrize("messages", [(said("system", "Be."),), (said("assistant", "Yes?"),)])
async def test_user_begins(http: EgressClient, messages: tuple[ChatMessage, ...]) -> None:
    _, sent = await talk(http, asking(*messages), FINE)

    assert sent["messages"][0]["role"] == "user"
    assert sent["messages"][0]["content"]


@pytest.mark.parametrize(
    ("choice", "sent"),
    [(None, None), ("auto", {"auto": {}}), ("weather", {"tool": {"name": "weather"}})],
)
async def test_choice_of_tools(
    http: EgressClient, choice: str | None, sent: dict[str, Any] | None
) -> None:
    _, body = await talk(http, asking(tools=(WEATHER,), tool_choice=choice), FINE)

    assert body["toolConfig"].get("toolChoice") == sent


@pytest.mark.parametrize("tools", [(), (WEATHER,)])
async def test_tools_that_were_called_stay_declared(
    http: EgressClient, tools: tuple[ToolSpec, ...]
) -> None:
    call = ToolCall(id="t1", name="weather", arguments="{}")
    request = asking(
        said("user", "Hi"),
        said("assistant", "", tool_calls=(call, call)),
        said("tool", "sunny", tool_call_id="t1"),
        tools=tools,
        tool_choice="none",
    )

    _, sent = await talk(http, request, FINE)

    assert [tool["toolSpec"]["name"] for tool in sent["toolConfig"]["tools"]] == ["weather"]
    assert "toolChoice" not in sent["toolConfig"]


async def test_no_tools_are_offered_when_none_may_be_called(http: EgressClient) -> None:
    _, sent = await talk(http, asking(tools=(WEATHER,), tool_choice="none"), FINE)

    assert "toolConfig" not in sent


async def test_signed_reasoning_goes_back_with_its_call(http: EgressClient) -> None:
    answer = message(
        block(
            0,
            {"reasoningContent": {"text": "Hm, "}},
            {"reasoningContent": {"text": "weather."}},
            {"reasoningContent": {"signature": "c2ln"}},
        ),
        block(1, {"reasoningContent": {"redactedContent": "cmVk"}}),
        block(2, {"text": "I look."}),
        block(
            3,
            {"toolUse": {"input": '{"city":'}},
            {"toolUse": {"input": ' "Ulm"}'}},
            start={"toolUse": {"toolUseId": "t1", "name": "weather"}},
        ),
        block(4, start={"toolUse": {"toolUseId": "t2", "name": "now"}}),
        stop="tool_use",
    )

    found, _ = await talk(http, asking(tools=(WEATHER, NOW)), answer)
    calls = [delta.call for delta in found if isinstance(delta, ToolCallDelta)]
    later = asking(
        said("user", "Hi"),
        said("assistant", "I look.", tool_calls=tuple(calls)),
        said("tool", "sunny", tool_call_id="t1"),
    )
    _, sent = await talk(http, later, FINE)

    assert "".join(d.text for d in found if isinstance(d, ReasoningDelta)) == "Hm, weather."
    assert [(call.id, call.arguments) for call in calls] == [
        ("t1", '{"city": "Ulm"}'),
        ("t2", "{}"),
    ]
    assert isinstance(found[-1], StreamEnd)
    assert found[-1].finish_reason == "tool_calls"
    assert sent["messages"][1]["content"] == [
        {"reasoningContent": {"reasoningText": {"text": "Hm, weather.", "signature": "c2ln"}}},
        {"reasoningContent": {"redactedContent": "cmVk"}},
        {"text": "I look."},
        {"toolUse": {"toolUseId": "t1", "name": "weather", "input": {"city": "Ulm"}}},
        {"toolUse": {"toolUseId": "t2", "name": "now", "input": {}}},
    ]


@pytest.mark.parametrize(
    "state",
    [
        "",
        '[{"type": "thinking"}]',
        "bedrock:x",
        'bedrock:[{"text": "a"}]',
        "bedrock:" + "[" * 9_999,
    ],
)
async def test_state_of_another_provider_is_left_out(http: EgressClient, state: str) -> None:
    call = ToolCall(id="t1", name="weather", arguments="{}", state=state)

    _, sent = await talk(http, asking(said("assistant", "", tool_calls=(call,))), FINE)

    assert [list(part) for part in sent["messages"][1]["content"]] == [["toolUse"]]


async def test_schema_is_a_tool_where_one_can_be_forced(http: EgressClient) -> None:
    answer = message(
        block(
            0,
            {"toolUse": {"input": '{"n"'}},
            {"toolUse": {"input": ": 4}"}},
            start={"toolUse": {"toolUseId": "t1", "name": "give_answer"}},
        ),
        stop="tool_use",
    )

    found, sent = await talk(http, asking(response_schema=SCHEMA), answer)

    assert sent["toolConfig"]["toolChoice"] == {"tool": {"name": "give_answer"}}
    assert [d.text for d in found if isinstance(d, TextDelta)] == ['{"n"', ": 4}"]
    assert not [d for d in found if isinstance(d, ToolCallDelta)]
    assert isinstance(found[-1], StreamEnd)
    assert found[-1].finish_reason == "stop"


@pytest.mark.parametrize(
    "more", [{"model": "meta.llama3-3-70b-instruct-v1:0"}, {"tools": (WEATHER,)}]
)
async def test_schema_is_asked_for_in_words_elsewhere(
    http: EgressClient, more: dict[str, Any]
) -> None:
    _, sent = await talk(http, asking(response_schema=SCHEMA, **more), FINE)

    assert '"properties"' in sent["system"][0]["text"]


async def test_usage_adds_up_what_the_cache_gave(http: EgressClient) -> None:
    usage = {
        "inputTokens": 10,
        "outputTokens": 20,
        "totalTokens": 137,
        "cacheReadInputTokens": 100,
        "cacheWriteInputTokens": 7,
    }

    found, _ = await talk(
        http, asking(), message(block(0, {"text": "a"}), stop="max_tokens", usage=usage)
    )

    assert found[-1] == StreamEnd(
        finish_reason="length",
        model=MODEL,
        usage=Usage(input_tokens=117, output_tokens=20, cached_input_tokens=100),
    )


async def test_answer_is_whole_though_usage_never_comes(http: EgressClient) -> None:
    whole = message(block(0, {"text": "abcd"}), usage={})
    assert isinstance(whole.body, bytes)

    found, _ = await talk(http, asking(), Answer(headers=whole.headers, body=[whole.body, Drop()]))

    assert isinstance(found[-1], StreamEnd)
    assert found[-1].usage == Usage(input_tokens=1, output_tokens=1, estimated=True)


async def test_what_is_new_is_passed_by(http: EgressClient) -> None:
    new = event("somethingNew", value={"a": [1]})
    citation = event("contentBlockDelta", contentBlockIndex=0, delta={"citation": {"title": "x"}})

    found, _ = await talk(http, asking(), message(new, citation, block(0, {"text": "fine"})))

    assert found[0] == TextDelta(text="fine")


@pytest.mark.parametrize("stop", ["guardrail_intervened", "content_filtered"])
async def test_guardrail_is_told_from_an_end(http: EgressClient, stop: str) -> None:
    found, _ = await talk(http, asking(), message(block(0, {"text": "No."}), stop=stop))

    assert isinstance(found[-1], StreamEnd)
    assert found[-1].finish_reason == "content_filter"


@pytest.mark.parametrize(
    ("kind", "words", "problem"),
    [
        ("throttlingException", "Too many tokens, please wait", RateLimited),
        ("modelStreamErrorException", "The model failed", ProviderFailed),
        ("internalServerException", "Sorry", ProviderFailed),
        ("serviceUnavailableException", "Busy", ProviderFailed),
        ("validationException", "Input is too long for requested model.", TooLarge),
        ("validationException", "secret-1 is no temperature", InvalidInput),
        ("somethingNewException", "Hm", ProviderFailed),
    ],
)
async def test_exception_in_the_middle_ends_the_stream(
    http: EgressClient, kind: str, words: str, problem: type[SkepError]
) -> None:
    body = event("messageStart", role="assistant") + exception(kind, words)

    with pytest.raises(problem) as failure:
        await talk(http, asking(), Answer(headers={"content-type": CONTENT_TYPE}, body=body))

    assert "secret-1" not in f"{failure.value!r} {failure.value.detail}"


async def test_error_of_the_stream_itself_is_one(http: EgressClient) -> None:
    headers = {":message-type": "error", ":error-code": "500", ":error-message": "Oh"}

    with pytest.raises(ProviderFailed):
        await talk(
            http,
            asking(),
            Answer(headers={"content-type": CONTENT_TYPE}, body=frame(headers, b"")),
        )


@pytest.mark.parametrize("at", [3, 9, 40, -2])
async def test_damaged_stream_is_a_failure(http: EgressClient, at: int) -> None:
    assert isinstance(FINE.body, bytes)
    damaged = bytearray(FINE.body)
    damaged[at] ^= 1

    with pytest.raises(ProviderFailed, match=r"damaged|before the answer"):
        await talk(http, asking(), Answer(headers=FINE.headers, body=bytes(damaged)))


async def test_payload_that_is_no_event_is_a_failure(http: EgressClient) -> None:
    headers = {":message-type": "event", ":event-type": "contentBlockDelta"}

    with pytest.raises(ProviderFailed, match="no event"):
        await talk(http, asking(), Answer(headers=FINE.headers, body=frame(headers, b"[1")))


async def test_connection_that_closes_in_the_middle_is_no_answer(http: EgressClient) -> None:
    body = event("messageStart", role="assistant") + block(0, {"text": "fi"})

    with pytest.raises(ProviderFailed, match="before the answer was complete"):
        await talk(http, asking(), Answer(headers=FINE.headers, body=body))


@pytest.mark.parametrize(
    "image",
    [
        ImagePart(),
        ImagePart(url="https://a/b.png"),
        ImagePart(data="aGk=", mime_type="image/tiff"),
    ],
)
async def test_image_that_is_not_taken_is_refused(http: EgressClient, image: ImagePart) -> None:
    with pytest.raises(InvalidInput, match="message 1"):
        await talk(http, asking(said("user", (image,))), FINE)


async def test_image_in_s3_is_referred_to(http: EgressClient) -> None:
    image = ImagePart(url="s3://bucket/b.webp", mime_type="image/webp")

    _, sent = await talk(http, asking(said("user", (image,))), FINE)

    assert sent["messages"][0]["content"] == [
        {"image": {"format": "webp", "source": {"s3Location": {"uri": "s3://bucket/b.webp"}}}}
    ]
