"""An app is shared from the console; people without an account use it on a page of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from skep_testing.stack import RunningStack
from tests.e2e.accessibility import check_accessibility
from tests.e2e.windows import opened
from tests.integration.api import create_app
from tests.integration.models import ScriptedModel

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]


def chat(name: str) -> dict[str, object]:
    return {
        "skep": 1,
        "app": {"name": name, "mode": "chat"},
        "nodes": {
            "start": {"type": "start"},
            "llm": {
                "type": "llm",
                "settings": {"model": "openai/gpt-4o-mini", "prompt": "{{sys.query}}"},
            },
            "say": {"type": "answer", "settings": {"text": "{{llm.text}}"}},
        },
        "edges": [{"from": "start", "to": "llm"}, {"from": "llm", "to": "say"}],
    }


def test_visitor_chats_rates_and_comes_back(
    *,
    page: Page,
    browser: Browser,
    stack: RunningStack,
    model: ScriptedModel,
    request: pytest.FixtureRequest,
) -> None:
    model.script("[[breakfast]]", {"text": "From **seven** to ten.", "token_delay_s": 0.05})
    app = create_app(stack, chat("Concierge"))
    page.goto(f"/apps/{app}/share")
    page.get_by_role("switch", name="Closed").click()
    page.get_by_label("Greeting").fill("Welcome to the hotel.")
    page.get_by_role("button", name="Save").click()
    preview = page.frame_locator("iframe[title='The page']")
    expect(preview.get_by_text("Welcome to the hotel.")).to_be_visible()
    address = page.get_by_text("/chat/").first.inner_text()

    with opened(browser, request, is_mobile=True, has_touch=True) as phone:
        visitor = phone.new_page()
        visitor.set_viewport_size({"width": 390, "height": 800})
        visitor.goto(address)
        expect(visitor.get_by_text("Welcome to the hotel.")).to_be_visible()
        check_accessibility(visitor)
        visitor.get_by_role("textbox").fill("When is breakfast? [[breakfast]]")
        visitor.get_by_role("button", name="Send").click()
        expect(visitor.get_by_text("seven", exact=True)).to_be_visible()
        visitor.get_by_role("button", name="Bad answer").click()
        visitor.reload()
        expect(visitor.get_by_text("seven", exact=True)).to_be_visible()
        expect(visitor.get_by_role("button", name="Bad answer")).to_have_attribute(
            "aria-pressed", "true"
        )
        assert not [each["name"] for each in phone.cookies()]

    page.goto("/feedback?rating=bad")
    expect(page.get_by_role("row").filter(has_text="When is breakfast?")).to_contain_text("Bad")


GREETING = {
    "skep": 1,
    "app": {"name": "Greeter's"},
    "nodes": {
        "start": {
            "type": "start",
            "settings": {
                "fields": [{"name": "who", "label": "Who?", "required": True, "default": "Ada"}]
            },
        },
        "end": {"type": "end", "settings": {"outputs": {"text": "Hello {{start.who}}"}}},
    },
    "edges": [{"from": "start", "to": "end"}],
}


def shown(page: Page, tab: str) -> str:
    page.get_by_role("tab", name=tab, exact=True).click()
    return page.get_by_role("tabpanel").locator("code").inner_text()


def test_code_that_is_shown_works_with_a_key(page: Page, stack: RunningStack) -> None:
    app = create_app(stack, GREETING)
    page.goto(f"/apps/{app}/share")
    node = subprocess.run([ROOT / "scripts/find-node"], capture_output=True, text=True, check=True)
    path = f"{node.stdout.strip()}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "SKEP_API_KEY": stack.key}

    for tab, command in (
        ("curl", ("bash", "-c", "{} --silent --fail")),
        ("Python", (sys.executable, "-c", "{}")),
        ("JavaScript", ("node", "--input-type=module", "-e", "{}")),
        ("OpenAI SDK", (sys.executable, "-c", "{}")),
    ):
        code = shown(page, tab)
        done = subprocess.run(
            [part.replace("{}", code) for part in command],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, (tab, code, done.stderr)
        said = "Hello!" if tab == "OpenAI SDK" else "Ada"
        assert f"Hello {said}" in done.stdout, (tab, done.stdout)


def test_visitor_fills_in_a_form_and_reads_what_comes_of_it(
    *, page: Page, browser: Browser, stack: RunningStack, request: pytest.FixtureRequest
) -> None:
    named = {**GREETING, "app": {"name": "Greeting form"}}
    app = create_app(stack, named)
    page.goto(f"/apps/{app}/share")
    page.get_by_role("switch", name="Closed").click()
    address = page.get_by_text("/chat/").first.inner_text()

    with opened(browser, request) as other:
        visitor = other.new_page()
        visitor.goto(address)
        who = visitor.get_by_label("Who?")
        expect(who).to_have_value("Ada")
        check_accessibility(visitor)
        who.fill("")
        visitor.get_by_role("button", name="Run").click()
        expect(who).to_have_attribute("aria-invalid", "true")
        who.fill("Grace <b>H</b>")
        visitor.get_by_role("button", name="Run").click()
        result = visitor.get_by_role("region", name="Result")
        expect(result.get_by_text("Hello Grace <b>H</b>")).to_be_visible()
        who.fill("Alan")
        who.press("Enter")
        expect(result.get_by_text("Hello Alan")).to_be_visible()

    page.get_by_role("switch", name="Open").click()
    with opened(browser, request) as other:
        visitor = other.new_page()
        visitor.goto(address)
        expect(visitor.get_by_label("Who?")).to_have_count(0)
