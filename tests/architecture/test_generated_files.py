"""What follows from the contracts is written by a script, committed, and never stale."""

import subprocess
import sys

from tests.architecture.source_tree import ROOT


def test_generated_files_are_current() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/generate.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_consoles_client_is_made_from_the_routes_as_they_are() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/export_openapi.py", "--digest"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    client = ROOT / "console/src/api/generated/schema.ts"
    head = client.read_text(encoding="utf-8")[:400]
    assert f"// source: {done.stdout}\n" in head, "run `make generate` and commit what it writes"
