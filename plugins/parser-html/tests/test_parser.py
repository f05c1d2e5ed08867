"""Encodings, hostile pages, and pages with nothing to read."""

import time
from pathlib import Path

import pytest

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_html import decoding
from skep_parser_html.parser import HtmlParser


def parse(path: Path, content: bytes) -> list[Block]:
    path.write_bytes(content)
    return list(HtmlParser().parse(str(path), options={}))


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "page.html"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>größe €".encode(), "größe €"),
        ("\ufeff<p>größe".encode(), "größe"),
        ("<p>größe".encode("utf-16"), "größe"),
        ("<p>größe €".encode("cp1252"), "größe €"),
        (b"<meta charset='iso-8859-2'><p>\xb3\xf3d\xbc", "łódź"),
        ("<meta charset=Shift_JIS><p>日本語".encode("cp932"), "日本語"),
        (
            "<meta http-equiv=content-type content='text/html; charset=koi8-r'><p>Москва".encode(
                "koi8-r"
            ),
            "Москва",
        ),
        ("<meta charset=utf-8><p>größe".encode("cp1252"), "größe"),
        ("<meta charset=iso-8859-1><p>größe".encode(), "größe"),
        (b"<meta charset=punycode><p>caf\xe9", "café"),
    ],
    ids=range(10),
)
def test_encoding_is_found(page: Path, content: bytes, text: str) -> None:
    assert parse(page, content) == [Block(text=text)]


@pytest.mark.parametrize(
    "content",
    [b"<html></html>", b"<script>var x = 1</script><noscript></noscript>", b"   \n", b"<!-- x -->"],
)
def test_page_without_text_is_refused(page: Path, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(page, content)

    assert refused.value.exact_code == "document_empty"


def test_page_nested_without_end_is_refused_at_once(page: Path) -> None:
    started = time.process_time()

    for tag in (b"<div>", b"<ul><li>", b"<table><tr><td><div>"):
        with pytest.raises(InvalidInput) as refused:
            parse(page, tag * 100_000)
        assert refused.value.exact_code == "document_too_deep"

    assert time.process_time() - started < 5


def test_deep_page_within_the_limit_is_read(page: Path) -> None:
    deep = b"<div>" * 4_000 + b"<b>" * 20_000 + b"bottom"

    assert parse(page, deep) == [Block(text="bottom")]


def test_unclosed_items_are_no_depth(page: Path) -> None:
    blocks = parse(page, b"<ul>" + b"<li>x" * 20_000)

    assert {block.kind for block in blocks} == {"list"}
    assert sum(block.text.count("- x") for block in blocks) == 20_000


def test_endless_text_comes_in_pieces(page: Path) -> None:
    blocks = parse(page, b"<p>" + b"word " * 100_000 + b"<p>" + b"x" * 200_000)

    assert sum(len(block.text) for block in blocks) > 690_000
    assert max(len(block.text) for block in blocks) < 600_000


def test_page_that_is_too_large_is_refused(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_BYTES", 10)

    with pytest.raises(InvalidInput) as refused:
        parse(page, b"<p>more than ten bytes")

    assert refused.value.exact_code == "document_too_large"
