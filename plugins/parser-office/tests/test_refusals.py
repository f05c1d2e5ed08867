"""What is refused, and why: damaged, encrypted and hostile files."""

import struct
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from skep_contracts.documents import archive
from skep_contracts.problems import InvalidInput
from skep_parser_office import blocks, xml_events
from skep_parser_office.parser import OfficeParser
from skep_testing.zip_documents import (
    make_docx,
    make_epub,
    make_open_document,
    make_xlsx,
    make_zip,
)

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
PARAGRAPH = "<w:p><w:r><w:t>words</w:t></w:r></w:p>"
WORD = make_docx(PARAGRAPH)


def refusal(tmp_path: Path, content: bytes) -> InvalidInput:
    path = tmp_path / "file.docx"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        list(OfficeParser().parse(str(path), options={}))
    assert str(tmp_path) not in refused.value.detail
    return refused.value


def with_part(name: str, content: str | bytes, source: bytes = WORD) -> bytes:
    with zipfile.ZipFile(BytesIO(source)) as opened:
        parts = {each: opened.read(each) for each in opened.namelist()}
    return make_zip({**parts, name: content})


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "document_empty", "empty"),
        (b"plain words", "not_an_office_document", "whatever its name"),
        (COMPOUND + "EncryptedPackage".encode("utf-16-le"), "document_encrypted", "password"),
        (
            COMPOUND + bytes(2_000_000) + "EncryptedPackage".encode("utf-16-le"),
            "document_encrypted",
            "",
        ),
        (COMPOUND + "WordDocument".encode("utf-16-le"), "old_office_format", ".docx"),
        (WORD[:200], "document_damaged", "damaged"),
        (b"PK\x05\x06" + bytes(18), "not_an_office_document", "zip archive"),
        (make_zip({"a.txt": "words"}), "not_an_office_document", "zip archive"),
        (make_epub({"a.xhtml": "<p>words"}), "not_an_office_document", ".epub"),
        (make_docx("<w:p/>"), "document_empty", "no text"),
        (make_xlsx({"One": ""}), "document_empty", "no text"),
        (with_part("word/document.xml", "<w:document>"), "document_damaged", "well-formed"),
        (with_part("_rels/.rels", "<Relationships/>"), "document_damaged", "main part"),
        (
            make_open_document("text", "<text:p>x</text:p>", manifest="<encryption-data/>"),
            "document_encrypted",
            "password",
        ),
    ],
    ids=range(14),
)
def test_refusal_says_what_is_wrong(tmp_path: Path, content: bytes, code: str, words: str) -> None:
    error = refusal(tmp_path, content)

    assert error.exact_code == code
    assert words in error.detail


def test_binary_workbook_is_refused_with_advice(tmp_path: Path) -> None:
    kind = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'

    assert ".xlsx" in refusal(tmp_path, with_part("[Content_Types].xml", types)).detail


def test_member_that_is_encrypted_is_named_so(tmp_path: Path) -> None:
    content = bytearray(make_docx(PARAGRAPH, packed=False))
    at = -1
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        content[at + 8] |= 1

    assert refusal(tmp_path, bytes(content)).exact_code == "document_encrypted"


LAUGHS = (
    '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<w:document xmlns:w='x'>&b;</w:document>"
)
OUTSIDE = (
    '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    "<w:document xmlns:w='x'><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:document>"
)
PARAMETER = '<!DOCTYPE w [<!ENTITY % a SYSTEM "http://localhost/x"> %a;]><w:document xmlns:w="x"/>'


@pytest.mark.parametrize("content", [LAUGHS, OUTSIDE, PARAMETER], ids=["laughs", "file", "network"])
@pytest.mark.parametrize("part", ["word/document.xml", "[Content_Types].xml"])
def test_entities_are_refused(tmp_path: Path, content: str, part: str) -> None:
    assert refusal(tmp_path, with_part(part, content)).exact_code == "document_hostile"


def test_document_type_elsewhere_is_never_fetched(tmp_path: Path) -> None:
    body = (
        '<!DOCTYPE w SYSTEM "http://localhost:1/x.dtd"><w:document xmlns:w="x">&nbsp;</w:document>'
    )

    assert refusal(tmp_path, with_part("word/document.xml", body)).exact_code == "document_empty"


@pytest.mark.parametrize(
    "body",
    [
        "<w:p>" * 100_000,
        f"<w:p><w:r><w:t>{' ' * 9_000_000}",
        f"<w:p a='{'x' * 9_000_000}'/>",
        f"<!--{'x' * 9_000_000}-->",
    ],
    ids=["depth", "paragraph", "attribute", "comment"],
)
def test_xml_without_end_is_refused_soon(tmp_path: Path, body: str) -> None:
    started = time.process_time()

    error = refusal(tmp_path, make_docx(body))

    assert error.exact_code in {"document_damaged", "document_too_large"}
    assert time.process_time() - started < 5


def test_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FREE_BYTES", 100_000)
    body = f"<w:p><w:r><w:t>words</w:t></w:r></w:p><!-- -->{' ' * 3_000_000}"

    error = refusal(tmp_path, make_docx(body))

    assert (error.exact_code, "200 times" in error.detail) == ("document_too_large", True)


def test_endless_list_of_parts_is_refused(tmp_path: Path) -> None:
    entry = b"PK\x01\x02" + bytes(42)
    directory = entry * 60_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 60_000, 60_000, len(directory), 4, 0)

    assert refusal(tmp_path, b"PK\3\4" + directory + end).exact_code == "document_damaged"


def test_too_many_of_anything_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_events, "MAX_ENTRIES", 1_000)
    rels = "".join(f'<Relationship Id="{n}" Type="x" Target="y"/>' for n in range(1_002))

    error = refusal(tmp_path, with_part("_rels/.rels", f"<Relationships>{rels}</Relationships>"))

    assert error.exact_code == "document_too_large"


def test_row_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MAX_HELD_CHARS", 1_000)
    cell = (
        '<table:table-cell table:number-columns-repeated="99999999"><text:p>x</text:p>'
        "</table:table-cell>"
    )
    sheet = f"<table:table><table:table-row>{cell}</table:table-row></table:table>"

    error = refusal(tmp_path, make_open_document("spreadsheet", sheet))

    assert error.exact_code == "document_too_large"
    cells = f"<w:tbl><w:tr>{'<w:tc/>' * 200}</w:tr></w:tbl>"
    assert refusal(tmp_path, make_docx(cells)).exact_code == "document_too_large"


def test_parts_that_lead_out_of_the_archive_are_ignored(tmp_path: Path) -> None:
    rel = '<Relationship Id="a" Type="x/officeDocument" Target="../../a"/>'
    rels = f"<Relationships>{rel}</Relationships>"
    content = with_part("../../a", "<w/>", with_part("_rels/.rels", rels))

    assert refusal(tmp_path, content).exact_code == "document_damaged"
