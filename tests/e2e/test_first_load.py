"""What a page asks the gateway for before it can be used: few files, and not many bytes."""

import pytest
from playwright.sync_api import Page, Response, expect

from skep_testing.stack import RunningStack
from tests.e2e.documents import writer
from tests.e2e.editor import Editor

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
# A fifth above what bench/console.py measures: a new file now and then, but no library by mistake.
MOST_FILES = {"apps": 22, "canvas": 40}
MOST_BYTES = {"apps": 270_000, "canvas": 450_000}


class Load:
    """The files that come while a page loads; what the API answers does not count."""

    def __init__(self, page: Page) -> None:
        self.files = 0
        self.bytes = 0
        page.on("response", self._note)

    def _note(self, response: Response) -> None:
        if "/api/" in response.url or "/openai/" in response.url:
            return
        self.files += 1
        self.bytes += int(response.headers.get("content-length", "0"))

    def check(self, name: str) -> None:
        """Hold it against what such a page may take."""
        assert 0 < self.files <= MOST_FILES[name], self.files
        assert 0 < self.bytes <= MOST_BYTES[name], self.bytes


def test_list_of_apps_loads_little(page: Page) -> None:
    load = Load(page)

    page.goto("/apps")

    expect(page.get_by_role("button", name="New app").first).to_be_visible()
    load.check("apps")


def test_canvas_loads_what_it_draws_with(page: Page, stack: RunningStack) -> None:
    app = stack.request("POST", "/api/v1/apps", {"document": writer("Loaded")})["id"]
    load = Load(page)

    page.goto(f"/apps/{app}")

    expect(Editor(page).node("write")).to_be_visible()
    load.check("canvas")
