"""If you cannot name it, you have not yet found what it does."""

from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, members, modules, tracked_files

SAYS_NOTHING = {
    "base",
    "common",
    "helper",
    "helpers",
    "manager",
    "misc",
    "service",
    "util",
    "utils",
}
SOURCE_SUFFIXES = {".py", ".ts", ".tsx", ".js"}
UNREADABLE_BEYOND = 3


def vague(path: Path) -> bool:
    """Tell whether the file, or a folder it is in, has a name that says nothing."""
    parts = path.with_suffix("").parts
    return path.suffix in SOURCE_SUFFIXES and not SAYS_NOTHING.isdisjoint(parts)


def test_no_file_has_a_name_that_says_nothing() -> None:
    named = {module.path for module in modules()} | set(tracked_files())

    found = sorted(p.relative_to(ROOT).as_posix() for p in named if vague(p.relative_to(ROOT)))

    assert found == []


@pytest.mark.parametrize("path", ["a/src/a/utils.py", "a/common/x.py", "console/src/base.ts"])
def test_vague_names_are_seen(path: str) -> None:
    assert vague(Path(path))


@pytest.mark.parametrize("path", ["a/src/a/services.py", "services/x.py", "docs/common.md"])
def test_telling_names_are_left_alone(path: str) -> None:
    assert not vague(Path(path))


def test_folders_with_several_modules_have_a_readme() -> None:
    counts = Counter(m.path.parent for m in modules() if m.path.name != "__init__.py")
    # The folder of a whole package is explained by its distribution's README.
    packages = {member.source: ROOT / member.folder for member in members()}

    silent = sorted(
        folder.relative_to(ROOT).as_posix()
        for folder, count in counts.items()
        if count > UNREADABLE_BEYOND and not (packages.get(folder, folder) / "README.md").exists()
    )

    assert silent == [], "half a page: what is here, where to start reading"
