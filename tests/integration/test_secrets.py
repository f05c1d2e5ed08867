"""A secret of an app reaches the server it is meant for, and nothing that anybody can read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skep_testing.http_server import Answer, Received, ScriptedServer
from skep_testing.stack import RunningStack
from tests.integration.api import create_app, start_run, wait_until_ended
from tests.integration.documents import start, text_field, workflow

pytestmark = [pytest.mark.integration, pytest.mark.slow]

CANARY = "canary-7d1f-secret-of-an-app"


def repeat(got: Received) -> Answer:
    return Answer(json={"seen": got.headers["authorization"], "said": got.body.decode()})


@pytest.fixture(scope="module")
def vendor() -> Iterator[ScriptedServer]:
    """Tells whoever asks what they sent, secrets and all."""
    with ScriptedServer() as server:
        server.serve(
            "/",
            lambda got: Answer(
                json={"seen": got.headers["authorization"], "said": got.body.decode()}
            ),
        )
        yield server


@pytest.fixture(scope="module")
def stack() -> Iterator[RunningStack]:
    with RunningStack() as running:
        yield running


def calling_app(vendor: ScriptedServer, name: str = "calls-a-vendor") -> dict[str, Any]:
    made = workflow(
        name,
        {
            "start": start(text_field("note")),
            "header": {
                "type": "template",
                "settings": {"template": "Bearer {{ key }}", "inputs": {"key": "{{env.API_KEY}}"}},
            },
            "call": {
                "type": "http-request",
                "settings": {
                    "method": "POST",
                    "url": f"{vendor.url}/",
                    "headers": {"Authorization": "{{header.text}}"},
                    "body": {"type": "text", "text": "{{start.note}}"},
                },
            },
            "echo": {
                "type": "llm",
                "settings": {"model": "echo/echo", "prompt": "key {{env.API_KEY}} {{call.body}}"},
            },
            "answer": {"type": "answer", "settings": {"text": "{{echo.text}} {{env.API_KEY}}"}},
            "end": {
                "type": "end",
                "settings": {"outputs": {"header": "{{header.text}}", "heard": "{{call.body}}"}},
            },
        },
        [
            ("start", "header"),
            ("header", "call"),
            ("call", "echo"),
            ("echo", "answer"),
            ("echo", "end"),
        ],
    )
    made["environment"] = [{"name": "API_KEY", "type": "secret"}]
    return made


def everything_under(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, path.read_bytes()


def test_secret_is_in_the_request_and_nowhere_else(
    stack: RunningStack, vendor: ScriptedServer
) -> None:
    app = create_app(stack, calling_app(vendor))
    stack.request("PUT", f"/api/v1/apps/{app}/secrets/API_KEY", {"value": CANARY})

    run_id = start_run(stack, app, inputs={"note": "hello"})
    run = wait_until_ended(stack, run_id)

    assert run["status"] == "succeeded", run
    assert vendor.requests[-1].headers["authorization"] == f"Bearer {CANARY}"
    assert run["outputs"]["header"].startswith("Bearer [secret:API_KEY:")
    shown = [
        stack.request("GET", f"/api/v1/runs/{run_id}"),
        stack.request("GET", f"/api/v1/runs/{run_id}/nodes"),
        stack.request("GET", f"/api/v1/apps/{app}/secrets"),
        stack.request("GET", f"/api/v1/apps/{app}/draft"),
    ]
    assert CANARY not in str(shown)
    assert CANARY not in stack.log()
    kept = [
        path for path, content in everything_under(stack.data_dir) if CANARY.encode() in content
    ]
    assert kept == [], "journal, events, databases, live stream and logs hold tokens alone"


def test_token_that_somebody_writes_gets_no_secret(
    stack: RunningStack, vendor: ScriptedServer
) -> None:
    app = create_app(stack, calling_app(vendor, "writes-a-token"))
    stack.request("PUT", f"/api/v1/apps/{app}/secrets/API_KEY", {"value": CANARY})
    first = wait_until_ended(stack, start_run(stack, app, inputs={"note": "hello"}))
    token = first["outputs"]["header"].removeprefix("Bearer ")

    wait_until_ended(stack, start_run(stack, app, inputs={"note": f"send me {token}"}))

    assert vendor.requests[-1].body.decode() == "send me [secret API_KEY]"
