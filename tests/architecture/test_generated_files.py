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
