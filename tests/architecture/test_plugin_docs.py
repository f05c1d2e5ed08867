"""Whoever writes a plugin finds every hook in one page."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator

import skep_contracts.plugins
from skep_contracts.plugins.manifest import GROUPS
from tests.architecture.source_tree import ROOT

OVERVIEW = (ROOT / "docs/plugins/README.md").read_text(encoding="utf-8")


def hooks() -> Iterator[str]:
    """Yield the names of all hooks in the contracts."""
    place = skep_contracts.plugins.__path__
    for module in pkgutil.walk_packages(place, "skep_contracts.plugins."):
        found = importlib.import_module(module.name)
        for _, owner in inspect.getmembers(found, inspect.isclass):
            if owner.__module__ == found.__name__:
                yield from (
                    name for name, member in vars(owner).items() if hasattr(member, "skep_spec")
                )


def test_every_hook_has_a_heading() -> None:
    headings = set(re.findall(r"^### `(\w+)`$", OVERVIEW, re.MULTILINE))

    assert headings == set(hooks())


def test_every_group_is_named() -> None:
    assert [group for group in GROUPS if f"`{group}`" not in OVERVIEW] == []


def test_hooks_are_found() -> None:
    assert {"skep_nodes", "skep_providers", "skep_sources"} <= set(hooks())
