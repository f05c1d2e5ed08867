"""Chat over the wire, with the vendor's own strictness and other servers' habits."""

import json
import logging
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
    ProviderFailed,
    ProviderTimedOut,
    RateLimited,
    SkepError,
    TooLarge,
)
from skep_model_openai.provider import OpenAIProvider
from skep_runtime.egress import EgressClient
from skep_testing.conformance.models import ModelContext
from skep_testing.http_server import Answer, Drop, Pause, Received, ScriptedServer, Step
from skep_testing.model_server import ModelServer, Turn

WEATHER = ToolSpec(
    name="weather",
    description="Tells the weather.",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}},
)


def asking(prompt: str = "hello", **more: Any) -> ChatRequest:
    messages = (ChatMessage(role="user", content=prompt),)
    return ChatRequest(**{"model": "mock-chat", "messages": messages, **more})


async def deltas(provider: OpenAIProvider, request: ChatRequest) -> list[ChatDelta]:
    return [delta async for delta in provider.chat(request)]


def text(found: list[ChatDelta]) -> str:
    return "".join(delta.text for delta in found if isinstance(delta, TextDelta))


def end(found: list[ChatDelta]) -> StreamEnd:
    assert isinstance(found[-1], StreamEnd)
    return found[-1]


def sent(server: ScriptedServer) -> dict[str, Any]:
    body: dict[str, Any] = server.requests[-1].json()
    return body


async def test_answer_streams_with_usage(server: ModelServer, provider: OpenAIProvider) -> None:
    server.on("", Turn(text="one two three"))

    found = await deltas(provider, asking("a b"))

    assert [d.text for d in found if isinstance(d, TextDelta)] == ["one ", "two ", "three"]
    assert end(found) == StreamEnd(
        finish_reason="stop", usage=Usage(input_tokens=2, output_tokens=3), model="mock-chat"
    )


async def test_conversation_with_everything_passes_the_vendors_checks(
    server: ModelServer, provider: OpenAIProvider
) -> None:
    request = ChatRequest(
        model="mock-chat",
        messages=(
            ChatMessage(role="system", content="Be brief."),
            ChatMessage(
                role="user",
                content=(
                    TextPart(text="What is this?"),
                    ImagePart(data="aGk=", mime_type="image/png"),
                    ImagePart(url="https://example.org/a.png", detail="low"),
                ),
            ),
            ChatMessage(
                role="assistant", tool_calls=(ToolCall(id="c1", name="weather", arguments="{}"),)
            ),
            ChatMessage(role="tool", tool_call_id="c1", content="sunny", name="weather"),
            ChatMessage(role="user", content=(TextPart(text="And "), TextPart(text="now?"))),
        ),
        tools=(WEATHER, ToolSpec(name="clock", description="", parameters={})),
        tool_choice="weather",
        temperature=0.5,
        top_p=0.9,
        max_tokens=100,
        stop=("END",),
        seed=7,
        extra={"user": "u1", "stream": False, "messages": []},
        idempotency_key="run_1-n2",
    )

    await deltas(provider, request)

    body = sent(server)
    assert server.requests[-1].headers["idempotency-key"] == "run_1-n2"
    assert body["messages"][1]["content"][1] == {
        "type": "image_url",
        "image_url": {"url": "data:image/png;base64,aGk=", "detail": "auto"},
    }
    assert body["messages"][4]["content"] == "And now?"
    assert body["tool_choice"] == {"type": "function", "function": {"name": "weather"}}
    assert (body["stream"], body["user"], body["stop"]) == (True, "u1", ["END"])
    assert server.counts.refused == 0


async def test_image_without_content_is_refused(provider: OpenAIProvider) -> None:
    message = ChatMessage(role="user", content=(ImagePart(),))

    with pytest.raises(InvalidInput, match="message 1"):
        await deltas(provider, ChatRequest(model="mock-chat", messages=(message,)))


async def test_tool_call_and_reasoning_come_apart_from_the_text(
    server: ModelServer, provider: OpenAIProvider
) -> None:
    server.on(
        "", Turn(text="Let me look.", reasoning="hm well", tool_calls=(("weather", '{"city":1}'),))
    )

    found = await deltas(provider, asking(tools=(WEATHER,)))

    assert text(found) == "Let me look."
    thought = "".join(delta.text for delta in found if isinstance(delta, ReasoningDelta))
    assert thought == "hm well "
    (call,) = [delta.call for delta in found if isinstance(delta, ToolCallDelta)]
    assert (call.name, call.arguments) == ("weather", '{"city":1}')
    assert end(found).finish_reason == "tool_calls"
    assert end(found).usage.reasoning_tokens == 2


@pytest.mark.parametrize("is_strict", [True, False])
async def test_schema_is_sent_strictly_where_the_vendor_can_enforce_it(
    server: ModelServer, provider: OpenAIProvider, is_strict: bool
) -> None:
    schema: dict[str, Any] = {"type": "object", "properties": {"n": {"type": "integer"}}}
    if is_strict:
        schema |= {"required": ["n"], "additionalProperties": False}

    found = await deltas(
        provider, asking(response_schema=ResponseSchema(name="my answer", schema=schema))
    )

    assert json.loads(text(found)) == {"n": 0}
    assert sent(server)["response_format"]["json_schema"]["name"] == "my_answer"
    assert sent(server)["response_format"]["json_schema"]["strict"] is is_strict


async def test_model_that_takes_no_limit_or_temperature_is_asked_its_way_and_remembered(
    server: ModelServer, provider: OpenAIProvider, caplog: pytest.LogCaptureFixture
) -> None:
    request = asking(model="mock-reasoning", max_tokens=3, temperature=0.2)

    with caplog.at_level(logging.INFO):
        found = await deltas(provider, request)
    refused = server.counts.refused
    await deltas(provider, request)

    assert end(found).usage.output_tokens == 3
    assert (refused, server.counts.refused) == (2, 2)
    assert "temperature" not in sent(server)
    assert sent(server)["max_completion_tokens"] == 3
    assert [record.message for record in caplog.records].count("chat request adapted") == 2


async def test_parameter_out_of_range_is_not_left_out_but_refused(
    provider: OpenAIProvider,
) -> None:
    with pytest.raises(InvalidInput, match="temperature"):
        await deltas(provider, asking(temperature=9.0))


async def test_unknown_model_is_named(provider: OpenAIProvider) -> None:
    with pytest.raises(SkepError) as refusal:
        await deltas(provider, asking(model="mock-nothing"))

    assert refusal.value.exact_code == "model_not_found"
    assert "mock-nothing" in refusal.value.detail


async def test_connection_is_used_again(server: ModelServer, provider: OpenAIProvider) -> None:
    for _ in range(3):
        await deltas(provider, asking())

    assert server.connections == 1


async def test_error_in_the_middle_of_a_stream_is_raised(
    server: ModelServer, provider: OpenAIProvider
) -> None:
    server.on("", Turn(text="a b c", error_after=1, error_code="rate_limit_exceeded"))
    stream = provider.chat(asking())

    assert await anext(stream) == TextDelta(text="a ")
    with pytest.raises(RateLimited):
        await anext(stream)


# Habits of other servers.


def chunk(**delta: Any) -> bytes:
    finish = delta.pop("finish_reason", None)
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


FINISH = chunk(finish_reason="stop")
DONE = b"data: [DONE]\n\n"


async def answers(
    http: EgressClient, *steps: Step, kind: str = "text/event-stream", **settings: Any
) -> list[ChatDelta]:
    """Return what becomes of these bytes."""
    answer = Answer(headers={"content-type": kind}, body=list(steps))
    async with ScriptedServer(lambda _: answer) as server:
        provider = OpenAIProvider(ModelContext(http, settings=settings), {"base_url": server.url})
        return await deltas(provider, asking("four words are here"))


async def test_missing_usage_is_estimated(http: EgressClient) -> None:
    found = await answers(http, chunk(content="eight ch"), FINISH, DONE)

    assert end(found).usage == Usage(input_tokens=5, output_tokens=2, estimated=True)


async def test_last_of_several_usages_counts_and_choices_may_be_null(http: EgressClient) -> None:
    usages = [
        b'data: {"choices":null,"usage":{"prompt_tokens":3,"completion_tokens":%d}}\n\n' % n
        for n in (1, 2)
    ]

    found = await answers(http, chunk(content="x"), usages[0], FINISH, usages[1], DONE)

    assert end(found).usage == Usage(input_tokens=3, output_tokens=2)


async def test_details_of_usage_are_read(http: EgressClient) -> None:
    usage = {
        "prompt_tokens": 10,
        "completion_tokens": 9,
        "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 5},
    }
    last = b"data: " + json.dumps({"choices": [], "usage": usage}).encode() + b"\n\n"

    found = await answers(http, chunk(content="x"), FINISH, last, DONE)

    assert end(found).usage == Usage(
        input_tokens=10, output_tokens=9, cached_input_tokens=4, reasoning_tokens=5
    )


async def test_end_without_done_is_an_end_when_the_model_said_why(http: EgressClient) -> None:
    assert text(await answers(http, chunk(content="x"), FINISH)) == "x"


async def test_done_without_a_reason_is_an_end(http: EgressClient) -> None:
    assert end(await answers(http, chunk(content="x"), DONE)).finish_reason == "stop"


@pytest.mark.parametrize("steps", [[DONE], [chunk(content="x")], [chunk(content="x"), Drop()]])
async def test_end_without_either_is_a_failure(http: EgressClient, steps: list[Step]) -> None:
    with pytest.raises(ProviderFailed):
        await answers(http, *steps)


async def test_server_that_never_closes_after_the_end_is_not_waited_for(
    http: EgressClient,
) -> None:
    assert text(await answers(http, chunk(content="x"), FINISH, DONE, Pause(60))) == "x"


async def test_connection_lost_after_the_end_loses_only_the_usage(http: EgressClient) -> None:
    found = await answers(http, chunk(content="x"), FINISH, Drop())

    assert end(found).usage.estimated


async def test_silence_in_the_middle_is_a_timeout(http: EgressClient) -> None:
    with pytest.raises(ProviderTimedOut):
        await answers(http, chunk(content="x"), Pause(60), idle_timeout_s=0.1)


async def test_whole_object_stands_in_for_a_stream(http: EgressClient) -> None:
    message = {
        "content": "all at once",
        "reasoning": "hm",
        "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": {"a": 1}}}],
    }
    body = {
        "model": "m",
        "choices": [{"message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 2},
    }

    found = await answers(http, json.dumps(body).encode(), kind="application/json")

    assert text(found) == "all at once"
    (call,) = [delta.call for delta in found if isinstance(delta, ToolCallDelta)]
    assert json.loads(call.arguments) == {"a": 1}
    assert end(found).finish_reason == "tool_calls"


async def test_error_object_with_status_200_is_a_failure(http: EgressClient) -> None:
    body = b'{"error": {"message": "Upstream is overloaded", "code": 529}}'

    with pytest.raises(ProviderFailed):
        await answers(http, body, kind="application/json")


async def test_event_of_type_error_is_a_failure(http: EgressClient) -> None:
    with pytest.raises(TooLarge):
        await answers(http, b"event: error\ndata: maximum context length is 10 tokens\n\n")


async def test_comments_and_parts_are_understood(http: EgressClient) -> None:
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    parts = chunk(content=[thinking, {"type": "text", "text": "so"}])

    found = await answers(http, b": PROCESSING\n\n", parts, FINISH, DONE)

    assert found[:2] == [ReasoningDelta(text="hm"), TextDelta(text="so")]


async def test_refusal_is_the_answer_and_says_so(http: EgressClient) -> None:
    found = await answers(http, chunk(content=None, refusal="I cannot."), FINISH, DONE)

    assert text(found) == "I cannot."
    assert end(found).finish_reason == "content_filter"


async def test_surrogate_pair_split_over_two_chunks_is_joined(http: EgressClient) -> None:
    halves = [b'data: {"choices":[{"delta":{"content":"%s"}}]}\n\n' % h for h in HALVES]

    found = await answers(http, *halves, FINISH, DONE)

    assert text(found) == "a😀b\ufffdc"


HALVES = (rb"a\ud83d", rb"\ude00b", rb"\ud83d", rb"c")


async def test_broken_utf8_is_replaced(http: EgressClient) -> None:
    broken = b'data: {"choices":[{"delta":{"content":"a\xffb"}}]}\n\n'

    assert text(await answers(http, broken, FINISH, DONE)) == "a\ufffdb"


def fragment(**call: Any) -> bytes:
    name, arguments = call.pop("name", None), call.pop("arguments", "")
    return chunk(tool_calls=[{**call, "function": {"name": name, "arguments": arguments}}])


TOOL_STREAMS = {
    "no index": [fragment(id="a", name="f", arguments="{}"), fragment(id="b", name="g")],
    "one index for all": [
        fragment(index=0, id="a", name="f", arguments="{"),
        fragment(index=0, arguments="}"),
        fragment(index=0, id="b", name="g"),
    ],
    "empty ids follow": [
        fragment(index=0, id="a", name="f", arguments="{"),
        fragment(index=0, id="", arguments="}"),
        fragment(index=1, id="b", name="g"),
    ],
    "no ids": [
        fragment(name="f", arguments="{"),
        fragment(arguments="}"),
        fragment(name="g", arguments="{}"),
    ],
    "interleaved": [
        fragment(index=0, id="a", name="f"),
        fragment(index=1, id="b", name="g"),
        fragment(index=0, arguments="{}"),
    ],
}


@pytest.mark.parametrize("steps", TOOL_STREAMS.values(), ids=TOOL_STREAMS)
async def test_tool_calls_are_told_apart(http: EgressClient, steps: list[Step]) -> None:
    found = await answers(http, *steps, FINISH, DONE)

    calls = [delta.call for delta in found if isinstance(delta, ToolCallDelta)]
    assert [(call.name, call.arguments) for call in calls] == [("f", "{}"), ("g", "{}")]
    assert len({call.id for call in calls}) == 2


REFUSALS = {
    "stream options": (
        {"detail": "Unsupported parameter: stream_options"},
        lambda body: "stream_options" in body,
    ),
    "schemas": (
        {"error": {"message": "This response_format type is unavailable now"}},
        lambda body: body.get("response_format", {}).get("type") == "json_schema",
    ),
    "any format": (
        {"error": {"message": "response_format is not supported"}},
        lambda body: "response_format" in body,
    ),
    "newer limit": (
        {"error": {"message": "Extra inputs are not permitted", "param": "max_tokens"}},
        lambda body: "max_tokens" in body,
    ),
    "strict schemas": (
        {"error": {"message": "Invalid schema for response_format 'x': minLength not permitted."}},
        lambda body: body.get("response_format", {}).get("json_schema", {}).get("strict"),
    ),
}


@pytest.mark.parametrize(("error", "is_refused"), REFUSALS.values(), ids=REFUSALS)
async def test_server_that_does_not_take_a_parameter_is_asked_without(
    http: EgressClient, error: Any, is_refused: Any
) -> None:
    def answer(request: Received) -> Answer:
        if is_refused(request.json()):
            return Answer(status=400, json=error)
        return Answer(
            headers={"content-type": "text/event-stream"}, body=chunk(content="{}") + FINISH + DONE
        )

    schema = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    async with ScriptedServer(answer) as server:
        provider = OpenAIProvider(ModelContext(http), {"base_url": server.url})
        request = asking(max_tokens=5, response_schema=ResponseSchema(name="x", schema=schema))

        found = await deltas(provider, request)

        assert text(found) == "{}"
        if "response_format" not in sent(server):
            assert "JSON Schema" in sent(server)["messages"][0]["content"]


async def test_server_that_refuses_everything_is_given_up_on(http: EgressClient) -> None:
    refusal = Answer(status=400, json={"error": "stream_options, temperature: not supported"})
    async with ScriptedServer(lambda _: refusal) as server:
        provider = OpenAIProvider(ModelContext(http), {"base_url": server.url})

        with pytest.raises(InvalidInput):
            await deltas(provider, asking(temperature=0.1))

        assert len(server.requests) < 6


async def test_account_without_credit_is_no_rate_limit(http: EgressClient) -> None:
    error = {"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}
    answer = Answer(status=429, headers={"retry-after": "1"}, json=error)
    async with ScriptedServer(lambda _: answer) as server:
        provider = OpenAIProvider(ModelContext(http), {"base_url": server.url})

        with pytest.raises(Forbidden, match="no quota"):
            await deltas(provider, asking())


async def test_log_probabilities_come_with_their_text(http: EgressClient) -> None:
    def chunk(content: str, *tokens: str) -> str:
        top = [{"token": "x", "logprob": -2.0, "bytes": [120]}]
        found = [{"token": token, "logprob": -0.5, "top_logprobs": top} for token in tokens]
        choice = {"index": 0, "delta": {"content": content}, "logprobs": {"content": found}}
        return f"data: {json.dumps({'choices': [choice]})}\n\n"

    # The second token is the first half of a pair, so its text comes with the third.
    body = chunk("Hi ", "Hi ") + chunk("\ud83d", "\\xf0") + chunk("\udc1d", "\\x9f")
    body += 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    answer = Answer(headers={"content-type": "text/event-stream"}, body=body.encode())
    async with ScriptedServer(lambda _: answer) as server:
        provider = OpenAIProvider(ModelContext(http), {"base_url": server.url})
        request = ChatRequest(
            model="m",
            messages=(ChatMessage(role="user", content="Hi"),),
            extra={"logprobs": True, "top_logprobs": 1},
        )

        deltas = [delta async for delta in provider.chat(request)]

        texts = [delta for delta in deltas if isinstance(delta, TextDelta)]
        assert [delta.text for delta in texts] == ["Hi ", "🐝"]
        assert [[each.token for each in delta.logprobs] for delta in texts] == [
            ["Hi "],
            ["\\xf0", "\\x9f"],
        ]
        assert texts[0].logprobs[0].top_logprobs[0].logprob == -2.0
        assert server.requests[0].json()["top_logprobs"] == 1
