"""Takes out of blocks what the cleaning rules of a dataset name."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from skep_contracts.plugins.parsers import Block, CleaningRule
from skep_ingest.shaping.page_furniture import without_furniture
from skep_ingest.shaping.places import Cuts, Piece, Shortened, without

# Each takes time linear in the text, whatever the text is.
_URL: Final = re.compile(
    r"(?<![\w/])(?:(?:https?|ftp)://|www\.)[^\s<>\"]*[^\s<>\".,;:!?)\]}'’»]", re.IGNORECASE
)
_EMAIL: Final = re.compile(
    r"(?<![\w.%+-])[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
)
_BLANK: Final = re.compile(r"[^\S\n]+|\n{3,}")
_KEEP_SPACES: Final = frozenset({"code", "table"})
"""Spaces mean something there: indents and columns."""


def cleaned(blocks: Iterable[Block], rules: Iterable[CleaningRule]) -> Iterator[Shortened]:
    """Yield every block as it is after the rules, lazily; a block may be left empty."""
    wanted = frozenset(rules)
    plain = (Shortened(block, (), len(block.text)) for block in blocks)
    shortened = without_furniture(plain) if "remove_page_furniture" in wanted else plain
    patterns = [
        pattern
        for rule, pattern in (("remove_urls", _URL), ("remove_emails", _EMAIL))
        if rule in wanted
    ]
    for one in shortened:
        kept = one
        for pattern in patterns:
            spans = [found.span() for found in pattern.finditer(kept.block.text)]
            kept = shorter(kept, without(kept.block.text, spans)) if spans else kept
        if "collapse_whitespace" in wanted and kept.block.kind not in _KEEP_SPACES:
            cuts = Cuts(_collapsed(kept.block.text))
            kept = shorter(kept, cuts) if len(cuts.text) < len(kept.block.text) else kept
        yield kept


def shorter(one: Shortened, cuts: Cuts) -> Shortened:
    """Return a block after one more cut."""
    block = msgspec.structs.replace(one.block, text=cuts.text)
    return Shortened(block, (*one.cuts, cuts), one.raw_chars)


def _collapsed(text: str) -> Iterator[Piece]:
    """Yield a text with one space, or one empty line, where there were several; none at its ends.

    Spaces at the ends of lines go, too.
    """
    at = 0
    for found in _BLANK.finditer(text):
        start, end = found.span()
        yield Piece(text[at:start], at)
        at = end
        is_at_edge = start == 0 or end == len(text)
        if found[0][0] == "\n":
            yield Piece("\n\n", start)
        elif not (is_at_edge or text[end] == "\n" or text[start - 1] == "\n"):
            yield Piece(" ", start)
    yield Piece(text[at:], at)
