"""Takes the pictures of docs: `.venv/bin/python -m tests.e2e.screenshots docs/images`.

Names after the folder, such as `usage overview`, take those alone.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext, Page, expect

from skep_testing.stack import RunningStack
from tests.e2e.chromium import launched, what_is_missing
from tests.e2e.editor import Editor
from tests.e2e.operating import operate
from tests.e2e.showcase import QUESTION, prepare
from tests.integration.models import scripted_model

_LIMIT_BYTES: Final = 200_000
_PAGES: Final = (
    "overview",
    "usage",
    "budgets",
    "guardrails",
    "models",
    "tools",
    "plugins",
    "webhooks",
    "feedback",
    "members",
    "audit",
)
"""Of the navigation, taken as they open."""
_TITLES: Final = {"audit": "Audit log"}

_STILL: Final = """async () => {
    const place = () => document.querySelector(".react-flow__viewport").style.transform;
    const before = place();
    for (let frame = 0; frame < 20; frame++) await new Promise(requestAnimationFrame);
    return place() === before;
}"""

Made = dict[str, str]


def _apps(page: Page, made: Made) -> None:
    page.goto("/apps")
    expect(page.get_by_text("Support assistant")).to_be_visible()


def _canvas(page: Page, made: Made) -> None:
    page.goto(f"/apps/{made['Approved reply']}")
    editor = Editor(page)
    expect(editor.node("draft")).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("button", name="Run draft").click()
    expect(editor.inspector.get_by_role("button", name="Send it")).to_be_visible()
    _fit(page)


def _fit(page: Page) -> None:
    """Show the whole workflow, and wait until the canvas stands still."""
    page.get_by_role("button", name="Fit to view").click()
    page.wait_for_function(_STILL)


def _settings(page: Page, made: Made) -> None:
    page.goto(f"/apps/{made['Message triage']}")
    editor = Editor(page)
    editor.open("sort")
    _fit(page)


def _timeline(page: Page, made: Made) -> None:
    page.goto(f"/runs/{made['run']}")
    page.get_by_role("button", name="Succeeded Write the answer").click()
    expect(page.get_by_role("complementary").get_by_text("gpt-4.1-mini").first).to_be_visible()


def _waiting(page: Page, made: Made) -> None:
    page.goto(f"/runs/{made['waiting']}")
    expect(page.get_by_text("Somebody reads it").first).to_be_visible()
    expect(page.get_by_role("button", name="Send it")).to_be_visible()


def _comparison(page: Page, made: Made) -> None:
    page.goto(f"/runs/{made['run']}/comparison/{made['fork']}")
    expect(page.get_by_role("heading", name="Comparison")).to_be_visible()
    expect(page.get_by_role("table").first).to_be_visible()


def _runs(page: Page, made: Made) -> None:
    page.goto("/runs")
    expect(page.get_by_role("row").nth(3)).to_be_visible()


def _documents(page: Page, made: Made) -> None:
    page.goto(f"/knowledge/{made['dataset']}")
    expect(page.get_by_role("row").nth(3)).to_be_visible()


def _retrieval(page: Page, made: Made) -> None:
    page.goto(f"/knowledge/{made['dataset']}/retrieval")
    page.get_by_label("Question").fill(QUESTION)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("mark").first).to_be_visible()


def _indexing(page: Page, made: Made) -> None:
    page.goto(f"/knowledge/{made['dataset']}/settings")
    page.get_by_role("button", name="Change splitting…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("switch", name="Search small children").click()
    dialog.get_by_role("checkbox", name="Web addresses").click()
    dialog.get_by_role("combobox", name="Splitter").focus()


def _share(page: Page, made: Made) -> None:
    page.goto(f"/apps/{made['Support assistant']}/share")
    page.get_by_role("switch", name="Closed").click()
    page.get_by_label("Greeting").fill("Ask about delivery, returns and the **warranty**.")
    page.get_by_label("Suggestions").fill("Can I return boots?\nWhere is my parcel?")
    page.get_by_role("button", name="Save").click()
    preview = page.frame_locator("iframe[title='The page']")
    expect(preview.get_by_role("button", name="Where is my parcel?")).to_be_visible()
    toasts = page.get_by_role("button", name="Dismiss")
    while toasts.count():
        toasts.first.click()
    expect(preview.get_by_role("textbox").last).to_be_visible()


_SHOTS: Final[dict[str, Callable[[Page, Made], None]]] = {
    "apps": _apps,
    "canvas": _canvas,
    "settings": _settings,
    "timeline": _timeline,
    "waiting": _waiting,
    "comparison": _comparison,
    "runs": _runs,
    "documents": _documents,
    "retrieval": _retrieval,
    "indexing": _indexing,
    "share": _share,
}
_DARK: Final = ("canvas", "timeline", "overview")


def _take(page: Page, path: Path) -> None:
    """Write what is seen, once it has settled."""
    page.mouse.move(640, 5)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.screenshot(path=path, animations="disabled", caret="hide")
    size = path.stat().st_size
    sys.stdout.write(f"{path} {size // 1000} kB\n")
    assert size < _LIMIT_BYTES, f"{path} is too large for a document"


def _take_both(page: Page, name: str, folder: Path) -> None:
    _take(page, folder / f"console-{name}.png")
    if name in _DARK:
        page.emulate_media(color_scheme="dark")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        _take(page, folder / f"console-{name}-dark.png")
    page.close()


def _of_work(window: BrowserContext, made: Made, folder: Path, wanted: Sequence[str]) -> None:
    for name, go in _SHOTS.items():
        if not wanted or name in wanted:
            page = window.new_page()
            go(page, made)
            _take_both(page, name, folder)


def _of_pages(window: BrowserContext, folder: Path, wanted: Sequence[str]) -> None:
    for name in _PAGES:
        if not wanted or name in wanted:
            page = window.new_page()
            page.goto("/apps")
            page.get_by_role("navigation", name="Main").get_by_role(
                "link", name=_TITLES.get(name, name.title())
            ).click()
            page.wait_for_url(f"**/{name}")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            _take_both(page, name, folder)


def main(folder: Path, wanted: Sequence[str]) -> None:
    """Start a stack, fill it, and take the pictures: all of them when none is named."""
    if missing := what_is_missing():
        sys.exit(missing)
    folder.mkdir(parents=True, exist_ok=True)
    with launched() as browser, RunningStack() as stack, scripted_model() as model:
        made = prepare(stack, model)
        token = (stack.data_dir / "secrets" / "setup.token").read_text().strip()
        window = browser.new_context(
            base_url=stack.url, viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
        )
        member = {"name": "Ada Lovelace", "email": "ada@example.com", "password": "a long password"}
        window.request.post("/api/v1/setup", data={"setup_token": token, **member})
        _of_work(window, made, folder, wanted)
        operate(stack, made)
        _of_pages(window, folder, wanted)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
