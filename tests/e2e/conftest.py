"""One stack and one browser for all of them; every test has windows of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from skep_testing.stack import RunningStack
from tests.e2e.chromium import launched, what_is_missing
from tests.e2e.windows import FAILED, opened
from tests.integration.models import ScriptedModel, scripted_model

_ADMIN = {"name": "Ada Lovelace", "email": "ada@example.com", "password": "a long password"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Remember failures, whose traces are kept."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


# The package is the widest scope: Playwright runs an event loop that asynchronous tests elsewhere
# must not find.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A running Chromium."""
    if missing := what_is_missing():
        pytest.skip(missing)
    with launched() as running:
        yield running


@pytest.fixture(scope="package")
def stack(browser: Browser) -> Iterator[RunningStack]:
    """A stack that all share; what one test makes is no other test's concern."""
    with RunningStack() as running:
        yield running


@pytest.fixture(scope="package")
def model(stack: RunningStack) -> Iterator[ScriptedModel]:
    """A model of the stack that says what it is told to."""
    with scripted_model() as running:
        running.connect(stack)
        yield running


@pytest.fixture(scope="package")
def signed_in(browser: Browser, stack: RunningStack) -> StorageState:
    """The cookies of the first member's session."""
    token = (stack.data_dir / "secrets" / "setup.token").read_text().strip()
    context = browser.new_context(base_url=stack.url)
    answer = context.request.post("/api/v1/setup", data={"setup_token": token, **_ADMIN})
    assert answer.ok, answer.text()
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def window(
    browser: Browser, stack: RunningStack, signed_in: StorageState, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """A window of somebody signed in."""
    with opened(browser, request, base_url=stack.url, storage_state=signed_in) as context:
        yield context


@pytest.fixture
def page(window: BrowserContext) -> Page:
    """A tab in that window."""
    return window.new_page()
