"""What is refused, and why."""

from pathlib import Path

import pytest

from skep_contracts.problems import InvalidInput
from skep_parser_pdf.parser import PdfParser
from skep_testing.documents import make_pdf


def refusal(path: Path, content: bytes) -> InvalidInput:
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        list(PdfParser().parse(str(path), options={}))
    return refused.value


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "document_empty", "empty"),
        (b"PK\x03\x04 a zip named like a PDF", "not_a_pdf", "not a PDF"),
        (b"%PDF-1.7\nnothing else", "document_damaged", "damaged"),
        (make_pdf(["text"])[:200], "document_damaged", "damaged"),
        (make_pdf(["", "", ""]), "document_has_no_text", "3 pages"),
        (make_pdf(["secret"], password="let me in"), "document_encrypted", "password"),
    ],
    ids=["empty", "zip", "header alone", "cut short", "scan", "encrypted"],
)
def test_refusal_says_what_is_wrong(tmp_path: Path, content: bytes, code: str, words: str) -> None:
    error = refusal(tmp_path / "file.pdf", content)

    assert error.exact_code == code
    assert words in error.detail


def test_protection_without_a_password_to_open_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(make_pdf(["readable"], password=""))

    (block,) = PdfParser().parse(str(path), options={})

    assert block.text == "readable"


def test_header_may_stand_behind_some_bytes(tmp_path: Path) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(b"\n\n" * 20 + make_pdf(["readable"]))

    (block,) = PdfParser().parse(str(path), options={})

    assert block.text == "readable"
