"""Finding a file's encoding, and refusing what is no text."""

from pathlib import Path

import pytest

from skep_contracts.problems import InvalidInput
from skep_parser_text.decoding import PIECE_CHARS, find_encoding, open_text, read_lines

TEXT = "Zażółć gęślą jaźń: 1 234,50 złotych"
WESTERN = "Crème brûlée kostet 4 €"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TEXT, "utf-8"),
        (TEXT, "utf-8-sig"),
        (TEXT, "utf-16"),
        (TEXT, "utf-32"),
        ("plain words " * 50, "utf-16-le"),
        ("plain words " * 50, "utf-16-be"),
        (WESTERN, "cp1252"),
        ("日本語のテキスト", "utf-8"),
    ],
)
def test_encoding_is_found(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "text"
    path.write_bytes(f"{text}\n{text}".encode(encoding))

    with open_text(str(path)) as file:
        assert list(read_lines(file)) == [text, text]


def test_bytes_that_windows_does_not_know_are_latin_1(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"caf\xe9 " * 40 + b"\x81")

    assert find_encoding(str(path)) == "latin-1"


def test_fault_late_in_a_large_file_changes_the_encoding_of_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"plain words\n" * 100_000 + b"caf\xe9\n")

    assert find_encoding(str(path)) == "cp1252"


@pytest.mark.parametrize("at", [0, 500_000])
def test_zero_bytes_are_not_text_wherever_they_are(tmp_path: Path, at: int) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"a" * at + b"\0\0\0\0" + b"plain words\n" * 10_000)

    with pytest.raises(InvalidInput) as refused:
        find_encoding(str(path))

    assert refused.value.exact_code == "not_text"


def test_one_endless_line_comes_in_pieces_that_make_it_up_again(tmp_path: Path) -> None:
    line = "word " * 50_000 + "x" * 200_000
    path = tmp_path / "text"
    path.write_text(line)

    with open_text(str(path)) as file:
        pieces = list(read_lines(file))

    assert "".join(pieces) == line
    assert max(len(piece) for piece in pieces) <= PIECE_CHARS
