"""A document is one chunk, or its pages are."""

from skep_chunker_structure.whole import DocumentChunker
from skep_contracts.plugins.parsers import Block, ChunkDraft, ChunkSpec


def split(*blocks: Block, **spec: object) -> list[ChunkDraft]:
    return list(DocumentChunker().split(iter(blocks), ChunkSpec(**spec)))  # type: ignore[arg-type]  # as given


def test_document_that_fits_is_one_chunk_whatever_its_pages() -> None:
    (chunk,) = split(
        Block(text="one", page=1), Block(text="two", page=2), max_chars=8, overlap_chars=0
    )

    assert (chunk.text, chunk.page) == ("one\n\ntwo", 1)


def test_pages_of_a_longer_document_are_chunks() -> None:
    chunks = split(
        Block(text="Title", kind="heading", level=1, page=1),
        Block(text="one", page=1),
        Block(text="two", page=2),
        max_chars=14,
        overlap_chars=0,
    )

    assert [(chunk.text.strip(), chunk.page) for chunk in chunks] == [
        ("Title\n\none", 1),
        ("two", 2),
    ]


def test_page_that_is_too_long_is_cut() -> None:
    chunks = split(
        Block(text="word " * 30, page=1), Block(text="end", page=2), max_chars=100, overlap_chars=0
    )

    assert [chunk.page for chunk in chunks] == [1, 1, 2]


def test_document_without_pages_is_filled_block_by_block() -> None:
    chunks = split(*(Block(text="x" * 40) for _ in range(5)), max_chars=100, overlap_chars=10)

    assert [len(chunk.text.strip()) for chunk in chunks] == [82, 82, 40]
