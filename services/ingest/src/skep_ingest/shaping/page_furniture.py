"""Drops headers and footers that pages repeat, with few pages in memory at a time.

A line is furniture when it is among the first two or the last two of its page, and as many as two
of the four pages on either side have it in the same place. Numbers in it do not count, so that page
numbers are furniture, too. A page that has nothing else is left alone.
"""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from skep_ingest.shaping.places import Shortened, without

_NEAR: Final = 4
_OTHERS: Final = 2
_EDGE_LINES: Final = 2
_MAX_LINE: Final = 200
_MAX_PAGE: Final = (2_000, 500_000)
"""Blocks and characters of what is taken for a page."""
_DIGITS: Final = re.compile(r"\d+")
_LINE: Final = re.compile(r"[^\n]*\n?")


class _Line(msgspec.Struct, frozen=True):
    block: int
    start: int
    end: int
    key: tuple[str, str]
    """``top`` or ``bottom``, and the text without numbers."""


class _Page:
    def __init__(self, blocks: list[Shortened], *, is_judged: bool) -> None:
        self.blocks = blocks
        self.edges = _edges(blocks) if is_judged else []
        self.keys = frozenset(line.key for line in self.edges)


def without_furniture(blocks: Iterable[Shortened]) -> Iterator[Shortened]:
    """Yield the blocks without repeated headers and footers; those without pages as they are."""
    behind: deque[frozenset[tuple[str, str]]] = deque(maxlen=_NEAR)
    ahead: deque[_Page] = deque()
    for page in _pages(blocks):
        ahead.append(page)
        if len(ahead) > _NEAR:
            yield from _judged(ahead.popleft(), behind, ahead)
    while ahead:
        yield from _judged(ahead.popleft(), behind, ahead)


def _pages(blocks: Iterable[Shortened]) -> Iterator[_Page]:
    page: list[Shortened] = []
    chars = 0
    is_whole = True
    for one in blocks:
        is_full = len(page) >= _MAX_PAGE[0] or chars >= _MAX_PAGE[1]
        is_next = bool(page) and (one.block.page is None or one.block.page != page[0].block.page)
        if is_next or is_full:
            yield _Page(page, is_judged=is_whole and not is_full and page[0].block.page is not None)
            page, chars = [], 0
            is_whole = is_next
        page.append(one)
        chars += len(one.block.text)
    if page:
        yield _Page(page, is_judged=is_whole and page[0].block.page is not None)


def _judged(
    page: _Page, behind: deque[frozenset[tuple[str, str]]], ahead: Iterable[_Page]
) -> Iterator[Shortened]:
    others = Counter(key for keys in behind for key in keys)
    others.update(key for other in ahead for key in other.keys)
    behind.append(page.keys)
    gone = [line for line in page.edges if others[line.key] >= _OTHERS]
    lines = sum(bool(text.strip()) for one in page.blocks for text in one.block.text.split("\n"))
    if not gone or len({(line.block, line.start) for line in gone}) >= lines:
        yield from page.blocks
        return
    for index, one in enumerate(page.blocks):
        spans = sorted({(line.start, line.end) for line in gone if line.block == index})
        if not spans:
            yield one
            continue
        cuts = without(one.block.text, spans)
        block = msgspec.structs.replace(one.block, text=cuts.text)
        yield Shortened(block, (*one.cuts, cuts), one.raw_chars)


def _edges(blocks: list[Shortened]) -> list[_Line]:
    lines = [
        (index, found.start(), found.end(), found[0].strip())
        for index, one in enumerate(blocks)
        for found in _LINE.finditer(one.block.text)
        if found[0].strip()
    ]
    sides = (("top", lines[:_EDGE_LINES]), ("bottom", lines[-_EDGE_LINES:]))
    return [
        _Line(index, start, end, (side, _DIGITS.sub("#", " ".join(text.split())).casefold()))
        for side, some in sides
        for index, start, end, text in some
        if len(text) <= _MAX_LINE
    ]
