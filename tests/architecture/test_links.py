"""Pages lead where they say."""

import re
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, tracked_files

_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s#]+)(?:#[^)]*)?\)")


def pages() -> list[Path]:
    # What pages are made from stands elsewhere than the page that is made.
    return [
        path
        for path in tracked_files()
        if path.suffix == ".md" and path.exists() and "generating" not in path.parts
    ]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)

    dead = [target for target in _LINK.findall(text) if not (page.parent / target).exists()]

    assert dead == []
