"""Splits a document at the best separator there is, and at its headings."""

from collections.abc import Iterator

from skep_chunker_general.window import Window, WindowSpec
from skep_contracts.documents.position import Position
from skep_contracts.plugins.parsers import Block, ChunkDraft, ChunkSpec
from skep_contracts.problems import FieldError, InvalidInput

_JOINT = "\n\n"
_PIECE_CHARS = 65_536
_MAX_CHARS = 100_000
_MAX_SEPARATORS = 16
_MAX_SEPARATOR_CHARS = 16


class GeneralChunker:
    """A `Chunker`. Takes time linear in the text and memory for a few chunks, whatever it is given.

    A chunk ends at the best separator in the second half of what fits, else of the first half, or
    where it is full; every chunk brings at least a quarter of its size that is new. A heading
    begins a new chunk, without overlap, unless what is pending is too short to stand alone.
    """

    def split(self, blocks: Iterator[Block], spec: ChunkSpec) -> Iterator[ChunkDraft]:
        """Yield chunks in document order, as soon as each is complete.

        Raises:
            InvalidInput: The specification cannot be followed.
        """
        check_spec(spec)
        return _split(blocks, spec)


def check_spec(spec: ChunkSpec) -> None:
    """Refuse what would make endless or countless chunks.

    Raises:
        InvalidInput: With the places at fault.
    """
    faults = []
    if not 1 <= spec.max_chars <= _MAX_CHARS:
        faults.append(("max_chars", f"is between 1 and {_MAX_CHARS:,}"))
    if not 0 <= spec.overlap_chars <= spec.max_chars // 2:
        faults.append(("overlap_chars", "is between 0 and half of max_chars"))
    if len(spec.separators) > _MAX_SEPARATORS:
        faults.append(("separators", f"are at most {_MAX_SEPARATORS}"))
    if any(not 1 <= len(each) <= _MAX_SEPARATOR_CHARS for each in spec.separators):
        faults.append(("separators", f"have 1 to {_MAX_SEPARATOR_CHARS} characters each"))
    if faults:
        raise InvalidInput(
            "The way to split documents cannot be followed: "
            + "; ".join(f"{name} {message}" for name, message in faults)
            + ".",
            errors=[FieldError(pointer=f"/{name}", message=message) for name, message in faults],
            code="invalid_chunk_spec",
        )


def _split(blocks: Iterator[Block], spec: ChunkSpec) -> Iterator[ChunkDraft]:
    position = Position()
    window = Window(WindowSpec(spec.max_chars, spec.overlap_chars, spec.separators), position)
    stands_alone = spec.max_chars // 5
    end = 0
    has_content, is_first = False, True
    for block in blocks:
        if not is_first:
            yield from window.feed(_JOINT)
            end += len(_JOINT)
        is_heading = block.kind == "heading"
        if is_heading and has_content and window.waiting_chars >= stands_alone:
            yield from window.flush()
            has_content = False
        has_content = has_content or not is_heading
        position.enter(block, end)
        for at in range(0, len(block.text), _PIECE_CHARS):
            yield from window.feed(block.text[at : at + _PIECE_CHARS])
        end += len(block.text)
        is_first = False
    yield from window.flush()
