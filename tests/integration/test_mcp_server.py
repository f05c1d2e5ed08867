"""Published apps as MCP tools: for the official client, for plain HTTP, and for our own agents."""

import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from skep_testing.stack import RunningStack
from tests.integration.api import (
    create_app,
    eventually,
    refused,
    start_run,
    wait_until_ended,
)
from tests.integration.documents import code_app, start, text_field, workflow
from tests.integration.models import scripted_model

pytestmark = [pytest.mark.integration]
Mode = Literal["auto", "legacy"]
MODES: list[Any] = ["auto", "legacy"]
SHOUT = "def main(topic):\n    return {'result': topic.upper()}"
SLEEP = "import time\ndef main(topic):\n    time.sleep(20)\n    return {'result': 'late'}"
FAIL = "def main(topic):\n    raise ValueError('no topic today')"


@pytest.fixture(scope="module", autouse=True)
def apps(stack: RunningStack) -> dict[str, str]:
    """Publish apps; return their ids by name."""
    chat_nodes = {
        "start": start(),
        "answer": {"type": "answer", "settings": {"text": "You said: {{sys.query}}"}},
    }
    documents = [
        code_app("Shout it", SHOUT),
        code_app("sleeper", SLEEP),
        code_app("failing", FAIL),
        code_app("日本", SHOUT),
        workflow("parrot", chat_nodes, [("start", "answer")], mode="chat"),
    ]
    made = {each["app"]["name"]: create_app(stack, each) for each in documents}
    draft = code_app("draft", SHOUT)
    stack.request("POST", "/api/v1/apps", {"document": draft})
    return made


@asynccontextmanager
async def connected(
    stack: RunningStack, mode: Mode = "auto", path: str = "/mcp"
) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {stack.key}"}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        transport = streamable_http_client(f"{stack.url}{path}", http_client=http)
        async with Client(transport, mode=mode) as client:
            yield client


def post(stack: RunningStack, body: object, **headers: str) -> Any:
    return stack.request("POST", "/mcp", body, headers=headers)


def call(name: str, **arguments: Any) -> dict[str, Any]:
    params = {"name": name, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


@pytest.mark.parametrize("mode", MODES)
async def test_published_apps_are_listed_with_their_forms(
    stack: RunningStack, apps: dict[str, str], mode: Mode
) -> None:
    async with connected(stack, mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}

    assert {"Shout_it", "sleeper", "failing", "parrot", apps["日本"]} <= tools.keys()
    assert "draft" not in tools
    assert tools["Shout_it"].title == "Shout it"
    assert tools["Shout_it"].input_schema["properties"]["topic"]["type"] == "string"
    assert tools["parrot"].input_schema["required"] == ["query"]


@pytest.mark.parametrize("mode", MODES)
async def test_call_runs_the_app(stack: RunningStack, mode: Mode) -> None:
    async with connected(stack, mode) as client:
        result = await client.call_tool("Shout_it", {"topic": "bees"})

    assert result.is_error is False
    assert result.content[0].text == "BEES"  # type: ignore[union-attr]
    structured: Any = result.structured_content
    assert structured["outputs"] == {"result": "BEES"}
    run = stack.request("GET", f"/api/v1/runs/{structured['run_id']}")
    assert (run["status"], run["via"]) == ("succeeded", "mcp")


async def test_chat_goes_on_with_its_conversation(stack: RunningStack) -> None:
    async with connected(stack) as client:
        first: Any = (await client.call_tool("parrot", {"query": "Hello"})).structured_content
        more = {"query": "Again", "conversation_id": first["conversation_id"]}
        second: Any = (await client.call_tool("parrot", more)).structured_content

    assert (first["answer"], second["answer"]) == ("You said: Hello", "You said: Again")
    assert second["conversation_id"] == first["conversation_id"]


@pytest.mark.parametrize("mode", MODES)
async def test_progress_is_told_node_by_node(stack: RunningStack, mode: Mode) -> None:
    heard: list[tuple[float, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        assert total is None
        heard.append((progress, message))

    async with connected(stack, mode) as client:
        result = await client.call_tool("Shout_it", {"topic": "x"}, progress_callback=hear)

    assert result.content[0].text == "X"  # type: ignore[union-attr]
    assert "work" in [message for _, message in heard]
    assert [number for number, _ in heard] == sorted(number for number, _ in heard)


async def test_failures_are_results_a_model_can_learn_from(stack: RunningStack) -> None:
    async with connected(stack) as client:
        failed = await client.call_tool("failing", {"topic": "x"})
        wrong = await client.call_tool("Shout_it", {"topic": 5})

    assert failed.is_error
    assert "no topic today" in failed.content[0].text  # type: ignore[union-attr]
    assert wrong.is_error
    assert "topic" in wrong.content[0].text  # type: ignore[union-attr]


async def test_one_app_can_be_served_alone(stack: RunningStack) -> None:
    async with connected(stack, path="/mcp/parrot") as client:
        tools = (await client.list_tools()).tools
        said = await client.call_tool("parrot", {"query": "Hi"})

    assert [tool.name for tool in tools] == ["parrot"]
    assert said.content[0].text == "You said: Hi"  # type: ignore[union-attr]


def test_client_that_goes_away_cancels_its_run(stack: RunningStack, apps: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {stack.key}", "Content-Type": "application/json"}
    body = json.dumps(call("sleeper", topic="x")).encode()
    request = urllib.request.Request(f"{stack.url}/mcp", data=body, headers=headers)
    with pytest.raises(TimeoutError):
        urllib.request.urlopen(request, timeout=1.5)

    path = f"/api/v1/runs?app={apps['sleeper']}"
    eventually(lambda: stack.request("GET", path)["items"][0]["status"] == "cancelled")


def test_messages_are_refused_in_the_protocols_terms(stack: RunningStack) -> None:
    unknown = post(stack, {"jsonrpc": "2.0", "id": 7, "method": "resources/list"})
    assert (unknown["id"], unknown["error"]["code"]) == (7, -32601)
    assert post(stack, call("nobody"))["error"]["code"] == -32602
    assert post(stack, {"jsonrpc": "2.0", "method": "notifications/initialized"}) is None

    assert refused(stack, "POST", "/mcp", b"{")["error"]["code"] == -32700
    assert refused(stack, "POST", "/mcp", [call("parrot")])["error"]["code"] == -32600
    assert refused(stack, "POST", "/mcp", {"id": 1, "method": "ping"})["error"]["code"] == -32600
    deep = b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":' + b"[" * 100_000
    assert refused(stack, "POST", "/mcp", deep)["error"]["code"] == -32700


def test_envelope_must_agree_with_its_headers(stack: RunningStack) -> None:
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    listing = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta}}
    said = {"Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/list"}

    answer = post(stack, listing, **said)
    assert answer["result"]["resultType"] == "complete"
    assert answer["result"]["cacheScope"] == "private"
    lying = {**said, "Mcp-Method": "tools/call"}
    assert refused(stack, "POST", "/mcp", listing, headers=lying)["error"]["code"] == -32020
    bare = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert refused(stack, "POST", "/mcp", bare, headers=said)["error"]["code"] == -32602


def test_key_is_needed_and_its_scope(stack: RunningStack) -> None:
    assert refused(stack, "POST", "/mcp", call("parrot"), key="sk_wrong")["status"] == 401
    body = {"name": "reader", "scopes": ["apps:read"]}
    reader = stack.request("POST", "/api/v1/keys", body)["key"]
    assert refused(stack, "POST", "/mcp", call("parrot"), key=reader)["code"] == "missing_scope"


def test_agent_calls_an_app_through_a_toolkit(stack: RunningStack) -> None:
    settings = {"url": f"{stack.url}/mcp", "token": stack.key}
    made = stack.request(
        "POST", "/api/v1/toolkits", {"kind": "mcp", "name": "ours", "settings": settings}
    )
    listed = stack.request("GET", f"/api/v1/toolkits/{made['id']}/tools")["items"]
    assert "ours__Shout_it" in [tool["name"] for tool in listed]
    nodes = {
        "start": start(text_field("topic")),
        "helper": {
            "type": "agent",
            "settings": {
                "model": "openai/gpt-4o-mini",
                "query": "[[shout]] {{start.topic}}",
                "tools": [{"name": "ours__Shout_it"}],
            },
        },
        "direct": {
            "type": "tool",
            "settings": {"tool": "ours__Shout_it", "arguments": {"topic": "{{helper.text}}"}},
        },
        "end": {"type": "end", "settings": {"outputs": {"text": "{{direct.text}}"}}},
    }
    edges = [("start", "helper"), ("helper", "direct"), ("direct", "end")]
    app = create_app(stack, workflow("agent of tools", nodes, edges))
    with scripted_model() as model:
        model.connect(stack)
        call = ("ours__Shout_it", '{"topic": "bees"}')
        model.script("[[shout]]", {"tool_calls": [call]})
        model.script("BEES", {"text": "they hum"})
        run = wait_until_ended(stack, start_run(stack, app, inputs={"topic": "bees"}))

    assert (run["status"], run["outputs"]) == ("succeeded", {"text": "THEY HUM"}), run
    calls = stack.request("GET", "/api/v1/runs")["items"]
    assert [each["via"] for each in calls].count("mcp") >= 2
