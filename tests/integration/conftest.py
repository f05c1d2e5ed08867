"""Stacks and models for the integration tests."""

from collections.abc import Iterator

import pytest

from skep_testing.stack import RunningStack


@pytest.fixture(scope="module")
def stack() -> Iterator[RunningStack]:
    """A stack that the tests of one module share and leave as they found it."""
    with RunningStack() as running:
        yield running
