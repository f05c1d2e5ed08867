"""Cuts a table between its rows, and repeats its header."""

import re
from collections.abc import Iterator

from skep_chunker_structure.window import Window, cut_between
from skep_contracts.plugins.parsers import ChunkDraft

_CELL_MARKS = ("|", "\t")
_MOST_CAPTION_ROWS = 2
_RULE = re.compile(r"[ \t|:+=-]*-[ \t|:+=-]*")
_WITHIN_A_ROW = ("\n", " | ", "\t", "; ", " ")
_MOST_OF_A_CHUNK = 3


def header_end(table: str) -> int:
    """Return how long the header is, with its line end; 0 when there is none to repeat.

    A table has one when its first rows have cells: a caption before them belongs to it, and so
    does a line of dashes below. Rows of names and values say themselves what their cells are.
    """
    at = 0
    for _ in range(_MOST_CAPTION_ROWS + 1):
        line_end = table.find("\n", at)
        if line_end < 0:
            return 0
        line = table[at:line_end]
        at = line_end + 1
        if any(mark in line for mark in _CELL_MARKS):
            rule_end = table.find("\n", at)
            is_rule = rule_end >= 0 and _RULE.fullmatch(table[at:rule_end]) is not None
            return rule_end + 1 if is_rule else at
    return 0


def split_table(table: str, window: Window, limit: int) -> Iterator[ChunkDraft]:
    """Take a table that does not fit and yield what is complete; its last rows wait.

    Each chunk but the first begins with the header, unless that takes more than a third of it.
    """
    header = table[: header_end(table)]
    if len(header) > limit // _MOST_OF_A_CHUNK:
        header = ""
    room = limit - window.waiting_chars
    if room < limit // 2 or not _has_row_within(table, len(header), room):
        yield from window.flush()
    at, prefix = 0, ""
    while at < len(table):
        last = at + limit - window.waiting_chars - len(prefix)
        cut = len(table) if last >= len(table) else _row_end(table, at, last)
        window.append(table[at:cut], prefix=prefix)
        at = cut
        if at < len(table):
            yield from window.flush()
            prefix = header


def _has_row_within(table: str, header: int, room: int) -> bool:
    return header < table.find("\n", header, room) if header else "\n" in table[:room]


def _row_end(table: str, at: int, last: int) -> int:
    """Return the end of the last row that fits, or a place within one that does not."""
    found = table.rfind("\n", at, last)
    if found >= 0:
        return found + 1
    middle = at + max(1, (last - at) // 2)
    return cut_between(table, (middle, middle, last), _WITHIN_A_ROW)
