"""What books may be like, and what is refused."""

import time
from pathlib import Path

import pytest

from skep_contracts.documents import archive
from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_epub import parser
from skep_parser_epub.parser import EpubParser
from skep_testing.zip_documents import make_docx, make_epub, make_zip

CHAPTER = "<p>words</p>"
PACKAGE = "OEBPS/book.opf"


def parse(tmp_path: Path, content: bytes) -> list[Block]:
    path = tmp_path / "book.epub"
    path.write_bytes(content)
    return list(EpubParser().parse(str(path), options={}))


def refusal(tmp_path: Path, content: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        parse(tmp_path, content)
    assert str(tmp_path) not in refused.value.detail
    return refused.value


def package(metadata: str = "", manifest: str = "", spine: str = "", head: str = "") -> bytes:
    opf = (
        f'{head}<package xmlns:dc="x"><metadata>{metadata}</metadata><manifest>{manifest}'
        f"</manifest><spine>{spine}</spine></package>"
    )
    return make_epub({"a b.xhtml": CHAPTER, "nav.xhtml": "<p>contents</p>"}, parts={PACKAGE: opf})


def item(identifier: str, href: str, more: str = "", kind: str = "application/xhtml+xml") -> str:
    return f'<item id="{identifier}" href="{href}" media-type="{kind}" {more}/>'


def test_titles_authors_and_what_is_no_chapter(tmp_path: Path) -> None:
    blocks = parse(
        tmp_path,
        package(
            "<dc:title>Bees</dc:title><dc:title>Other</dc:title><dc:creator>Ann</dc:creator>"
            "<dc:creator>Bo</dc:creator>",
            item("n", "nav.xhtml", 'properties="nav"')
            + item("a", "a%20b.xhtml#top")
            + item("p", "p.svg", kind="image/svg+xml"),
            '<itemref idref="n"/><itemref idref="p"/><itemref idref="a"/><itemref idref="x"/>'
            '<itemref idref="a"/>',
        ),
    )

    assert blocks == [
        Block(text="Bees", kind="heading", level=1),
        Block(text="Ann, Bo"),
        Block(text="words"),
    ]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>größe €".encode(), "größe €"),
        ("<p>größe €".encode("utf-16"), "größe €"),
        ("<p>größe €".encode("cp1252"), "größe €"),
    ],
    ids=["utf-8", "utf-16", "cp1252"],
)
def test_encoding_is_found(tmp_path: Path, content: bytes, text: str) -> None:
    book = make_epub({"a.xhtml": "x"}, parts={})

    assert parse(tmp_path, book) == [Block(text="x")]
    assert parse(tmp_path, make_epub({"a.xhtml": content})) == [Block(text=text)]


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "document_empty", "empty"),
        (b"plain words", "not_an_epub", "whatever its name"),
        (make_docx("<w:p/>"), "not_an_epub", "whatever its name"),
        (make_epub({"a.xhtml": CHAPTER})[:200], "document_damaged", "damaged"),
        (make_epub({"a.xhtml": "<p> </p>"}, title="Bees"), "document_empty", "no text"),
        (make_epub({}), "document_damaged", "no chapters"),
        (make_zip({"META-INF/container.xml": "<container/>"}), "document_damaged", "chapters"),
        (
            package(manifest=item("a", "gone.xhtml"), spine='<itemref idref="a"/>'),
            "document_damaged",
            "missing",
        ),
        (
            package(manifest=item("a", "../../../etc/passwd"), spine='<itemref idref="a"/>'),
            "document_damaged",
            "missing",
        ),
        (package(head='<!DOCTYPE p [<!ENTITY a "ha">]>'), "document_hostile", "entities"),
        (
            package(head='<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
            "document_hostile",
            "entities",
        ),
        (package(metadata="<open>"), "document_damaged", "well-formed"),
        (
            make_epub(
                {"a.xhtml": CHAPTER},
                parts={"META-INF/encryption.xml": '<e><CipherReference URI="OEBPS/a.xhtml"/></e>'},
            ),
            "document_encrypted",
            "protected",
        ),
        (make_epub({"a.xhtml": "<div>" * 100_000}), "document_too_deep", "nested"),
    ],
    ids=range(14),
)
def test_refusal_says_what_is_wrong(tmp_path: Path, content: bytes, code: str, words: str) -> None:
    started = time.process_time()

    error = refusal(tmp_path, content)

    assert error.exact_code == code
    assert words in error.detail
    assert time.process_time() - started < 5


def test_encrypted_fonts_are_no_obstacle(tmp_path: Path) -> None:
    book = make_epub(
        {"a.xhtml": CHAPTER},
        parts={"META-INF/encryption.xml": '<e><CipherReference URI="OEBPS/a.otf"/></e>'},
    )

    assert parse(tmp_path, book) == [Block(text="words")]


def test_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FREE_BYTES", 100_000)

    assert refusal(tmp_path, make_epub({"a.xhtml": " " * 3_000_000})).exact_code == (
        "document_too_large"
    )


def test_chapter_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "MAX_CHAPTER_BYTES", 1_000)

    assert refusal(tmp_path, make_epub({"a.xhtml": "x" * 3_000})).exact_code == "document_too_large"


@pytest.mark.parametrize(
    "page",
    ["<a " * 200_000, "<a b='" * 100_000, "</" * 200_000, "<a/" * 200_000, "<ul><li>x" * 4_000],
    ids=range(5),
)
def test_hostile_page_takes_no_time(tmp_path: Path, page: str) -> None:
    started = time.process_time()

    assert parse(tmp_path, make_epub({"a.xhtml": f"<p>words</p>{page}"}))[0].text == "words"

    assert time.process_time() - started < 5


def test_endless_text_comes_in_pieces(tmp_path: Path) -> None:
    blocks = parse(tmp_path, make_epub({"a.xhtml": "<p>" + "word " * 100_000}))

    assert sum(block.text.count("word") for block in blocks) in range(99_990, 100_001)
    assert max(len(block.text) for block in blocks) <= 65_536
