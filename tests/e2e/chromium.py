"""The browser of the tests: the machine's own Chromium, or a plain word on why there is none."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[2]
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
_CONSOLE: Final = ROOT / "services/gateway/src/skep_gateway/static/index.html"
AXE: Final = ROOT / "console/node_modules/axe-core/axe.min.js"


def executable() -> str | None:
    """Return where Chromium is."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def what_is_missing() -> str | None:
    """Return why no test can run here, in words for whoever reads the summary."""
    if executable() is None:
        return "NOT TESTED, no Chromium here: install the package chromium, as root run `make test`"
    if not _CONSOLE.is_file():
        return "NOT TESTED, the console is not built: run `make console`"
    if not AXE.is_file():
        return "NOT TESTED, no axe-core here: run `make console`"
    return None


@contextmanager
def launched() -> Iterator[Browser]:
    """Run Chromium with a profile of its own until the end of the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()
