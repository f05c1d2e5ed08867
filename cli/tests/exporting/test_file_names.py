"""What a document's file is called in an export."""

from pathlib import Path

import pytest

from skep_cli.exporting.commands import file_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("soil.md", "soil.md"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("/etc/passwd", "_etc_passwd"),
        ("..\\x", "_x"),
        ("..", "doc_1"),
        (" . ", "doc_1"),
        ("a\nb?.txt", "a_b_.txt"),
        ("Ünïcode 🐝.pdf", "Ünïcode 🐝.pdf"),
        (".hidden", "hidden"),
    ],
)
def test_name_leads_out_of_no_folder(tmp_path: Path, name: str, expected: str) -> None:
    made = file_name(name, "doc_1", tmp_path)

    assert made == expected
    assert (tmp_path / made).resolve().parent == tmp_path.resolve()


def test_long_name_fits_and_keeps_its_kind(tmp_path: Path) -> None:
    made = file_name("ß" * 300 + ".html", "doc_1", tmp_path)

    assert len(made.encode()) <= 200
    assert made.endswith(".html")
    (tmp_path / made).touch()


def test_taken_name_gets_the_id_before_it(tmp_path: Path) -> None:
    (tmp_path / "a_b").touch()

    assert file_name("a/b", "doc_2", tmp_path) == "doc_2 a_b"
