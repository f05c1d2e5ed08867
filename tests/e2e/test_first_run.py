"""From a fresh stack to a first answer, all in the browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from skep_testing.stack import RunningStack
from tests.e2e.accessibility import check_accessibility
from tests.e2e.windows import opened

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]


@pytest.fixture
def fresh(browser: Browser) -> Iterator[RunningStack]:
    """A stack that nobody has set up."""
    with RunningStack() as running:
        yield running


@pytest.fixture
def stranger(
    browser: Browser, fresh: RunningStack, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A tab of somebody who is not signed in."""
    with opened(browser, request, base_url=fresh.url) as window:
        yield window.new_page()


def test_first_member_comes_from_the_printed_address_to_an_answer(
    stranger: Page, fresh: RunningStack
) -> None:
    page = stranger
    token = (fresh.data_dir / "secrets" / "setup.token").read_text().strip()
    page.goto(f"/setup#token={token}")

    expect(page.get_by_label("Setup token")).to_have_value(token)
    check_accessibility(page)
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Create account").click()
    check_accessibility(page)
    page.get_by_role("button", name="Use the offline model").click()
    page.get_by_role("radio", name="Greeting").click()
    check_accessibility(page)
    page.get_by_role("button", name="Open the app").click()
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_label("Your name").fill("Grace")
    page.get_by_role("button", name="Run draft").click()

    panel = page.get_by_role("complementary", name="Run")
    expect(panel.get_by_text("Hello, Grace!").first).to_be_visible()
    expect(panel.get_by_text("Succeeded", exact=True)).to_be_visible()
    check_accessibility(page)
