"""`skep datasets sync` brings a dataset to what a folder holds, and touches nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import skep


def sync(stack: RunningStack, folder: Path, *options: str) -> dict[str, Any]:
    done = skep(stack, "datasets", "sync", "wiki", str(folder), "--json", *options)
    return dict(json.loads(done.stdout))


def documents(stack: RunningStack) -> dict[str, Any]:
    items = stack.request("GET", "/api/v1/datasets/wiki/documents")["items"]
    return {item["name"]: item for item in items}


@pytest.mark.slow
def test_only_what_changed_is_uploaded_and_what_is_gone_goes(
    stack: RunningStack, tmp_path: Path
) -> None:
    folder = tmp_path / "wiki"
    (folder / "guides").mkdir(parents=True)
    (folder / "start.md").write_text("# Start\n\nOpen the lid.\n")
    (folder / "guides" / "start.md").write_text("# Guide\n\nTurn the key.\n")
    (folder / "Übersicht «1».md").write_text("Stays the same.")
    (folder / "empty.md").touch()

    first = sync(stack, folder)
    before = documents(stack)
    (folder / "empty.md").unlink()
    (folder / "start.md").write_text("# Start\n\nOpen the window.\n")
    (folder / "guides" / "start.md").unlink()
    body = {"name": "by hand.md", "text": "Stays."}
    stack.request("POST", "/api/v1/datasets/wiki/documents", body)
    dry = sync(stack, folder, "--delete", "--dry-run")
    kept = sync(stack, folder)
    gone = sync(stack, folder, "--delete")
    after = documents(stack)
    nothing = sync(stack, folder, "--delete")

    assert first["added"] == ["empty.md", "guides/start.md", "start.md", "Übersicht «1».md"]
    assert list(first["failures"]) == ["empty.md"]
    assert before["guides · start.md"]["metadata"] == {"folder": "wiki", "path": "guides/start.md"}
    assert (dry["changed"], dry["deleted"]) == (["start.md"], ["guides/start.md"])
    assert (kept["changed"], kept["gone"]) == (["start.md"], ["guides/start.md"])
    assert (gone["changed"], gone["deleted"]) == ([], ["guides/start.md"])
    assert set(after) == {"start.md", "by hand.md", "Übersicht «1».md"}
    assert after["start.md"]["id"] == before["start.md"]["id"]
    assert nothing == {"added": [], "changed": [], "deleted": [], "unchanged": 2, "failures": {}}
