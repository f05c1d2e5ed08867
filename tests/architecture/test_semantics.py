"""Every rule of docs/semantics.md names tests that exist."""

import re

from tests.architecture.source_tree import ROOT

PAGE = ROOT / "docs" / "semantics.md"
TESTS = ROOT / "services" / "orchestrator" / "tests"
NAMED = re.compile(r"`([a-z_/]+\.py)::(test_[a-z0-9_]+)`")


def test_rules_name_tests_that_exist() -> None:
    named = NAMED.findall(PAGE.read_text(encoding="utf-8"))

    gone = [f"{path}::{name}" for path, name in named if f"def {name}(" not in _text(path)]

    assert gone == []
    assert len(named) > 60


def test_every_rule_names_one() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rules = re.split(r"\n- |\n\n", page.partition("\n## ")[2])

    bare = [
        rule.splitlines()[0]
        for rule in rules
        if not NAMED.search(rule) and not rule.startswith(("#", "When ")) and len(rule) > 40
    ]

    assert bare == []


def _text(path: str) -> str:
    file = TESTS / path
    return file.read_text(encoding="utf-8") if file.is_file() else ""
