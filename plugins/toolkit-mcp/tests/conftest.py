"""MCP servers made with the protocol's official SDK, on loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

from skep_runtime.egress import EgressClient, EgressSettings

App = Callable[[Any, Any, Any], Awaitable[None]]


def garden() -> MCPServer:
    """Return a server with tools of several tempers."""
    server = MCPServer("garden")

    @server.tool(annotations=ToolAnnotations(read_only_hint=True))
    def add(a: int, b: int) -> int:
        """Adds two numbers."""
        return a + b

    @server.tool(structured_output=False)
    def shout(text: str) -> str:
        """Says it louder."""
        return text.upper()

    @server.tool()
    def fail() -> str:
        """Fails."""
        raise ToolError("the garden is closed")

    @server.tool()
    async def slow(ctx: Context) -> str:
        """Tells how far it is before it gives the result."""
        for step in range(3):
            await ctx.report_progress(step, 3)
            await asyncio.sleep(0.01)
        return "done"

    return server


def guarded(app: App, token: str, seen: list[str]) -> App:
    """Refuse who does not bring the token."""

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            given = dict(scope["headers"]).get(b"authorization", b"").decode()
            seen.append(given)
            if given != f"Bearer {token}":
                await send({"type": "http.response.start", "status": 401, "headers": []})
                await send({"type": "http.response.body", "body": b"no"})
                return
        await app(scope, receive, send)

    return serve


@pytest.fixture
async def http() -> AsyncIterator[EgressClient]:
    client = EgressClient(EgressSettings(allow="127.0.0.0/8"))
    yield client
    await client.close()


@pytest.fixture(params=["sessions", "stateless", "json", "sse"])
async def address(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The address of a server, in each way that servers speak."""
    server = garden()
    apps: dict[str, Callable[[], App]] = {
        "sessions": server.streamable_http_app,
        "stateless": lambda: server.streamable_http_app(stateless_http=True),
        "json": lambda: server.streamable_http_app(json_response=True),
        "sse": server.sse_app,
    }
    async with serving(apps[request.param]()) as url:
        yield f"{url}/sse" if request.param == "sse" else f"{url}/mcp"


@pytest.fixture
async def closed() -> AsyncIterator[tuple[str, list[str]]]:
    """The address of a server that wants the token ``t1``, and what it was brought."""
    seen: list[str] = []
    async with serving(guarded(garden().streamable_http_app(), "t1", seen)) as url:
        yield f"{url}/mcp", seen


@asynccontextmanager
async def serving(app: App) -> AsyncIterator[str]:
    """Serve an application; give its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        task = asyncio.get_running_loop().create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110  # it has nothing to wait for
            await asyncio.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task
