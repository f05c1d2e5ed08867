"""A workflow built, run and published by hand; what two people do to the same draft."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from skep_testing.stack import RunningStack
from tests.e2e.accessibility import check_accessibility
from tests.e2e.documents import writer
from tests.e2e.editor import Editor

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]


def new_workflow(page: Page, name: str) -> Editor:
    """Create an empty workflow as somebody does who wants to build it alone."""
    page.goto("/apps")
    page.get_by_role("button", name="New app").first.click()
    page.get_by_role("tab", name="Blank").click()
    page.get_by_role("radio", name=re.compile("^Workflow")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("button", name="Publish")).to_be_visible()
    return Editor(page)


def create_key(page: Page, name: str) -> str:
    """Create an API key and return what is shown of it, once."""
    page.get_by_role("link", name="API keys").click()
    page.get_by_role("button", name="New API key").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name="Create").click()
    shown = dialog.get_by_text(re.compile(r"^sk_\S+$"))
    key = shown.inner_text()
    expect(dialog).to_contain_text(f"Authorization: Bearer {key}")
    check_accessibility(page)
    dialog.get_by_role("button", name="Done").click()
    return key


def test_workflow_is_built_run_published_and_called_with_a_key(
    page: Page, stack: RunningStack
) -> None:
    editor = new_workflow(page, "Singer")
    app = page.url.rpartition("/")[2]

    editor.select_edge()
    page.keyboard.press("Delete")
    expect(editor.edges).to_have_count(0)
    editor.node("start").click()
    editor.inspector.get_by_role("button", name="Add").click()
    editor.inspector.get_by_label("Name", exact=True).fill("topic")
    editor.add_by_keyboard("language")
    editor.inspector.get_by_role("textbox", name="Prompt").click()
    page.keyboard.type("Sing of ")
    editor.pick_variable("prompt", "topic")
    check_accessibility(page)
    for before, number in (("llm", 2), ("llm_2", 3), ("llm_3", 4)):
        editor.add_by_keyboard("language")
        editor.inspector.get_by_role("textbox", name="Prompt").click()
        page.keyboard.type(f"Verse {number}: ")
        editor.pick_variable("prompt", before)
    editor.canvas.focus()
    page.keyboard.press("l")  # tidied up, and all in view
    expect(editor.node("end")).to_be_in_viewport()
    editor.connect("llm_4", "end")
    expect(editor.nodes).to_have_count(6)
    expect(editor.edges).to_have_count(5)
    editor.node("end").click()
    editor.inspector.get_by_role("button", name="Add").click()
    editor.inspector.get_by_label("Name in Outputs").fill("poem")
    editor.pick_variable("outputs", "llm_4")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_label("topic").fill("bees")
    page.get_by_role("button", name="Run draft").click()
    expect(editor.inspector.get_by_text("Verse 2: Sing of bees").first).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 1 is live.", exact=True)).to_be_visible()
    key = create_key(page, "singer")
    body = {"app": app, "inputs": {"topic": "wax"}, "respond": "wait"}
    made = stack.request("POST", "/api/v1/runs", body, key=key)

    assert made["outputs"] == {"poem": "Verse 4: Verse 3: Verse 2: Sing of wax"}
    by_hand = stack.request("GET", f"/api/v1/runs?app={app}&via=console")["items"]
    assert [run["is_draft"] for run in by_hand] == [True]


def two_tabs(window: BrowserContext, stack: RunningStack, name: str) -> tuple[Editor, Editor]:
    """Open the draft of a new app twice."""
    app = stack.request("POST", "/api/v1/apps", {"document": writer(name)})["id"]
    tabs = []
    for _ in range(2):
        page = window.new_page()
        page.goto(f"/apps/{app}")
        tabs.append(Editor(page))
        expect(tabs[-1].node("write")).to_be_visible()
    return tabs[0], tabs[1]


def titles(stack: RunningStack, tab: Editor) -> dict[str, str | None]:
    """Return what the server has as the names of nodes."""
    app = tab.page.url.rpartition("/")[2]
    draft = stack.request("GET", f"/api/v1/apps/{app}/draft")
    return {name: node.get("title") for name, node in draft["document"]["nodes"].items()}


def test_edits_of_two_tabs_are_brought_together(
    window: BrowserContext, stack: RunningStack
) -> None:
    one, other = two_tabs(window, stack, "Two tabs, two places")
    one.open("write")
    other.open("start")

    one.rename("Write it")
    other.rename("Ask for it")
    one.expect_saved()
    other.expect_saved()

    for tab in (one, other):
        expect(tab.node("write")).to_contain_text("Write it")
        expect(tab.node("start")).to_contain_text("Ask for it")
    assert titles(stack, one) == {"start": "Ask for it", "write": "Write it", "answer": None}


def test_edits_of_two_tabs_in_the_same_place_are_decided_by_a_person(
    window: BrowserContext, stack: RunningStack
) -> None:
    one, other = two_tabs(window, stack, "Two tabs, one place")
    one.open("write")
    other.open("write")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    other.page.route("**/draft", hold, times=1)

    with other.page.expect_request("**/draft"):
        other.rename("Second")
    one.rename("First")
    one.expect_saved()
    held[0].continue_()

    alert = other.page.get_by_role("alert")
    expect(alert).to_contain_text("1 change of yours collides")
    alert.get_by_role("button").click()
    choice = other.page.get_by_role("dialog")
    expect(choice).to_contain_text("First")
    expect(choice).to_contain_text("Second")
    check_accessibility(other.page)
    choice.get_by_role("button", name="Use mine").click()
    expect(one.node("write")).to_contain_text("Second")
    assert titles(stack, one)["write"] == "Second"


def test_nodes_are_grouped_and_move_with_their_frame(page: Page, stack: RunningStack) -> None:
    app = stack.request("POST", "/api/v1/apps", {"document": writer("Grouped")})["id"]
    page.goto(f"/apps/{app}")
    editor = Editor(page)
    editor.node("start").click()
    editor.node("write").click(modifiers=["Shift"])
    editor.canvas.focus()
    page.keyboard.press("g")
    page.get_by_label("Title of the group").fill("First draft")
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Blue").click()
    check_accessibility(page)
    editor.expect_saved()
    before = layout(stack, app)

    head = editor.node("group").get_by_text("First draft").bounding_box()
    assert head is not None
    page.mouse.move(head["x"] + 5, head["y"] + 5)
    page.mouse.down()
    page.mouse.move(head["x"] + 5, head["y"] + 105, steps=8)
    page.mouse.up()
    editor.expect_saved()
    moved = layout(stack, app)
    page.keyboard.press("Control+z")
    editor.expect_saved()

    shifts = {name: moved[name][1] - before[name][1] for name in moved}
    assert shifts["group"] > 0
    assert shifts == {
        "group": shifts["group"],
        "start": shifts["group"],
        "write": shifts["group"],
        "answer": 0,
    }
    assert layout(stack, app) == before
    page.reload()
    expect(editor.node("group")).to_contain_text("First draft")


def test_group_is_resized_undone_and_taken_away_from_around_its_nodes(
    page: Page, stack: RunningStack
) -> None:
    document = writer("Framed")
    document["notes"] = {
        "group": {"kind": "frame", "text": "First draft", "color": "blue", "at": [-40, -80]}
        | {"size": [700, 200]}
    }
    app = stack.request("POST", "/api/v1/apps", {"document": document})["id"]
    page.goto(f"/apps/{app}")
    editor = Editor(page)
    editor.node("group").get_by_text("First draft").click()
    handle = editor.node("group").locator(".canvas-resize-handle.bottom.right").bounding_box()
    assert handle is not None
    page.mouse.move(handle["x"] + 4, handle["y"] + 4)
    page.mouse.down()
    page.mouse.move(handle["x"] + 4, handle["y"] + 84, steps=6)
    page.mouse.up()
    editor.expect_saved()
    resized = size(stack, app)
    editor.canvas.focus()
    page.keyboard.press("Control+z")
    editor.expect_saved()
    undone = size(stack, app)
    page.keyboard.press("Control+Shift+z")
    editor.expect_saved()
    redone = size(stack, app)
    editor.node("group").get_by_text("First draft").click()
    page.keyboard.press("Delete")
    editor.expect_saved()
    kept = stack.request("GET", f"/api/v1/apps/{app}/draft")["document"]

    assert undone == [700, 200]
    assert resized[1] > 200
    assert redone == resized
    assert kept.get("notes", {}) == {}
    assert set(kept["nodes"]) == {"start", "write", "answer"}


def size(stack: RunningStack, app: str) -> list[int]:
    """Return how large the server has the group."""
    draft = stack.request("GET", f"/api/v1/apps/{app}/draft")
    return list(draft["document"]["notes"]["group"]["size"])


def layout(stack: RunningStack, app: str) -> dict[str, list[int]]:
    """Return where the server has the nodes and the group."""
    document = stack.request("GET", f"/api/v1/apps/{app}/draft")["document"]
    group = document["notes"]["group"]
    assert (group["kind"], group["text"], group["color"]) == ("frame", "First draft", "blue")
    return {**document["layout"], "group": group["at"]}
