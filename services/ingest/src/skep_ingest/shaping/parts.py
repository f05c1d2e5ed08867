"""Cuts chunks again: to a number of words, and into children."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from skep_contracts.plugins.parsers import Block, ChunkDraft, Chunker, ChunkSpec
from skep_contracts.words.tokens import tokens


class CutChunk(ChunkDraft, frozen=True, kw_only=True, omit_defaults=True):
    """A chunk, and if it is a child, which passage it is of and which part of its text."""

    parent: int | None = None
    """The position in the document of the passage's first child."""
    part: tuple[int, int] | None = None


def limited(drafts: Iterable[ChunkDraft], spec: ChunkSpec) -> Iterator[ChunkDraft]:
    """Yield the chunks, and parts of about the same size of those that have too many words."""
    most = spec.max_tokens
    if most is None:
        yield from drafts
        return
    for draft in drafts:
        for start, end in _halves(draft.text, (0, len(draft.text)), spec.separators, most):
            is_whole = end - start == len(draft.text)
            yield draft if is_whole else part_of(draft, start, end)


def children(
    drafts: Iterable[ChunkDraft], spec: ChunkSpec, chunker: Chunker
) -> Iterator[ChunkDraft]:
    """Yield the children of every chunk, in order, and none that is blank."""
    if spec.children is None:
        yield from drafts
        return
    small = ChunkSpec(
        max_chars=spec.children.max_chars,
        overlap_chars=spec.children.overlap_chars,
        separators=spec.separators,
        max_tokens=spec.max_tokens,
    )
    seq = 0
    for draft in drafts:
        parent = seq
        # A table or code keeps its lines, for that is where chunkers cut first.
        whole = iter([Block(text=draft.text)])
        for child in limited(chunker.split(whole, small), small):
            if child.text.strip():
                part = part_of(draft, child.start, child.end)
                yield CutChunk(
                    text=child.text,
                    start=part.start,
                    end=part.end,
                    page=draft.page,
                    heading_path=draft.heading_path,
                    parent=parent,
                    part=(child.start, child.end),
                )
                seq += 1


def part_of(draft: ChunkDraft, start: int, end: int) -> ChunkDraft:
    """Return a part of a chunk's text as a chunk; what was repeated before it has no place."""
    repeated = len(draft.text) - (draft.end - draft.start)
    return msgspec.structs.replace(
        draft,
        text=draft.text[start:end],
        start=draft.start + max(start - repeated, 0),
        end=draft.start + max(end - repeated, 0),
    )


_NEAR: Final = 8
"""A cut is looked for in an eighth of a text on either side of where it should be."""


def _halves(
    text: str, place: tuple[int, int], separators: tuple[str, ...], most: int
) -> Iterator[tuple[int, int]]:
    start, end = place
    count = len(tokens(text[start:end]))
    if count <= most or end - start < 2:
        yield place
        return
    parts = -(-count // most)
    wanted = start + (end - start) * (parts // 2) // parts
    wanted = min(max(wanted, start + 1), end - 1)
    cut = _cut(text, wanted, (end - start) // _NEAR, separators)
    cut = min(max(cut, start + 1), end - 1)
    yield from _halves(text, (start, cut), separators, most)
    yield from _halves(text, (cut, end), separators, most)


def _cut(text: str, wanted: int, near: int, separators: tuple[str, ...]) -> int:
    """Return the end of the best separator near a place, or the place."""
    for separator in separators:
        size = len(separator)
        found = text.rfind(separator, max(wanted - near, 0), wanted + near)
        if found >= 0:
            return found + size
    return wanted
