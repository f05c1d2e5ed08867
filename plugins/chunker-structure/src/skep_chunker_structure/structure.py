"""Splits a document by its sections, and keeps tables and code whole."""

from collections.abc import Iterator

from skep_chunker_structure.limits import check_spec
from skep_chunker_structure.tables import split_table
from skep_chunker_structure.window import Cutting, Window
from skep_contracts.documents.position import Position
from skep_contracts.plugins.parsers import Block, ChunkDraft, ChunkSpec

_LINES = ("\n\n", "\n")


class StructureChunker:
    """A `Chunker` for documents with headings, tables and code.

    A chunk is a section or a part of one. Blocks are kept whole where they fit; see the README for
    what is cut otherwise, and where.
    """

    def split(self, blocks: Iterator[Block], spec: ChunkSpec) -> Iterator[ChunkDraft]:
        """Yield chunks in document order, as soon as each is complete.

        Raises:
            InvalidInput: The specification cannot be followed.
        """
        check_spec(spec)
        return _Section(spec).split(blocks)


class _Section:
    """What is known of the section that a document is in."""

    def __init__(self, spec: ChunkSpec) -> None:
        self._limit = spec.max_chars
        self._position = Position()
        self._window = Window(spec.max_chars, self._position)
        self._prose = Cutting(spec.separators, spec.overlap_chars)
        self._items = Cutting(("\n", *spec.separators), spec.overlap_chars)
        self._code = Cutting((*_LINES, *spec.separators))
        self._has_content = False

    def split(self, blocks: Iterator[Block]) -> Iterator[ChunkDraft]:
        is_first = True
        for block in blocks:
            if not is_first:
                yield from self._window.join(self._prose)
            is_first = False
            is_heading = block.kind == "heading"
            if is_heading and self._has_content:
                yield from self._window.flush()
                self._has_content = False
            self._has_content = self._has_content or not (is_heading or not block.text)
            self._position.enter(block, self._window.end)
            yield from self._take(block)
        yield from self._window.flush()

    def _take(self, block: Block) -> Iterator[ChunkDraft]:
        window, text = self._window, block.text
        if window.has_room(len(text)):
            window.append(text)
            return
        fits_alone = len(text) <= self._limit
        if block.kind in {"table", "code"} and fits_alone:
            yield from window.flush()
            window.append(text)
        elif block.kind == "table":
            yield from split_table(text, window, self._limit)
        elif block.kind == "code":
            yield from window.feed(text, self._code)
        else:
            # Whole beside a full chunk, cut to fill an empty one: a heading keeps some text.
            if fits_alone and window.waiting_chars >= self._limit // 2:
                yield from window.flush()
            yield from window.feed(text, self._items if block.kind == "list" else self._prose)
