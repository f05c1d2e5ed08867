"""The order of tests: what takes long begins first, and no worker is left with it at the end."""

from typing import Final

import pytest

_LONG_FIRST: Final = ("tests/integration/", "tests/e2e/", "/tests/process/", "plugins/runtime-")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put modules with real processes first; within each half the order stays."""
    items.sort(key=lambda item: not any(part in item.nodeid for part in _LONG_FIRST))
