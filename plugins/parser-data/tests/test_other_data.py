"""XML, subtitles and notebooks: what they may be like, and what is refused."""

import time
from pathlib import Path

import pytest

from skep_contracts.plugins.parsers import Block, Parser
from skep_contracts.problems import InvalidInput
from skep_parser_data import notebook, xml_text
from skep_parser_data.notebook import NotebookParser
from skep_parser_data.subtitles import SubtitleParser
from skep_parser_data.xml_text import XmlParser


def parse(parser: Parser, path: Path, content: str | bytes) -> list[Block]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(parser.parse(str(path), options={}))


def refusal(parser: Parser, path: Path, content: str | bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        parse(parser, path, content)
    return refused.value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>', "document_hostile"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "document_hostile"),
        ('<!DOCTYPE a [<!ENTITY % b SYSTEM "http://localhost/">%b;]><a/>', "document_hostile"),
        ("<a>&undeclared;</a>", "not_xml"),
        ("<a><b></a>", "not_xml"),
        ("words", "not_xml"),
        ('<?xml version="1.0" encoding="punycode"?><a>b</a>', "not_xml"),
        ("<a><b/></a>", "document_empty"),
        ("<a>" * 50_000, "document_too_deep"),
        ("<a><!--" + "x" * 9_000_000, "document_too_large"),
        ("<a b='" + "x" * 9_000_000, "document_too_large"),
    ],
    ids=range(11),
)
def test_xml_that_is_refused(tmp_path: Path, content: str, code: str) -> None:
    started = time.process_time()

    assert refusal(XmlParser(), tmp_path / "a.xml", content).exact_code == code

    assert time.process_time() - started < 3


def test_xml_says_in_which_line_it_is_broken(tmp_path: Path) -> None:
    assert "line 3" in refusal(XmlParser(), tmp_path / "a.xml", "<a>\n<b>\n</a>").detail


def test_xml_comes_in_blocks_that_end_with_an_element(tmp_path: Path) -> None:
    rows = "".join(f"<row><id>{n}</id><text>{'word ' * 30}</text></row>" for n in range(100))

    blocks = parse(XmlParser(), tmp_path / "a.xml", f"<rows>{rows}</rows>")

    assert len(blocks) > 4
    assert all(block.text.lstrip().startswith(("row", "rows\n")) for block in blocks)
    assert max(len(block.text) for block in blocks) < 2_500


def test_endless_text_of_an_element_comes_in_pieces(tmp_path: Path) -> None:
    blocks = parse(XmlParser(), tmp_path / "a.xml", f"<a>{'word ' * 100_000}</a>")

    assert sum(block.text.count("word") for block in blocks) >= 99_990
    assert max(len(block.text) for block in blocks) <= xml_text.MAX_BLOCK_CHARS


def cue(start: str, end: str, text: str) -> str:
    return f"{start} --> {end}\n{text}\n\n"


def test_paragraphs_end_with_pauses_and_sentences(tmp_path: Path) -> None:
    said = "".join(
        cue(
            f"00:0{n // 60}:{n % 60:02}.0",
            f"00:0{n // 60}:{n % 60:02}.9",
            f"{n} " + "word " * 30 + ".",
        )
        for n in range(20)
    )

    blocks = parse(
        SubtitleParser(), tmp_path / "a.vtt", said + cue("00:09:00.0", "00:09:01.0", "x")
    )

    assert [block.text[:10] for block in blocks][:3] == [f"[00:00:0{n}]" for n in (0, 3, 6)]
    assert blocks[-1].text == "[00:09:00] x"


def test_lines_that_roll_are_read_once(tmp_path: Path) -> None:
    said = cue("0:01.0", "0:02.0", "one") + cue("0:02.0", "0:03.0", "one\ntwo")

    blocks = parse(SubtitleParser(), tmp_path / "a.srt", said)

    assert [block.text for block in blocks] == ["[00:00:01] one two"]


def test_cues_without_blank_lines_between_them(tmp_path: Path) -> None:
    said = "1\n00:00:01,000 --> 00:00:02,000\none\n2\n00:00:02,100 --> 00:00:03,000\ntwo"

    blocks = parse(SubtitleParser(), tmp_path / "a.srt", said.encode("utf-16"))

    assert [block.text for block in blocks] == ["[00:00:01] one two"]


@pytest.mark.parametrize(
    "content", ["WEBVTT\n\nNOTE nothing", "words\n\nmore", "1\n--> 2\nx", "<" * 100_000 + "-->"]
)
def test_file_without_subtitles_is_refused(tmp_path: Path, content: str) -> None:
    assert refusal(SubtitleParser(), tmp_path / "a.srt", content).exact_code == "no_subtitles"


def test_cue_without_end_is_cut(tmp_path: Path) -> None:
    blocks = parse(
        SubtitleParser(), tmp_path / "a.srt", cue("0:01.0", "0:02.0", "<word " * 500_000)
    )

    assert sum(len(block.text) for block in blocks) < 80_000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("words", "not_a_notebook"),
        ("[]", "not_a_notebook"),
        ('{"worksheets": [{"cells": []}], "nbformat": 3}', "not_a_notebook"),
        ('{"cells": [{"source": 5}]}', "not_a_notebook"),
        ('{"a": ' + "[" * 100_000 + ', "cells": []}', "not_a_notebook"),
        ('{"cells": []}', "document_empty"),
        ('{"cells": [{"cell_type": "code", "source": " \\n"}]}', "document_empty"),
    ],
    ids=range(7),
)
def test_notebook_that_is_refused(tmp_path: Path, content: str, code: str) -> None:
    assert refusal(NotebookParser(), tmp_path / "a.ipynb", content).exact_code == code


def test_large_notebook_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "MAX_BYTES", 10)

    error = refusal(NotebookParser(), tmp_path / "a.ipynb", '{"cells": [], "x": 1}')

    assert error.exact_code == "document_too_large"
