"""Lines made to keep a careless pattern busy for hours."""

import contextlib
import time
from pathlib import Path

import pytest

from skep_contracts.plugins.parsers import Parser
from skep_contracts.problems import InvalidInput
from skep_parser_text.markdown import MarkdownParser
from skep_parser_text.plain import PlainTextParser
from skep_parser_text.separated import SeparatedValuesParser

LONG = 60_000


@pytest.mark.parametrize(
    "line",
    [
        f"# a{' ' * LONG}b",
        f"#{' ' * LONG}#x",
        f"# {'[' * LONG}",
        f"# {'[a](' * LONG}",
        f"# {'*_`' * LONG}",
        f"text\n|{' ' * LONG}x",
        f"text\n{'|-' * LONG}x",
        f"text\n{'-|:' * LONG}",
        f"{'- ' * LONG}x",
        f"{'`' * LONG}x\n{'`' * LONG}",
        f"{'>' * LONG}",
        f"{' ' * LONG}1.",
        f"1{'1' * LONG}. x",
        f"a{'=' * LONG}\n{'=' * LONG}",
        f'"{"a," * LONG}',
        f"{',' * LONG}\n" * 3,
        "é" * 3_000_000,
    ],
    ids=range(17),
)
def test_hostile_line_takes_no_time(tmp_path: Path, line: str) -> None:
    path = tmp_path / "hostile.md"
    path.write_text(f"words\n\n{line}\n\nwords\n" * 2)
    parsers: list[Parser] = [
        MarkdownParser(),
        PlainTextParser(frozenset()),
        SeparatedValuesParser(),
    ]

    started = time.process_time()
    for parser in parsers:
        with contextlib.suppress(InvalidInput):  # refused is as good as read here
            assert any(block.text for block in parser.parse(str(path), options={}))
            assert list(parser.parse(str(path), options={}))

    assert time.process_time() - started < 5
