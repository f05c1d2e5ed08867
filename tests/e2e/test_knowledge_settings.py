"""How documents are split and where they come from, and routes of models: set, and kept."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from skep_testing.http_server import Answer, ScriptedServer
from skep_testing.stack import RunningStack
from skep_testing.web_site import WebSite
from tests.e2e.accessibility import check_accessibility

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]


@pytest.fixture
def site() -> Iterator[WebSite]:
    with WebSite() as made:
        made.pages = {"/bees": "<h1>Bees</h1><p>Bees dance.", "/ants": "<h1>Ants</h1><p>Ants dig."}
        yield made


def test_splitting_is_changed_and_kept(page: Page, stack: RunningStack) -> None:
    made = stack.request("POST", "/api/v1/datasets", {"name": "Split"})
    page.goto(f"/knowledge/{made['id']}/settings")
    page.get_by_role("button", name="Change splitting…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Chunk size").fill("600")
    dialog.get_by_role("switch", name="Search small children").click()
    dialog.get_by_role("combobox", name="Questions by a model").click()
    page.get_by_role("option", name="3 for each").click()
    dialog.get_by_role("combobox", name="Model that writes them").click()
    page.get_by_role("option", name="echo/echo").click()
    dialog.get_by_role("checkbox", name=re.compile("addresses", re.IGNORECASE)).first.click()
    check_accessibility(page)
    dialog.get_by_role("button", name="Split anew").click()
    expect(dialog).to_be_hidden()

    page.reload()
    page.get_by_role("button", name="Change splitting…").click()
    expect(dialog.get_by_label("Chunk size")).to_have_value("600")
    expect(dialog.get_by_role("switch", name="Search small children")).to_be_checked()
    spec = stack.request("GET", f"/api/v1/datasets/{made['id']}")["chunk_spec"]
    assert spec["max_chars"] == 600
    assert spec["children"]["max_chars"] == 250
    assert (spec["questions"]["count"], spec["questions"]["model"]) == (3, "echo/echo")
    assert len(spec["clean"]) == 1


def test_source_is_added_synced_and_told(page: Page, stack: RunningStack, site: WebSite) -> None:
    made = stack.request("POST", "/api/v1/datasets", {"name": "Followed"})
    page.goto(f"/knowledge/{made['id']}/sources")
    page.get_by_role("button", name="Add source").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile("Web pages")).click()
    dialog.get_by_label("Name").first.fill("site")
    dialog.get_by_label(re.compile("^Addresses")).fill(f"{site.url}/bees\n{site.url}/ants")
    check_accessibility(page)
    dialog.get_by_role("button", name="Add source").click()

    expect(page.get_by_text("In step", exact=True)).to_be_visible()
    expect(page.get_by_text("2 documents")).to_be_visible()
    site.broken["/ants"] = 500
    page.get_by_role("button", name="Sync now").click()
    expect(page.get_by_text("In part", exact=True)).to_be_visible()
    page.get_by_role("button", name="More actions: site").click()
    page.get_by_role("menuitem", name="Items").click()
    expect(page.get_by_role("dialog")).to_contain_text("answered with HTTP 500")
    check_accessibility(page)
    names = stack.request("GET", f"/api/v1/datasets/{made['id']}/documents")["items"]
    assert len(names) == 2


def test_external_knowledge_is_tried_before_it_is_kept(page: Page, stack: RunningStack) -> None:
    passage = {"content": "Wasps make paper.", "score": 0.9, "title": "wasps", "metadata": {}}
    body = json.dumps({"records": [passage]}).encode()
    answer = Answer(headers={"content-type": "application/json"}, body=body)
    with ScriptedServer(lambda _: answer) as service:
        page.goto("/knowledge")
        page.get_by_role("button", name="Connect external knowledge").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Name").fill("wiki")
        dialog.get_by_label("Endpoint").fill(service.url)
        dialog.get_by_label("Knowledge ID").fill("kb-1")
        check_accessibility(page)
        dialog.get_by_role("button", name="Connect and try").click()
        expect(page.get_by_text("wiki is connected.", exact=True)).to_be_visible()
    kept = stack.request("GET", "/api/v1/datasets/wiki")
    assert kept["external"]["knowledge_id"] == "kb-1"


def test_route_of_a_model_is_set_and_kept(page: Page, stack: RunningStack) -> None:
    page.goto("/models")
    page.get_by_role("button", name="Add a route").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Model", exact=True).click()
    page.get_by_role("option", name="echo/echo").click()
    dialog.get_by_role("combobox", name="Ask a second time").click()
    page.get_by_role("option", name="When it is slower").click()
    check_accessibility(page)
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("a second time when it is slow")).to_be_visible()

    page.reload()
    expect(page.get_by_text("a second time when it is slow")).to_be_visible()
    routes = stack.request("GET", "/api/v1/model-routes")["models"]
    assert routes["echo/echo"]["hedge_after_s"] == "p95"
    page.get_by_role("button", name="Remove the route of").click()
    expect(page.get_by_text("a second time when it is slow")).to_be_hidden()
    assert stack.request("GET", "/api/v1/model-routes")["models"] == {}
