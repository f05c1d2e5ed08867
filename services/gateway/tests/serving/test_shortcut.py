"""Routes that are called straight away answer as they would the long way."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from skep_contracts.problems import Conflict
from skep_gateway.completions import routes as completions
from skep_gateway.serving import shortcut
from skep_gateway.serving.application import create_application
from skep_gateway.serving.shortcut import Shortcut
from skep_gateway.web import limits
from skep_gateway.web.limits import WebSettings, reads_body
from skep_gateway.web.route import api_router
from skep_gateway.web.sse import Closing
from skep_runtime.database import Database, DatabaseSettings

PUBLIC = {
    f"{method} /straight{end}": "of the tests"
    for method in ("GET", "POST")
    for end in ("", "/fails", "/refuses", "/{name}")
}


class Feature:
    """Routes with a fixed address, and one with a part that changes."""

    def __init__(self) -> None:
        self.router = api_router("/straight", tag="straight")

        @self.router.post("")
        @reads_body
        async def echo(*, request: Request) -> Response:
            """Give the body back."""
            return Response(await request.body())

        @self.router.post("/refuses")
        @reads_body
        async def refuse(*, request: Request) -> Response:
            """Refuse."""
            raise Conflict(f"Not {request.method}.", code="of_the_tests")

        @self.router.post("/fails")
        @reads_body
        async def fail(*, request: Request) -> Response:
            """Fail."""
            raise ValueError(request.method)

        @self.router.get("/{name}")
        async def name(*, name: str) -> dict[str, str]:
            """Tell the part of the address."""
            return {"name": name}


class Long(Shortcut):
    """Knows no route."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def application(folder: Path) -> FastAPI:
    settings = WebSettings()
    database = Database(DatabaseSettings(url=f"sqlite:///{folder / 'none.db'}"))
    resources: dict[type, Any] = {WebSettings: settings, Closing: Closing(), Database: database}
    return create_application([Feature()], resources, settings=settings)


@pytest.fixture(autouse=True)
def _public(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PUBLIC_ROUTES", {**limits.PUBLIC_ROUTES, **PUBLIC})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", ""),
        ("POST", "/refuses"),
        ("POST", "/fails"),
        ("GET", "/fails"),
        ("GET", ""),
        ("PUT", "/refuses"),
        ("POST", "/nothing"),
    ],
)
async def test_the_short_way_answers_like_the_long_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, method: str, path: str
) -> None:
    async def answer() -> tuple[int, bytes, dict[str, str]]:
        transport = httpx.ASGITransport(application(tmp_path))
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            got = await client.request(
                method,
                f"/straight{path}",
                content=b"text" if method == "POST" else b"",
                headers={"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"},
            )
        headers = {name: text for name, text in got.headers.items() if name != "x-trace-id"}
        trace_id = got.headers["x-trace-id"].encode()
        return got.status_code, got.content.replace(trace_id, b"-"), headers

    short = await answer()
    monkeypatch.setattr("skep_gateway.serving.application.Shortcut", Long)

    assert short == await answer()


def test_only_routes_with_a_fixed_address_and_nothing_to_parse_are_taken() -> None:
    taken = Shortcut(FastAPI(), routes=Feature().router.routes)._found

    assert {where for where in taken if where[1].startswith("/straight")} == {
        ("POST", "/straight"),
        ("POST", "/straight/refuses"),
        ("POST", "/straight/fails"),
    }


def test_the_busiest_routes_are_taken() -> None:
    taken = shortcut._straight(list(completions.router.routes))

    assert ("POST", "/openai/v1/chat/completions") in taken
    assert ("POST", "/openai/v1/embeddings") in taken
