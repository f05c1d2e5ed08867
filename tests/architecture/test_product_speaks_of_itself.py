"""What is shipped knows no machine it was written on and no index it was installed from."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, tracked_files

# Folders of one machine. Containers have such folders too, so their files may name them.
MACHINE_PATH = re.compile(r"(?<![\w.$}~/-])/(?:root|home/\w+|Users/\w+|work)/[\w.]+")
PACKAGE_INDEX = re.compile(
    r"https?://\S*(?:/simple\b|pythonhosted|artifactory|devpi|jfrog|npmmirror|registry\.npmjs)"
    r"|^\s*(?:--)?(?:extra-)?index-url\b",
    re.IGNORECASE | re.MULTILINE,
)
MAX_BYTES = 2_000_000


def offences(text: str, *, in_container: bool) -> Iterator[tuple[int, str]]:
    """Yield line and what it should not say."""
    patterns = [PACKAGE_INDEX] if in_container else [PACKAGE_INDEX, MACHINE_PATH]
    for pattern in patterns:
        for found in pattern.finditer(text):
            yield text.count("\n", 0, found.start()) + 1, found.group()


def is_container_file(path: Path) -> bool:
    """Tell whether the file describes the inside of a container."""
    return path.name.startswith(("Dockerfile", "compose"))


def texts() -> Iterator[tuple[Path, str]]:
    """Yield the tracked text files, except this one, which must spell out what it seeks."""
    for path in tracked_files():
        if path == Path(__file__) or path.stat().st_size > MAX_BYTES:
            continue
        data = path.read_bytes()
        if b"\0" not in data[:8_192]:
            yield path, data.decode("utf-8", errors="replace")


def test_no_file_names_a_machine_or_an_index() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {what}"
        for path, text in texts()
        for line, what in offences(text, in_container=is_container_file(path))
    ]

    assert found == []


@pytest.mark.parametrize(
    "text",
    ["open('/home/ann/x')", "see /root/notes", "--index-url foo", "https://example.org/simple/"],
)
def test_machine_and_index_are_seen(text: str) -> None:
    assert list(offences(text, in_container=False))


@pytest.mark.parametrize(
    "text", ["~/.local/share/skep", "/api/v1/work/x", "$HOME/root/x", "/tmp/x"]
)
def test_other_paths_are_left_alone(text: str) -> None:
    assert list(offences(text, in_container=False)) == []
