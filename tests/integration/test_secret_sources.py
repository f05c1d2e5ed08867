"""A source with a token: it reaches the other side and nobody else, and is asked for again."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from skep_testing.http_server import Answer, Received, ScriptedServer
from skep_testing.stack import RunningStack
from tests.integration.api import refused
from tests.integration.test_sources import counts, documents, ended, found

PATH = "/api/v1/datasets/wiki/sources"
TOKEN = "ntn_geheimnis_der_bienen"


class Workspace:
    """Two pages in a place that speaks Notion's API."""

    def __init__(self, server: ScriptedServer) -> None:
        self.texts = {"a" * 32: "Bees make honey.", "b" * 32: "Wasps build nests."}
        self.edited = dict.fromkeys(self.texts, "2023-05-01T10:00:00.000Z")
        self.read: list[str] = []
        server.handle_with(self._answer)

    def _page(self, page_id: str) -> dict[str, Any]:
        title = {"type": "title", "title": [{"plain_text": f"Page {page_id[0]}"}]}
        edited = self.edited[page_id]
        return {
            "object": "page",
            "id": page_id,
            "last_edited_time": edited,
            "properties": {"t": title},
        }

    def _answer(self, request: Received) -> Answer:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer(status=401)
        place = request.path.split("/")
        if place[2] == "search":
            return Answer(json={"results": [self._page(each) for each in self.texts]})
        page_id = place[3].replace("-", "")
        if place[2] == "pages":
            return Answer(json=self._page(page_id))
        self.read.append(page_id[0])
        said = {"rich_text": [{"plain_text": self.texts[page_id]}]}
        return Answer(json={"results": [{"id": "x", "type": "paragraph", "paragraph": said}]})


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as made:
        yield made


@pytest.fixture(scope="module")
def stack(server: ScriptedServer) -> Iterator[RunningStack]:
    settings = json.dumps({"source-notion": {"api_url": server.url}})
    with RunningStack(environment={"SKEP_PLUGINS__SETTINGS": settings}) as running:
        yield running


@pytest.mark.slow
def test_token_is_sealed_and_only_edited_pages_are_read(
    stack: RunningStack, server: ScriptedServer
) -> None:
    workspace = Workspace(server)
    stack.request("POST", "/api/v1/datasets", {"name": "wiki"})
    body = {"name": "notion", "kind": "notion", "settings": {"token": TOKEN}}
    made = stack.request("POST", PATH, body)
    first = ended(stack, f"{PATH}/notion")
    kept = documents(stack, "wiki")
    workspace.read.clear()
    workspace.texts["b" * 32] = "Wasps hunt flies."
    workspace.edited["b" * 32] = "2023-06-01T10:00:00.000Z"
    stack.request("POST", f"{PATH}/notion/syncs", {})
    second = ended(stack, f"{PATH}/notion")
    after = documents(stack, "wiki")

    assert (made["settings"], made["secrets"]) == ({}, ["token"])
    assert counts(first) == {"added": 2}
    assert {name: item["status"] for name, item in kept.items()} == {
        "Page a": "ready",
        "Page b": "ready",
    }
    assert counts(second) == {"changed": 1, "unchanged": 1}
    assert workspace.read == ["b"]
    assert after["Page a"] == kept["Page a"]
    assert "Wasps hunt flies." in found(stack, "wiki", "flies")[0]
    assert TOKEN not in stack.log()
    assert not [
        file
        for file in stack.data_dir.rglob("*")
        if file.is_file() and TOKEN.encode() in file.read_bytes()
    ]


@pytest.mark.slow
def test_wrong_token_ends_a_sync_and_a_right_one_mends_it(
    stack: RunningStack, server: ScriptedServer
) -> None:
    Workspace(server)
    wrong = {"settings": {"token": "ntn_of_somebody_else"}}
    stack.request("PATCH", f"{PATH}/notion", wrong)
    denied = ended(stack, f"{PATH}/notion")
    problem = refused(stack, "PATCH", f"{PATH}/notion", {"settings": {"token": None}})
    stack.request("PATCH", f"{PATH}/notion", {"settings": {"token": TOKEN}})
    mended = ended(stack, f"{PATH}/notion")

    assert (denied["status"], denied["error_code"]) == ("failed", "bad_token")
    assert problem["status"] == 422
    assert mended["status"] == "succeeded"
    assert len(documents(stack, "wiki")) == 2
