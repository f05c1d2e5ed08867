"""Runs that are watched, answered, and run again with a change."""

import pytest
from playwright.sync_api import Page, expect

from skep_testing.stack import RunningStack
from tests.e2e.accessibility import check_accessibility
from tests.e2e.documents import template, writer
from tests.integration.api import create_app, start_run, wait_until_ended
from tests.integration.models import ScriptedModel

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

SONG = " ".join(f"verse-{number}" for number in range(1, 41))
RECOVERY_MS = 30_000


def test_run_that_waits_goes_on_with_the_answer_of_a_person(
    page: Page, stack: RunningStack
) -> None:
    app = create_app(stack, template("approval", "Reply to Ada"))
    run_id = start_run(stack, app, inputs={"customer": "Ada", "matter": "It left."})

    page.goto(f"/runs/{run_id}")
    wait = page.get_by_role("region", name="Waits for an answer: Somebody reads it")
    expect(wait.get_by_label("Reply")).to_have_value("Dear Ada, It left.")
    check_accessibility(page)
    wait.get_by_label("Reply").fill("Dear Ada, it is on its way.")
    wait.get_by_role("button", name="Send it").click()

    expect(page.get_by_role("main").get_by_text("Succeeded", exact=True)).to_be_visible()
    assert wait_until_ended(stack, run_id)["outputs"]["text"] == "Dear Ada, it is on its way."


def test_finished_run_is_forked_with_an_edited_value_and_compared(
    page: Page, stack: RunningStack
) -> None:
    app = create_app(stack, writer("Forked"))
    run_id = start_run(stack, app, inputs={"topic": "wax"})
    wait_until_ended(stack, run_id)

    page.goto(f"/runs/{run_id}")
    page.get_by_role("button", name="Succeeded write").click()
    check_accessibility(page)
    page.get_by_role("button", name="Edit output").click()
    dialog = page.get_by_role("dialog", name="Outputs of write")
    dialog.get_by_label("Outputs").fill('{"text": "honey"}')
    dialog.get_by_role("button", name="Run with these").click()
    page.wait_for_url(lambda url: run_id not in url)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Compare with…").click()
    page.get_by_role("button", name="Compare with the run that served it").click()

    expect(page.get_by_role("heading", name="Comparison")).to_be_visible()
    expect(page.locator("del")).to_contain_text("wax")
    expect(page.locator("ins")).to_contain_text("honey")
    check_accessibility(page)


def test_page_of_a_run_goes_on_by_itself_when_the_orchestrator_is_killed(
    page: Page, stack: RunningStack, model: ScriptedModel
) -> None:
    model.script("Sing for a minute", {"text": SONG, "token_delay_s": 2}, {"text": SONG})
    prompt = "Sing for a minute of {{start.topic}}"
    app = create_app(stack, writer("Killed", model="openai/mock-chat", prompt=prompt))
    run_id = start_run(stack, app, inputs={"topic": "wax"})

    page.goto(f"/runs/{run_id}")
    page.get_by_role("tab", name="Answer").click()
    expect(page.get_by_text("verse-1 verse-2")).to_be_visible()
    expect(page.get_by_role("main").get_by_text("Running", exact=True)).to_be_visible()
    stack.kill("orchestrator")

    main = page.get_by_role("main")
    expect(main.get_by_text("Succeeded", exact=True)).to_be_visible(timeout=RECOVERY_MS)
    expect(page.get_by_text(SONG)).to_be_visible()
    check_accessibility(page)
