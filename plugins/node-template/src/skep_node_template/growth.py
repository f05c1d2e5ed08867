"""Tells templates whose work is bounded by their inputs from those that may build huge values.

MiniJinja charges fuel for steps and for long texts, but a list that holds a list twice, forty times
over, is small until it is looked at, and then larger than any memory. That takes something to build
a value with and something to keep it in. A template that has none of these only reads its inputs,
and is as quick as they are small. This knows such templates by their words, not all of them.
"""

import re
from functools import lru_cache
from typing import Final

_TAG: Final = re.compile(r"\{\{-?|\{%[-+]?|\{#")
_TOKEN: Final = re.compile(
    r"""\s+
    |(?P<end>-?\}\}|[-+]?%\})
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<number>[0-9][0-9_]*(?:\.[0-9]+)?)
    |(?P<open>[\[(])
    |(?P<mark>==|!=|<=|>=|//|[<>|.,:)\]+\-/%~=])
    """,
    re.VERBOSE | re.DOTALL,
)
_STATEMENTS: Final = frozenset({"for", "endfor", "if", "elif", "else", "endif"})
_WORDS: Final = frozenset({"and", "else", "if", "in", "is", "not", "or", "recursive"})
_FILTERS: Final = frozenset(
    [
        "abs",
        "bool",
        "capitalize",
        "count",
        "d",
        "default",
        "first",
        "float",
        "int",
        "join",
        "last",
        "length",
        "lower",
        "max",
        "min",
        "replace",
        "round",
        "string",
        "sum",
        "title",
        "tojson",
        "trim",
        "upper",
    ]
)


@lru_cache(maxsize=128)
def cannot_grow(template: str) -> bool:
    """Tell whether a template surely builds nothing but its text."""
    position = 0
    while tag := _TAG.search(template, position):
        if tag.group() == "{#":
            end = template.find("#}", tag.end())
            position = len(template) if end < 0 else end + 2
            continue
        after = _only_reads(template, tag.end(), is_statement="%" in tag.group())
        if after is None:
            return False
        position = after
    return True


def _only_reads(template: str, position: int, *, is_statement: bool) -> int | None:
    """Return where the tag ends, or None when something in it may build a value."""
    previous = ""
    is_first = is_statement
    while token := _TOKEN.match(template, position):
        position = token.end()
        kind = token.lastgroup
        if kind is None:
            continue
        if kind == "end":
            return position
        text = token.group()
        if kind == "open" and not _may_open(text, previous):
            return None
        if kind == "name" and not _is_known(text, previous, is_first=is_first):
            return None
        is_first = False
        previous = f"|{text}" if previous == "|" else text if kind != "text" else '"'
    return None


def _may_open(bracket: str, previous: str) -> bool:
    """Allow groups, arguments of filters and of ``range``, and subscripts; no lists, no calls."""
    follows_value = previous.isidentifier() and previous not in _WORDS
    if bracket == "[":
        return follows_value or previous in {")", "]"}
    return not follows_value or previous == "range"


def _is_known(name: str, previous: str, *, is_first: bool) -> bool:
    if is_first:
        return name in _STATEMENTS
    if previous == "|":
        return name in _FILTERS
    return name != "recursive"
