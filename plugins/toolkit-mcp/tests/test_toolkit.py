"""The toolkit against servers of the official SDK, and against ones that misbehave."""

import json
from typing import Any

import pytest

from skep_contracts.plugins.toolkits import GRANT_FIELD
from skep_contracts.problems import (
    InvalidInput,
    ProviderFailed,
    SkepError,
    TooLarge,
    Unauthenticated,
)
from skep_runtime.egress import EgressClient, EgressSettings
from skep_testing.conformance.models import ModelContext
from skep_testing.http_server import Answer, Received, ScriptedServer
from skep_toolkit_mcp.toolkit import McpToolkit

HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "serverInfo": {"name": "x"}}


def toolkit(http: EgressClient, url: str, **settings: Any) -> McpToolkit:
    return McpToolkit(ModelContext(http), {"url": url, **settings})


class Scripted:
    """A server whose answers to methods are given; it counts handshakes."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.hellos = 0
        self.heard: list[dict[str, Any]] = []

    def __call__(self, request: Received) -> Answer:
        if request.method != "POST":
            return Answer(status=405)
        message = request.json()
        self.heard.append(message)
        if "id" not in message or "method" not in message:
            return Answer(status=202)
        method = message["method"]
        if method == "initialize":
            self.hellos += 1
        given = self.answers.get(method.replace("/", "_"), HELLO)
        if callable(given):
            given = given(message)
        if isinstance(given, Answer):
            return given
        return Answer(json={"jsonrpc": "2.0", "id": message["id"], "result": given})


async def test_tools_are_listed_as_the_server_describes_them(
    http: EgressClient, address: str
) -> None:
    tools = {tool.name: tool for tool in await toolkit(http, address).list_tools()}

    assert tools.keys() == {"add", "shout", "fail", "slow"}
    assert tools["add"].description == "Adds two numbers."
    assert tools["add"].parameters["required"] == ["a", "b"]
    assert tools["add"].repeatable
    assert not tools["shout"].repeatable


async def test_tools_are_called_again_and_again(http: EgressClient, address: str) -> None:
    kit = toolkit(http, address)

    for number in range(3):
        added = await kit.call("add", {"a": number, "b": 1}, idempotency_key="k")
        assert (added.text, added.data) == (str(number + 1), {"result": number + 1})
    loud = await kit.call("shout", {"text": "bees"}, idempotency_key="k")
    assert (loud.text, loud.is_error) == ("BEES", False)
    assert (await kit.call("slow", {}, idempotency_key="k")).text == "done"


async def test_failure_of_a_tool_is_its_result(http: EgressClient, address: str) -> None:
    failed = await toolkit(http, address).call("fail", {}, idempotency_key="k")

    assert failed.is_error
    assert "the garden is closed" in failed.text


async def test_token_is_sent_and_its_refusal_told(
    http: EgressClient, closed: tuple[str, list[str]]
) -> None:
    url, seen = closed

    assert await toolkit(http, url, token="t1").list_tools()
    assert set(seen) == {"Bearer t1"}
    with pytest.raises(Unauthenticated):
        await toolkit(http, url, token="t2").list_tools()


async def test_token_is_had_by_oauth_and_renewed_when_it_is_refused(
    http: EgressClient, closed: tuple[str, list[str]]
) -> None:
    url, seen = closed
    with ScriptedServer() as oauth:
        stale = Answer(json={"access_token": "old", "expires_in": 3600})
        fresh = Answer(json={"access_token": "t1", "expires_in": 3600})
        oauth.enqueue("/token", stale, fresh)
        kit = toolkit(
            http,
            url,
            oauth_token_url=f"{oauth.url}/token",
            oauth_client_id="me",
            oauth_client_secret="s:ecret",
            oauth_scope="tools",
        )

        assert await kit.list_tools()
        assert await kit.list_tools()

        first, _ = oauth.requests
    assert first.body == b"grant_type=client_credentials&scope=tools"
    assert first.headers["authorization"] == "Basic bWU6cyUzQWVjcmV0"
    assert seen[0] == "Bearer old"
    assert set(seen[1:]) == {"Bearer t1"}


async def test_what_somebody_granted_is_shown_unless_a_token_is_entered(
    http: EgressClient, closed: tuple[str, list[str]]
) -> None:
    url, seen = closed
    grant = {"access_token": "t1", "refresh_token": "never sent"}
    old = {"access_token": "old"}

    assert await toolkit(http, url, **{GRANT_FIELD: grant}).list_tools()
    with pytest.raises(Unauthenticated, match="Sign in"):
        await toolkit(http, url, **{GRANT_FIELD: old}).list_tools()
    assert await toolkit(http, url, token="t1", **{GRANT_FIELD: old}).list_tools()
    assert "never sent" not in repr(seen)


async def test_lost_session_is_begun_anew(http: EgressClient) -> None:
    lost = iter([True, False])

    def listed(_: Any) -> Any:
        return Answer(status=404) if next(lost) else {"tools": []}

    def hello(message: dict[str, Any]) -> Answer:
        body = {"jsonrpc": "2.0", "id": message["id"], "result": HELLO}
        return Answer(json=body, headers={"Mcp-Session-Id": "s1"})

    script = Scripted(initialize=hello, tools_list=listed)
    with ScriptedServer(script) as server:
        assert await toolkit(http, f"{server.url}/mcp").list_tools() == []
    assert script.hellos == 2


async def test_server_without_a_handshake_is_spoken_to_by_envelope(http: EgressClient) -> None:
    refusal = {"code": -32022, "message": "no", "data": {"supported": ["2026-07-28"]}}

    def hello(message: dict[str, Any]) -> Answer:
        body = {"jsonrpc": "2.0", "id": message["id"], "error": refusal}
        return Answer(status=400, json=body)

    called = {"content": [{"type": "text", "text": "ok"}], "resultType": "complete"}
    with ScriptedServer(Scripted(initialize=hello, tools_call=called)) as server:
        result = await toolkit(http, server.url).call("x", {"a": 1}, idempotency_key="k")
        sent = server.requests[-1]
    assert result.text == "ok"
    assert sent.headers["mcp-protocol-version"] == "2026-07-28"
    assert (sent.headers["mcp-method"], sent.headers["mcp-name"]) == ("tools/call", "x")
    meta = sent.json()["params"]["_meta"]
    assert meta["io.modelcontextprotocol/protocolVersion"] == "2026-07-28"
    assert meta["skep/idempotencyKey"] == "k"


async def test_pages_are_followed_and_end(http: EgressClient) -> None:
    def listed(message: dict[str, Any]) -> Any:
        number = int(message["params"].get("cursor") or 0)
        return {"tools": [{"name": f"t{number}"}], "nextCursor": str(number + 1)}

    with ScriptedServer(Scripted(tools_list=listed)) as server:
        tools = await toolkit(http, server.url).list_tools()

    assert [tool.name for tool in tools] == [f"t{number}" for number in range(20)]


async def test_server_that_asks_us_is_answered_and_waited_for(http: EgressClient) -> None:
    def called(message: dict[str, Any]) -> Answer:
        sent = [
            {"jsonrpc": "2.0", "id": "s1", "method": "sampling/createMessage", "params": {}},
            {"jsonrpc": "2.0", "id": "s2", "method": "ping"},
            {"jsonrpc": "2.0", "method": "notifications/message", "params": {}},
            {"jsonrpc": "2.0", "id": message["id"], "result": {"content": []}},
        ]
        body = b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in sent)
        return Answer(headers={"content-type": "text/event-stream"}, body=body, split=7)

    script = Scripted(tools_call=called)
    with ScriptedServer(script) as server:
        await toolkit(http, server.url).call("x", {}, idempotency_key="k")
    answers = {message["id"]: message for message in script.heard if "method" not in message}
    assert answers["s1"]["error"]["code"] == -32601
    assert answers["s2"]["result"] == {}


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Answer(body=b"<html>", headers={"content-type": "text/html"}), ProviderFailed),
        (Answer(status=500), ProviderFailed),
        (Answer(body=b"[" * 100_000), ProviderFailed),
        (Answer(json={"jsonrpc": "2.0", "id": 2, "result": {"tools": 5}}), ProviderFailed),
        (Answer(body=b" " * (9 * 1024 * 1024)), TooLarge),
        (
            Answer(body=b"data: {}\n\n", headers={"content-type": "text/event-stream"}),
            ProviderFailed,
        ),
        (
            Answer(json={"jsonrpc": "2.0", "id": 2, "error": {"code": -32602, "message": "bad"}}),
            InvalidInput,
        ),
    ],
)
async def test_server_that_misbehaves_is_a_problem(
    http: EgressClient, answer: Answer, problem: type[SkepError]
) -> None:
    with ScriptedServer(Scripted(tools_list=answer)) as server, pytest.raises(problem):
        await toolkit(http, server.url).list_tools()


async def test_address_that_serves_something_else_is_told(http: EgressClient) -> None:
    with (
        ScriptedServer(lambda _: Answer(status=404)) as server,
        pytest.raises(ProviderFailed) as told,
    ):
        await toolkit(http, server.url).list_tools()
    assert told.value.exact_code == "no_mcp_server"


async def test_older_server_cannot_send_us_to_another_host(http: EgressClient) -> None:
    stolen = b"event: endpoint\ndata: http://127.0.0.2:1/steal\n\n"

    def stream(request: Received) -> Answer:
        if request.method == "POST":
            return Answer(status=405)
        return Answer(headers={"content-type": "text/event-stream"}, body=stolen)

    with ScriptedServer(stream) as server, pytest.raises(ProviderFailed, match="another host"):
        await toolkit(http, server.url, token="secret").list_tools()


async def test_address_inside_the_network_is_refused() -> None:
    guarded = EgressClient(EgressSettings())
    try:
        with pytest.raises(InvalidInput):
            await toolkit(guarded, "http://169.254.169.254/mcp").list_tools()
    finally:
        await guarded.close()


async def test_senseless_content_is_passed_over(http: EgressClient) -> None:
    content = [
        {"type": "image", "data": "AAAA", "mimeType": "image/png"},
        {"type": "resource", "resource": {"uri": "file:///x", "text": "inside"}},
        {"type": "resource_link", "uri": "https://x.example", "name": "X"},
        {"type": "unheard of"},
        5,
        {"type": "text", "text": 7},
    ]
    script = Scripted(tools_call={"content": content, "structuredContent": [1], "isError": "yes"})
    with ScriptedServer(script) as server:
        result = await toolkit(http, server.url).call("x", {}, idempotency_key="k")
    lines = ["(image of type image/png, not shown)", "inside", "X: https://x.example"]
    assert result.text.split("\n\n") == lines
    assert (result.data, result.is_error) == ([1], False)
