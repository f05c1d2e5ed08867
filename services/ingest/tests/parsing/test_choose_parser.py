"""Which parser reads what."""

import pytest

from skep_contracts.plugins.parsers import Parser, ParserDescription
from skep_contracts.problems import InvalidInput
from skep_ingest.parsing.choose_parser import choose_parser


def parser(name: str, **facts: object) -> ParserDescription:
    def build() -> Parser:
        raise NotImplementedError

    described = {"title": name, "mime_types": (), "extensions": (), "factory": build} | facts
    return ParserDescription(name=name, **described)  # type: ignore[arg-type]  # as tests say


PARSERS = [
    parser("text", mime_types=("text/*",), extensions=(".txt",), priority=-10),
    parser("pdf", mime_types=("application/pdf",), extensions=(".pdf",), signatures=(b"%PDF-",)),
    parser("zip", extensions=(".zip",), signatures=(b"PK",)),
    parser("office", extensions=(".docx",), signatures=(b"PK\x03\x04",)),
    parser("notes", extensions=(".txt",)),
]


@pytest.mark.parametrize(
    ("head", "name", "mime_type", "expected"),
    [
        (b"%PDF-1.7", "lies.txt", "text/plain", "pdf"),
        (b"PK\x03\x04", "a.zip", "", "office"),
        (b"PK\x05", "a.docx", "", "zip"),
        (b"hello", "a.TXT", "application/pdf", "notes"),
        (b"hello", "README", "text/x-unheard-of", "text"),
        (b"hello", "no-end.", "TEXT/plain", "text"),
    ],
)
def test_signature_counts_before_name_before_type(
    head: bytes, name: str, mime_type: str, expected: str
) -> None:
    assert choose_parser(PARSERS, head, name=name, mime_type=mime_type).name == expected


def test_unknown_kind_is_refused_and_known_ones_named() -> None:
    with pytest.raises(InvalidInput, match=r"\.exe.*\.docx \.pdf \.txt \.zip"):
        choose_parser(PARSERS, b"MZ", name="a.exe", mime_type="application/x-msdownload")
