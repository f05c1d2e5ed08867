"""The scripted vendor answers, refuses and counts like the real one."""

import base64
import json
import subprocess
import sys
from array import array
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from skep_testing.eventually import eventually
from skep_testing.model_server import ModelServer, Turn


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture
async def session(server: ModelServer) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"authorization": f"Bearer {server.api_key}"}
    async with aiohttp.ClientSession(headers=headers) as client:
        yield client


def chat(content: str = "hello", **more: Any) -> dict[str, Any]:
    return {"model": "mock-chat", "messages": [{"role": "user", "content": content}], **more}


async def post(
    session: aiohttp.ClientSession, server: ModelServer, body: Any, path: str = "chat/completions"
) -> tuple[int, Any]:
    async with session.post(f"{server.base_url}/{path}", json=body) as answer:
        text = await answer.text()
        return answer.status, json.loads(text) if text.startswith("{") else text


def deltas(text: str) -> list[dict[str, Any]]:
    events = [line.removeprefix("data: ") for line in text.split("\n\n") if line]
    assert events[-1] == "[DONE]"
    return [json.loads(event) for event in events[:-1]]


async def test_answer_depends_on_the_prompt_alone(
    server: ModelServer, session: aiohttp.ClientSession
) -> None:
    answers = [await post(session, server, chat(text)) for text in ("a", "a", "b")]

    texts = [body["choices"][0]["message"]["content"] for _, body in answers]
    assert texts[0] == texts[1] != texts[2]
    assert answers[0][1]["usage"] == {
        "prompt_tokens": 1,
        "completion_tokens": 8,
        "total_tokens": 9,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0},
    }


async def test_stream_has_the_same_text_and_usage_in_the_last_chunk(
    server: ModelServer, session: aiohttp.ClientSession
) -> None:
    _, whole = await post(session, server, chat())

    body = chat(stream=True, stream_options={"include_usage": True})
    _, streamed = await post(session, server, body)

    events = deltas(streamed)
    pieces = [c["delta"].get("content", "") for e in events for c in e["choices"]]
    assert "".join(pieces) == whole["choices"][0]["message"]["content"]
    assert (events[-1]["choices"], events[-1]["usage"]) == ([], whole["usage"])


async def test_tool_call_comes_in_fragments(
    server: ModelServer, session: aiohttp.ClientSession
) -> None:
    arguments = '{"city": "Zürich", "days": 3}'
    server.on("", Turn(tool_calls=(("weather", arguments),)))
    tool = {"type": "function", "function": {"name": "weather", "parameters": {}}}

    _, streamed = await post(session, server, chat(stream=True, tools=[tool]))

    calls = [
        call
        for event in deltas(streamed)
        for choice in event["choices"]
        for call in choice["delta"].get("tool_calls", [])
    ]
    assert len(calls) > 3
    assert "".join(call["function"]["arguments"] for call in calls) == arguments
    assert calls[0]["function"]["name"] == "weather"


async def test_schema_is_followed(server: ModelServer, session: aiohttp.ClientSession) -> None:
    schema = {
        "type": "object",
        "properties": {"topic": {"enum": ["a", "b"]}, "n": {"type": "integer"}},
        "required": ["topic", "n"],
        "additionalProperties": False,
    }
    wanted = {
        "type": "json_schema",
        "json_schema": {"name": "x", "schema": schema, "strict": True},
    }

    _, body = await post(session, server, chat(response_format=wanted))

    assert json.loads(body["choices"][0]["message"]["content"]) == {"topic": "a", "n": 0}


REFUSED = {
    "no messages": ({"model": "mock-chat", "messages": []}, "messages"),
    "no model": ({"messages": [{"role": "user", "content": "x"}]}, None),
    "unknown field": (chat(temprature=1), "temprature"),
    "temperature": (chat(temperature=3), "temperature"),
    "role": ({"model": "mock-chat", "messages": [{"role": "bot", "content": "x"}]}, None),
    "stream options": (chat(stream_options={"include_usage": True}), "stream_options"),
    "lost tool answer": (
        {
            "model": "mock-chat",
            "messages": [{"role": "tool", "content": "x", "tool_call_id": "call_1"}],
        },
        "messages.[0].role",
    ),
    "loose schema": (
        chat(
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "x", "strict": True, "schema": {"type": "object"}},
            }
        ),
        "response_format",
    ),
    "tool choice": (chat(tool_choice="auto"), "tool_choice"),
    "reasoning model": (chat() | {"model": "mock-reasoning", "max_tokens": 5}, "max_tokens"),
}


@pytest.mark.parametrize(("body", "param"), REFUSED.values(), ids=REFUSED)
async def test_request_the_vendor_refuses_is_refused(
    server: ModelServer, session: aiohttp.ClientSession, body: Any, param: str | None
) -> None:
    status, answer = await post(session, server, body)

    assert status == 400
    assert answer["error"]["type"] == "invalid_request_error"
    assert param is None or answer["error"]["param"] == param
    assert server.counts.refused == 1
    assert server.counts.chat.started == 0


async def test_body_that_is_no_json_is_refused(
    server: ModelServer, session: aiohttp.ClientSession
) -> None:
    async with session.post(f"{server.base_url}/chat/completions", data=b"{") as answer:
        assert answer.status == 400


async def test_wrong_key_model_and_path_are_refused(
    server: ModelServer, session: aiohttp.ClientSession
) -> None:
    unknown = await post(session, server, chat() | {"model": "mock-nothing"})
    nowhere = await post(session, server, {}, "completions")
    async with aiohttp.ClientSession() as stranger:
        keyless = await post(stranger, server, chat())

    assert (unknown[0], unknown[1]["error"]["code"]) == (404, "model_not_found")
    assert nowhere[0] == 404
    assert (keyless[0], keyless[1]["error"]["code"]) == (401, "invalid_api_key")


async def test_turns_come_in_order_and_the_last_one_stays(
    server: ModelServer, session: aiohttp.ClientSession
) -> None:
    server.on("[[a]]", Turn(status=429, retry_after_s=2), Turn(text="done"))

    answers = [await post(session, server, chat("go [[a]]")) for _ in range(3)]
    other = await post(session, server, chat("go [[b]]"))

    assert [status for status, _ in answers] == [429, 200, 200]
    assert answers[2][1]["choices"][0]["message"]["content"] == "done"
    assert other[0] == 200
    count = server.count("a")
    assert (count.started, count.failed, count.completed) == (3, 1, 2)
    assert server.counts.prompts["go [[a]]"] == 3


async def test_cut_stream_has_no_end_and_counts_as_failed(
    server: ModelServer, session: aiohttp.ClientSession
) -> None:
    server.on("", Turn(text="one two three", cut_after=2))

    with pytest.raises(aiohttp.ClientPayloadError):
        await post(session, server, chat(stream=True))

    assert server.counts.chat.failed == 1


async def test_error_object_comes_in_the_middle_of_a_stream(
    server: ModelServer, session: aiohttp.ClientSession
) -> None:
    server.on("", Turn(text="one two three", error_after=1, error_code="overloaded"))

    _, streamed = await post(session, server, chat(stream=True))

    assert '"content":"one "' in streamed
    assert '"content":"two "' not in streamed
    assert '"code":"overloaded"' in streamed
    assert "[DONE]" not in streamed


async def test_caller_that_leaves_is_counted(
    server: ModelServer, session: aiohttp.ClientSession
) -> None:
    server.on("", Turn(text="a b c d e f", token_delay_s=5))

    async with session.post(
        f"{server.base_url}/chat/completions", json=chat("[[x]]", stream=True)
    ) as answer:
        await answer.content.readany()
        assert server.counts.active == 1

    await eventually(lambda: server.count("x").aborted == 1)
    assert server.counts.active == 0


@pytest.mark.parametrize("encoding", ["float", "base64"])
async def test_vectors_are_equal_for_equal_texts(
    server: ModelServer, session: aiohttp.ClientSession, encoding: str
) -> None:
    body = {"model": "mock-embedding", "input": ["a b", "c", "a b"], "encoding_format": encoding}

    _, answer = await post(session, server, body, "embeddings")

    vectors = [item["embedding"] for item in answer["data"]]
    if encoding == "base64":
        vectors = [array("f", base64.b64decode(vector)).tolist() for vector in vectors]
    assert vectors[0] == vectors[2] != vectors[1]
    assert len(vectors[0]) == 64
    assert sum(value * value for value in vectors[0]) == pytest.approx(1)


async def test_passages_are_ranked(server: ModelServer, session: aiohttp.ClientSession) -> None:
    body = {"model": "mock-rerank", "query": "red fox", "documents": ["a dog", "the red fox"]}

    _, answer = await post(session, server, body, "rerank")

    assert [result["index"] for result in answer["results"]] == [1, 0]


@pytest.fixture
def process_url() -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-m", "skep_testing.model_server", "--tokens", "3", "--open"],
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"].removesuffix("/v1")
        process.kill()


async def test_server_runs_as_a_process_with_scripts_and_stats_over_http(process_url: str) -> None:
    async with aiohttp.ClientSession(process_url) as session:

        async def send(path: str, body: Any = None) -> int:
            async with session.post(path, json=body) as answer:
                return answer.status

        script = {"text": "[[a]]", "turns": [{"status": 503}]}
        assert await send("/script", script) == 204
        assert await send("/v1/chat/completions", chat("[[a]]")) == 503
        assert await send("/script", {"text": 1}) == 400
        async with session.get("/stats") as answer:
            stats = await answer.json(content_type=None)
        assert stats["markers"]["a"]["failed"] == 1
        assert await send("/reset") == 204
        assert await send("/v1/chat/completions", chat("[[a]]")) == 200
