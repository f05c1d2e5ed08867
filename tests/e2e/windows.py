"""Windows of the browser: what all have in common, and what is kept when a test fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

FAILED: Final = pytest.StashKey[bool]()
"""On a test: whether it has failed."""

_TIMEOUT_MS: Final = 10_000
_EXPECTED: Final = ("net::ERR_", "the server responded with a status of")
"""What Chromium writes of requests that fail; pages tell that by themselves."""


@contextmanager
def opened(
    browser: Browser, request: pytest.FixtureRequest, **options: Any
) -> Iterator[BrowserContext]:
    """Open a window. At its end nothing may have gone wrong that only the browser's log tells."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800},
        locale="en-GB",
        reduced_motion="reduce",
        **options,
    )
    context.set_default_timeout(_TIMEOUT_MS)
    faults: list[str] = []
    context.on("console", lambda message: _note(message, faults))
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    context.tracing.start(snapshots=True)
    try:
        yield context
        if not request.node.stash.get(FAILED, False):
            assert not faults, "\n".join(faults)
    finally:
        if faults or request.node.stash.get(FAILED, False):
            folder = request.config.cache.mkdir("e2e")
            context.tracing.stop(path=folder / f"{request.node.name}.zip")
        context.close()


def _note(message: ConsoleMessage, faults: list[str]) -> None:
    if message.type == "error" and not any(part in message.text for part in _EXPECTED):
        faults.append(f"{message.text} ({message.location})")
