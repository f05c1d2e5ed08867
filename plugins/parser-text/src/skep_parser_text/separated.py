"""Separated values: each row becomes a line that names its columns, so a chunk explains itself."""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_text.decoding import cut, nothing_found, open_text

_DELIMITERS: Final = ",;\t|"
_SAMPLE_CHARS: Final = 16_384
_BLOCK_CHARS: Final = 2_000
_MAX_LINE_CHARS: Final = 1_048_576


class SeparatedValuesParser:
    """A `Parser` of CSV (RFC 4180) and its relatives. The first row names the columns."""

    def parse(self, path: str, *, options: dict[str, Any]) -> Iterator[Block]:
        """Yield tables of some rows each.

        Raises:
            InvalidInput: The file is empty, not text, or a row cannot be read.
        """
        is_empty = True
        with open_text(path) as file:
            for text in _grouped(_rows(file)):
                is_empty = False
                for piece in cut(text):
                    if piece.strip():
                        yield Block(text=piece, kind="table")
        if is_empty:
            raise nothing_found()


def _rows(file: io.TextIOWrapper) -> Iterator[str]:
    sample = file.read(_SAMPLE_CHARS)
    file.seek(0)
    reader = csv.reader(_lines(file), delimiter=_delimiter(sample))
    names: list[str] = []
    rows = 0
    try:
        for row in reader:
            values = [" ".join(_printable(value).split()) for value in row]
            if not any(values):
                continue
            if not names:
                names = values
                continue
            rows += 1
            yield _line(names, values)
    except csv.Error:
        raise InvalidInput(
            f"Line {reader.line_num:,} cannot be read as separated values: a quote is not closed, "
            "or a field is longer than 128 KiB.",
            code="bad_separated_values",
        ) from None
    if names and not rows:
        yield " | ".join(names)


def _lines(file: io.TextIOWrapper) -> Iterator[str]:
    while line := file.readline(_MAX_LINE_CHARS):
        if len(line) == _MAX_LINE_CHARS:
            raise InvalidInput("A line is longer than a mebibyte.", code="bad_separated_values")
        yield line


def _printable(value: str) -> str:
    if value.isprintable():
        return value
    return "".join(c if c.isprintable() or c.isspace() else " " for c in value)


def _delimiter(sample: str) -> str:
    """Return the separator the first rows agree on most."""
    lines = [line for line in sample.split("\n")[:20] if line.strip()]
    counts = {
        delimiter: min((line.count(delimiter) for line in lines), default=0)
        for delimiter in _DELIMITERS
    }
    best = max(_DELIMITERS, key=lambda delimiter: counts[delimiter])
    return best if counts[best] else ","


def _line(names: list[str], values: list[str]) -> str:
    if len(names) == 1 and len(values) == 1:
        return values[0]
    columns = [*names, *(f"column {n}" for n in range(len(names) + 1, len(values) + 1))]
    return "; ".join(
        f"{name}: {value}" if name else value
        for name, value in zip(columns, values, strict=False)
        if value
    )


def _grouped(rows: Iterator[str]) -> Iterator[str]:
    pending: list[str] = []
    size = 0
    for row in rows:
        if pending and size + len(row) > _BLOCK_CHARS:
            yield "\n".join(pending)
            pending, size = [], 0
        pending.append(row)
        size += len(row) + 1
    if pending:
        yield "\n".join(pending)
