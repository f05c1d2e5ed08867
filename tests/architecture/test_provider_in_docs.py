"""The provider that the documentation writes keeps what every provider promises."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.architecture.source_tree import ROOT

PAGE = ROOT / "docs/plugins/models.md"
FILE = re.compile(
    r"^```(?:toml|python)\n# (\S+\.(?:toml|py))\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
ENTRY_POINT = re.compile(r'^\[project\.entry-points\."(\S+)"\]\n(.*?)\n$', re.MULTILINE | re.DOTALL)


def write_plugin(folder: Path) -> None:
    """Write the files of the page, and what installing them would."""
    for name, content in FILE.findall(PAGE.read_text(encoding="utf-8")):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    points = ENTRY_POINT.search((folder / "pyproject.toml").read_text())
    assert points is not None
    info = folder / "src/skep_model_tide-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: skep-model-tide\nVersion: 0.1.0\n")
    entry = points[2].replace('"', "")
    (info / "entry_points.txt").write_text(f"[{points[1]}]\n{entry}\n")


def run(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_provider_in_the_page_passes_the_kit(tmp_path: Path) -> None:
    write_plugin(tmp_path)

    done = run(tmp_path, "pytest", "-q", "-p", "no:cacheprovider", "tests")

    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-1_000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) > 30


def test_provider_in_the_page_is_checked_like_ours(tmp_path: Path) -> None:
    write_plugin(tmp_path)

    config = ("--config", str(ROOT / "pyproject.toml"), "--extend-ignore", "I001")
    lint = run(tmp_path, "ruff", "check", *config, "src")
    types = run(tmp_path, "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "src")

    assert types.returncode == 0, types.stdout
    assert lint.returncode == 0, lint.stdout
