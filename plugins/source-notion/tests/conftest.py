"""A Notion on loopback that answers as its API of the version 2022-06-28."""

import json
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from skep_runtime.egress import EgressClient, EgressSettings
from skep_testing.http_server import Answer, Received, ScriptedServer

TOKEN = "ntn_geheim"
LONG_AGO = "2023-05-01T10:00:00.000Z"


def text(content: str, *, code: bool = False, href: str | None = None) -> dict[str, Any]:
    return {"type": "text", "plain_text": content, "annotations": {"code": code}, "href": href}


def _block(kind: str, content: str = "", *below: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a block; `below` are its children."""
    said = {"rich_text": [text(content)]} if content else {}
    return {
        "object": "block",
        "id": str(uuid.uuid4()),
        "type": kind,
        kind: {**said, **more},
        "has_children": bool(below),
        "below": below,
    }


class ScriptedNotion(ScriptedServer):
    """Holds pages and databases; lists come two results at a time."""

    def __init__(self) -> None:
        super().__init__(self._reply)
        self.pages: dict[str, dict[str, Any]] = {}
        self.databases: dict[str, list[str]] = {}
        self._blocks: dict[str, tuple[dict[str, Any], ...]] = {}

    text = staticmethod(text)
    block = staticmethod(_block)
    token = TOKEN

    def page(
        self, title: str, *blocks: dict[str, Any], edited: str = LONG_AGO, **properties: Any
    ) -> str:
        """Add a page and return its id."""
        page_id = str(uuid.uuid4())
        self.pages[page_id] = {
            "object": "page",
            "id": page_id,
            "last_edited_time": edited,
            "archived": False,
            "url": f"https://www.notion.so/{page_id.replace('-', '')}",
            "properties": {"Name": {"type": "title", "title": [text(title)]}, **properties},
        }
        self.write(page_id, *blocks)
        return page_id

    def write(self, page_id: str, *blocks: dict[str, Any]) -> None:
        """Put other blocks into a page."""
        self._blocks[page_id] = blocks
        for each in blocks:
            if each["below"]:
                self.write(each["id"], *each["below"])

    def link(self, page_id: str, child_id: str, *, is_database: bool = False) -> None:
        """Put a page or a database below a page."""
        kind = "child_database" if is_database else "child_page"
        child = {**_block(kind, title="below"), "id": child_id, "has_children": not is_database}
        self.write(page_id, *self._blocks[page_id], child)

    def asked(self) -> list[str]:
        """Return the paths that were asked for since the last time."""
        paths = [f"{request.method} {request.path}" for request in list(self.requests)]
        self.requests.clear()
        return paths

    def _reply(self, request: Received) -> Answer:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer(status=401, json={"object": "error", "code": "unauthorized"})
        assert request.headers["notion-version"] == "2022-06-28"
        _, _, kind, *rest = request.path.split("/")
        if kind == "search":
            assert request.json()["filter"] == {"property": "object", "value": "page"}
            return self._listed(request, list(self.pages.values()))
        if kind == "pages" and rest[0] in self.pages:
            return Answer(json=self.pages[rest[0]])
        if kind == "databases" and rest[0] in self.databases:
            return self._listed(request, [self.pages[each] for each in self.databases[rest[0]]])
        if kind == "blocks" and rest[0] in self._blocks:
            found = [
                {name: value for name, value in each.items() if name != "below"}
                for each in self._blocks[rest[0]]
            ]
            return self._listed(request, found)
        return Answer(status=404, json={"object": "error", "code": "object_not_found"})

    def _listed(self, request: Received, results: list[dict[str, Any]]) -> Answer:
        given = json.loads(request.body) if request.body else request.query
        at = int(given.get("start_cursor") or 0)
        has_more = at + 2 < len(results)
        return Answer(
            json={
                "object": "list",
                "results": results[at : at + 2],
                "has_more": has_more,
                "next_cursor": str(at + 2) if has_more else None,
            }
        )


@pytest.fixture
def notion() -> Iterator[ScriptedNotion]:
    with ScriptedNotion() as made:
        yield made


@pytest.fixture
async def http() -> AsyncIterator[EgressClient]:
    made = EgressClient(EgressSettings(allow="127.0.0.1/32"))
    yield made
    await made.close()
