"""Keeps a document, or each of its pages, in one chunk."""

from collections.abc import Iterator

from skep_chunker_structure.limits import check_spec
from skep_chunker_structure.window import JOINT, Cutting, Window
from skep_contracts.documents.position import Position
from skep_contracts.plugins.parsers import Block, ChunkDraft, ChunkSpec


class DocumentChunker:
    """A `Chunker` that gives the whole document if it fits, else a chunk a page.

    What has no pages, or has too long ones, is filled up to the size and cut where blocks end.
    """

    def split(self, blocks: Iterator[Block], spec: ChunkSpec) -> Iterator[ChunkDraft]:
        """Yield chunks in document order, as soon as each is complete.

        Raises:
            InvalidInput: The specification cannot be followed.
        """
        check_spec(spec)
        return _split(blocks, spec)


def _split(blocks: Iterator[Block], spec: ChunkSpec) -> Iterator[ChunkDraft]:
    kept, fits = _read_ahead(blocks, spec.max_chars)
    position = Position()
    window = Window(spec.max_chars, position)
    cutting = Cutting(spec.separators, spec.overlap_chars)
    before: Block | None = None
    for block in _both(kept, blocks):
        if before is not None:
            yield from window.join(cutting)
            if not fits and block.page != before.page:
                yield from window.flush()
        position.enter(block, window.end)
        is_whole = len(block.text) <= spec.max_chars and window.waiting_chars * 2 >= spec.max_chars
        if is_whole and not window.has_room(len(block.text)):
            yield from window.flush()
        yield from window.feed(block.text, cutting)
        before = block
    yield from window.flush()


def _read_ahead(blocks: Iterator[Block], limit: int) -> tuple[list[Block], bool]:
    """Return the first blocks, and whether they are all and fit into one chunk."""
    kept: list[Block] = []
    length = -len(JOINT)
    for block in blocks:
        kept.append(block)
        length += len(JOINT) + len(block.text)
        if length > limit:
            return kept, False
    return kept, True


def _both(first: list[Block], then: Iterator[Block]) -> Iterator[Block]:
    yield from first
    first.clear()
    yield from then
