"""What `skep run` understands of what it is given."""

from pathlib import Path

import click
import pytest

from skep_cli.targets import files_below, read_target


def test_file_is_a_document(tmp_path: Path) -> None:
    file = tmp_path / "hello.yaml"
    file.write_text("skep: 1")

    target = read_target(str(file))

    assert target is not None
    assert (target.document, target.content_type, target.datasets) == (
        file,
        "application/yaml",
        (),
    )


def test_json_file_is_sent_as_json(tmp_path: Path) -> None:
    file = tmp_path / "hello.json"
    file.write_text("{}")

    target = read_target(str(file))

    assert target is not None
    assert target.content_type == "application/json"


def test_folder_brings_its_datasets(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text("skep: 1")
    nested = tmp_path / "datasets" / "handbook" / "deep"
    nested.mkdir(parents=True)
    (nested / "b.md").write_text("b")
    (tmp_path / "datasets" / "handbook" / "a.txt").write_text("a")
    (tmp_path / "datasets" / "handbook" / ".hidden").write_text("x")
    (tmp_path / "datasets" / ".git").mkdir()

    target = read_target(str(tmp_path))

    assert target is not None
    (dataset,) = target.datasets
    assert dataset.name == "handbook"
    assert [file.name for file in dataset.files] == ["a.txt", "b.md"]


def test_folder_without_an_app_is_refused(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match=r"app\.yaml"):
        read_target(str(tmp_path))


def test_plain_name_may_be_an_app() -> None:
    assert read_target("support-assistant") is None


def test_missing_file_is_not_taken_for_an_app() -> None:
    with pytest.raises(click.UsageError, match=r"no file nowhere\.yaml"):
        read_target("nowhere.yaml")


def test_files_below_come_in_order(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        (tmp_path / name).write_text(name)

    assert [file.name for file in files_below(tmp_path)] == ["a", "b", "c"]
