"""Where chunks begin and end, and what they say of their place."""

from skep_chunker_general.chunker import GeneralChunker
from skep_contracts.plugins.parsers import Block, ChunkDraft, ChunkSpec


def split(*blocks: Block, **spec: object) -> list[ChunkDraft]:
    return list(GeneralChunker().split(iter(blocks), ChunkSpec(**spec)))  # type: ignore[arg-type]  # as given


def heading(text: str, level: int = 1, page: int | None = None) -> Block:
    return Block(text=text, kind="heading", level=level, page=page)


def test_paragraph_end_is_preferred_to_sentence_and_sentence_to_word() -> None:
    text = "One two. Three four.\n\nFive six seven. Eight nine ten eleven"

    assert [c.text for c in split(Block(text=text), max_chars=30, overlap_chars=0)] == [
        "One two. Three four.\n\n",
        "Five six seven. ",
        "Eight nine ten eleven",
    ]


def test_late_sentence_end_is_preferred_to_a_paragraph_end_that_leaves_little() -> None:
    text = "Short.\n\nA much longer sentence. And another one that goes on and on"

    assert [c.text for c in split(Block(text=text), max_chars=40, overlap_chars=0)][:1] == [
        "Short.\n\nA much longer sentence. "
    ]


def test_overlap_begins_at_a_word() -> None:
    first, second, *_ = split(
        Block(text="alpha beta gamma delta " * 4), max_chars=40, overlap_chars=12
    )

    assert second.start < first.end
    assert second.text.split()[0] in {"alpha", "beta", "gamma", "delta"}


def test_heading_begins_a_chunk_and_names_what_follows() -> None:
    chunks = split(
        heading("Handbook", page=1),
        heading("Refunds", 2, page=1),
        Block(text="Within 14 days. " * 20, page=1),
        heading("Shipping", 2, page=2),
        Block(text="Takes a week. " * 25, page=2),
        heading("Abroad", 3, page=3),
        Block(text="Takes longer. " * 30, page=3),
        heading("Imprint", page=4),
        Block(text="Acme Ltd. " * 30, page=4),
    )

    assert [(c.heading_path, c.page, c.text.split("\n")[0]) for c in chunks] == [
        (("Handbook", "Refunds"), 1, "Handbook"),
        (("Handbook", "Shipping"), 2, "Shipping"),
        (("Handbook", "Shipping", "Abroad"), 3, "Abroad"),
        (("Imprint",), 4, "Imprint"),
    ]


def test_short_sections_share_a_chunk_under_the_first_ones_name() -> None:
    (chunk,) = split(
        heading("A"), Block(text="little"), heading("B"), Block(text="little more"), heading("C")
    )

    assert chunk.heading_path == ("A",)
    assert chunk.text == "A\n\nlittle\n\nB\n\nlittle more\n\nC"


def test_chunk_of_headings_alone_stands_under_the_last() -> None:
    (chunk,) = split(heading("A"), heading("B", 2))

    assert chunk.heading_path == ("A", "B")


def test_chunk_that_goes_on_keeps_its_heading_and_takes_the_page_of_its_new_text() -> None:
    chunks = split(
        heading("Long", page=1),
        Block(text="word " * 100, page=1),
        Block(text="more " * 300, page=2),
    )

    assert {chunk.heading_path for chunk in chunks} == {("Long",)}
    assert [chunk.page for chunk in chunks] == [1, 2, 2]


def test_letter_keeps_its_accents() -> None:
    chunks = split(Block(text="e\u0301" * 50), max_chars=31, overlap_chars=7, separators=("|",))

    assert not any(chunk.text.startswith("\u0301") for chunk in chunks)
