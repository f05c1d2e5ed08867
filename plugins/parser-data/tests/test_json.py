"""JSON of all shapes, and what is no JSON."""

import contextlib
import json
import time
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_data import json_tokens
from skep_parser_data.json_text import JsonParser

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=20,
)


def parse(path: Path, content: bytes) -> list[Block]:
    path.write_bytes(content)
    return list(JsonParser().parse(str(path), options={}))


def refusal(path: Path, content: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        parse(path, content)
    return refused.value


@settings(max_examples=60, deadline=None)
@given(value=values)
def test_json_stays_json(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "a.json"

    blocks = parse(path, json.dumps(value).encode())

    def cleaned(text: str) -> str:
        return "".join(c for c in text if c >= " " and c not in "\x7f\ufeff\ufffe\uffff")

    text = json.dumps(value, ensure_ascii=False)
    again = json.loads("\n\n".join(block.text for block in blocks))
    assert again == value or cleaned(text) != text


def test_large_file_comes_in_blocks_that_end_with_a_member(tmp_path: Path) -> None:
    records = [{"id": n, "inner": {"text": "words " * 20}} for n in range(100)]

    blocks = parse(tmp_path / "a.json", json.dumps(records).encode())

    assert len(blocks) > 4
    assert max(len(block.text) for block in blocks) < 3_000
    assert all(block.text.endswith(("},", "]")) for block in blocks)
    assert json.loads("".join(block.text for block in blocks)) == records


def test_numbers_share_lines(tmp_path: Path) -> None:
    (block,) = parse(tmp_path / "a.json", json.dumps({"v": list(range(100))}).encode())

    assert len(block.text.split("\n")) == 6


def test_token_may_be_divided_between_two_readings(tmp_path: Path) -> None:
    for token in ("-1.5e+10", "true", '"\\u00e9\\n"'):
        for lead in range(65_536 - 12, 65_536):
            (*_, last) = parse(tmp_path / "a.json", f"[{' ' * (lead - 1)}{token}, 1]".encode())
            assert len(json.loads(last.text)) == 2


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"words", 1),
        (b"{", 1),
        (b'{"a": 1}}', 1),
        (b'{"a" 1}', 1),
        (b'{"a":}', 1),
        (b'{"a"}', 1),
        (b'{"a":1 "b":2}', 1),
        (b"{1: 2}", 1),
        (b"[1 2]", 1),
        (b"[,1]", 1),
        (b"[1,,2]", 1),
        (b"[1}", 1),
        (b":", 1),
        (b'[\n"a",\n\n  nul]', 4),
        (b'["\\x"]', 1),
        (b'["open', 1),
        (b"[1] // note\n/* open", 2),
        (b"01a", 1),
    ],
)
def test_what_is_no_json_is_refused_with_its_line(
    tmp_path: Path, content: bytes, line: int
) -> None:
    error = refusal(tmp_path / "a.json", content)

    assert error.exact_code == "not_json"
    assert error.detail == f"The file is not JSON: see its line {line}."


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.json", b"[" * 50_000).exact_code == "document_too_deep"
    assert refusal(tmp_path / "b.json", b'{"a":' * 50_000).exact_code == "document_too_deep"


def test_string_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_tokens, "MAX_TOKEN_CHARS", 100_000)

    error = refusal(tmp_path / "a.json", b'["' + b"x" * 400_000)

    assert error.exact_code == "document_too_large"


def test_half_a_surrogate_can_be_written(tmp_path: Path) -> None:
    (block,) = parse(tmp_path / "a.json", b'"\\ud800x \\u0007"')

    assert block.text == '"?x \\u0007"'


@pytest.mark.parametrize(
    "content",
    [
        b'["' + b"x" * 3_000_000 + b'"]',
        b'["' + b'\\"' * 500_000 + b'"]',
        b'"' + b"\\" * 1_000_001,
        b"/*" + b"*" * 1_000_000,
        b" " * 3_000_000 + b"1",
        b"[" + b"1" * 1_000_000 + b"]",
        b"-" * 1_000_000,
    ],
    ids=range(7),
)
def test_hostile_file_takes_no_time(tmp_path: Path, content: bytes) -> None:
    started = time.process_time()

    with contextlib.suppress(InvalidInput):  # refused is as good as read here
        parse(tmp_path / "a.json", content)

    assert time.process_time() - started < 3
