"""A dataset follows a web site: over the API and the command line, and when ingest is killed."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from skep_testing.http_server import Answer, Received
from skep_testing.stack import RunningStack
from skep_testing.web_site import WebSite
from tests.integration.api import refused, skep

PATH = "/api/v1/datasets"
WAIT_S = 120.0


@pytest.fixture
def site() -> Iterator[WebSite]:
    with WebSite() as made:
        yield made


def documents(stack: RunningStack, dataset: str) -> dict[str, Any]:
    """Return the documents by name, once all are ready or have failed."""
    deadline = time.monotonic() + WAIT_S
    while True:
        items = stack.request("GET", f"{PATH}/{dataset}/documents?limit=200")["items"]
        if all(item["status"] in {"ready", "failed"} for item in items):
            return {item["name"]: item for item in items}
        assert time.monotonic() < deadline, items
        time.sleep(0.1)


def ended(stack: RunningStack, path: str) -> dict[str, Any]:
    """Return the latest sync once it has ended."""
    deadline = time.monotonic() + WAIT_S
    while True:
        try:
            sync: dict[str, Any] = stack.request("GET", path)["sync"]
        except OSError:  # ingest is away
            sync = {"status": "unknown"}
        if sync["status"] in {"succeeded", "failed"}:
            return sync
        assert time.monotonic() < deadline, sync
        time.sleep(0.1)


def found(stack: RunningStack, dataset: str, query: str) -> list[str]:
    body = {"query": query, "mode": "full_text", "top_k": 50}
    answer = stack.request("POST", f"{PATH}/{dataset}/searches", body)
    return [chunk["text"] for chunk in answer["chunks"]]


def counts(sync: dict[str, Any]) -> dict[str, int]:
    return {name: count for name, count in sync["counts"].items() if count}


@pytest.mark.slow
def test_site_is_followed_and_only_what_changed_is_touched(
    stack: RunningStack, site: WebSite
) -> None:
    site.pages = {
        "/docs/": '<p>Start: <a href="lid">lid</a> and <a href="key">key</a>.',
        "/docs/lid": "<h1>Lid</h1><p>Open the lid slowly.",
        "/docs/key": "<h1>Key</h1><p>Turn the key twice.",
    }
    command = ("datasets", "sources")
    settings = ("--set", "mode=site", "--set", f"addresses={site.url}/docs/")
    added = skep(stack, *command, "add", "site", "docs", "--kind", "web", *settings, "--json")
    first = json.loads(added.stdout)
    before = documents(stack, "site")
    told = found(stack, "site", "twice")
    site.asked()

    site.pages["/docs/"] = '<p>Start: <a href="lid">lid</a>, <a href="bolt">bolt</a>.'
    del site.pages["/docs/key"]
    site.pages["/docs/bolt"] = "<h1>Bolt</h1><p>Draw the bolt back."
    synced = skep(stack, *command, "sync", "site", "docs", "--json")
    asked = site.asked()
    after = documents(stack, "site")
    again = json.loads(skep(stack, *command, "sync", "site", "docs", "--json").stdout)
    table = skep(stack, *command, "list", "site").stdout

    assert (added.returncode, counts(first["sync"])) == (0, {"added": 3}), added.stderr
    assert told == ["Key\n\nTurn the key twice."]
    assert counts(json.loads(synced.stdout)["sync"]) == {
        "added": 1,
        "changed": 1,
        "unchanged": 1,
        "removed": 1,
    }
    assert asked == {"/docs/": "whole", "/docs/lid": "unchanged", "/docs/bolt": "whole"}
    names = {path: site.name(path.removesuffix("/")) for path in site.pages}
    assert set(after) == set(names.values())
    assert after[names["/docs/lid"]] == before[names["/docs/lid"]]
    assert after[names["/docs/"]]["id"] == before[names["/docs/"]]["id"]
    assert after[names["/docs/"]]["metadata"] == {"url": f"{site.url}/docs/"}
    assert found(stack, "site", "twice") == []
    assert found(stack, "site", "bolt back") != []
    assert counts(again["sync"]) == {"unchanged": 3}
    assert set(site.asked().values()) == {"unchanged"}
    assert "succeeded" in table


@pytest.mark.slow
def test_killed_ingest_ends_the_sync_right(stack: RunningStack, site: WebSite) -> None:
    """Each page is fetched once, but for those in hand at a kill; no document is doubled."""
    pages = {f"/{number}": f"<p>Page word{number}." for number in range(40)}
    site.pages = dict(pages)
    stops = {"/13", "/27"}
    reached = {path: threading.Event() for path in stops}

    def hang(request: Received) -> Answer:
        path = request.path
        if path in stops:
            stops.discard(path)
            reached[path].set()
            return Answer(delay_s=600)
        return site._page(request)

    for path in tuple(stops):
        site.serve(path, hang)
    stack.request("POST", PATH, {"name": "killed"})
    body = {
        "name": "pages",
        "kind": "web",
        "settings": {"addresses": [f"{site.url}{path}" for path in pages]},
    }
    made = stack.request("POST", f"{PATH}/killed/sources", body)
    for path in ("/13", "/27"):
        assert reached[path].wait(60)
        stack.kill("ingest")

    sync = ended(stack, f"{PATH}/killed/sources/{made['id']}")
    kept = documents(stack, "killed")
    times = {path: len(site.requests_to(path)) for path in pages}

    assert (sync["status"], sync["number"]) == ("succeeded", 1)
    assert counts(sync) == {"added": 40}
    assert set(kept) == {site.name(path) for path in pages}
    assert {item["status"] for item in kept.values()} == {"ready"}
    assert {path for path, count in times.items() if count > 1} == {"/13", "/27"}
    for number in range(40):
        assert found(stack, "killed", f"word{number}") == [f"Page word{number}."]
    again = stack.request("POST", f"{PATH}/killed/sources/pages/syncs", {})
    assert again["sync"]["number"] == 2
    assert counts(ended(stack, f"{PATH}/killed/sources/pages")) == {"unchanged": 40}
    assert documents(stack, "killed") == kept


@pytest.mark.slow
def test_failures_are_told_and_nothing_is_lost(stack: RunningStack, site: WebSite) -> None:
    site.pages = {"/a": "<p>Page a.", "/b": "<p>Page b."}
    sources = ("datasets", "sources")
    pages = ("--set", f"addresses={site.url}/a", "--set", f"addresses={site.url}/b")
    command = (*sources, "add", "told", "pages", "--kind", "web", *pages, "--every", "24")
    assert skep(stack, *command).returncode == 0
    path = f"{PATH}/told/sources/pages"
    assert stack.request("GET", path)["next_at"]

    site.broken["/a"] = 500
    broken = skep(stack, *sources, "sync", "told", "pages")
    site.broken.clear()
    site.pages = {}
    emptied = skep(stack, *sources, "sync", "told", "pages")
    held = documents(stack, "told")
    allowed = skep(stack, *sources, "sync", "told", "pages", "--allow-empty")
    wrong = {"name": "x", "kind": "web", "settings": {"addresses": ["ftp://a"]}}
    problem = refused(stack, "POST", f"{PATH}/told/sources", wrong)
    cancelled = skep(stack, *sources, "cancel", "told", "pages")
    removed = skep(stack, *sources, "remove", "told", "pages", "--with-documents", "--yes")

    assert broken.returncode == 1
    assert f"{site.url}/a answered with HTTP 500" in broken.stderr
    assert emptied.returncode == 1
    assert "no document was removed" in emptied.stderr
    assert len(held) == 2
    assert (allowed.returncode, "2 removed" in allowed.stdout) == (0, True)
    assert cancelled.stdout.endswith("is succeeded\n")  # it had ended
    assert documents(stack, "told") == {}
    assert (problem["status"], problem["errors"][0]["pointer"]) == (422, "/settings/addresses")
    assert removed.returncode == 0
    assert stack.request("GET", f"{PATH}/told/sources")["items"] == []
