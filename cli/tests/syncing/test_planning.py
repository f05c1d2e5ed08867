"""Folders are compared with datasets by name and content, and nothing of others is touched."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from skep_cli.commands.datasets import datasets
from skep_cli.syncing.planning import local_files, plan_sync


def document(name: str, content: str, *, folder: str | None = "docs", **more: Any) -> Any:
    metadata = {} if folder is None else {"folder": folder, "path": name}
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    return {
        "id": name, "name": name, "content_hash": sha256, "metadata": metadata, "status": "ready"
    } | more  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "docs"
    for path, content in {"a.md": "one", "guides/a.md": "two", "b.md": "three"}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return root


def test_only_what_changed_is_to_be_done(folder: Path) -> None:
    known = [document("a.md", "one"), document("b.md", "before"), document("old.md", "x")]

    plan = plan_sync(local_files(folder), known, label="docs")

    assert [local.path for local in plan.added] == ["guides/a.md"]
    assert [local.path for local in plan.changed] == ["b.md"]
    assert [local.path for local in plan.unchanged] == ["a.md"]
    assert [gone["name"] for gone in plan.deleted] == ["old.md"]
    assert plan.failures == {}


def test_files_of_one_name_in_two_folders_are_two_documents(folder: Path) -> None:
    names = [local.document for local in local_files(folder)]

    assert names == ["a.md", "b.md", "guides · a.md"]


def test_documents_from_elsewhere_are_never_deleted(folder: Path) -> None:
    known = [document("by hand.md", "x", folder=None), document("theirs.md", "x", folder="wiki")]

    assert plan_sync(local_files(folder), known, label="docs").deleted == []


def test_a_document_of_another_folder_is_not_replaced(folder: Path) -> None:
    plan = plan_sync(local_files(folder), [document("a.md", "x", folder="wiki")], label="docs")

    assert list(plan.failures) == ["a.md"]
    assert "wiki" in plan.failures["a.md"]
    assert "a.md" not in [local.path for local in (*plan.added, *plan.changed, *plan.unchanged)]


def test_a_document_that_was_added_by_hand_is_replaced_by_its_file(folder: Path) -> None:
    plan = plan_sync(local_files(folder), [document("a.md", "x", folder=None)], label="docs")

    assert [local.path for local in plan.changed] == ["a.md"]


def test_two_files_that_would_be_one_document_are_told(folder: Path) -> None:
    (folder / "guides · a.md").write_text("in the way")

    plan = plan_sync(local_files(folder), [], label="docs")

    assert len(plan.added) == 3
    assert len(plan.failures) == 1


def test_a_path_that_is_too_long_for_a_name_is_told(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 150) / ("b" * 150)
    deep.parent.mkdir()
    deep.write_text("deep")

    plan = plan_sync(local_files(tmp_path), [], label="docs")

    assert plan.added == []
    assert "255" in plan.failures[f"{'a' * 150}/{'b' * 150}"]


def test_an_unchanged_document_that_failed_is_told_again(folder: Path) -> None:
    known = [document("a.md", "one", status="failed", error="It is encrypted.")]

    assert plan_sync(local_files(folder), known, label="docs").failures == {
        "a.md": "It is encrypted."
    }


def test_hidden_files_and_links_out_of_the_folder_are_left_out(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("not yours")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "inside.md").symlink_to(folder / "a.md")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("hidden")

    paths = [local.path for local in local_files(folder)]

    assert paths == ["a.md", "b.md", "guides/a.md", "inside.md"]


def test_an_empty_folder_deletes_nothing(tmp_path: Path) -> None:
    result = CliRunner().invoke(datasets, ["sync", "handbook", str(tmp_path), "--delete"])

    assert result.exit_code == 2
    assert "holds no files" in result.output
