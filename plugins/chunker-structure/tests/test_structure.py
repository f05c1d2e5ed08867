"""Sections stay apart, tables and code stay whole, and what is cut says what it belongs to."""

from skep_chunker_structure.structure import StructureChunker
from skep_contracts.plugins.parsers import Block, ChunkDraft, ChunkSpec

HEADER = "| Country | Days |\n|---|---|\n"
ROWS = "".join(f"| Country {number:02} | {number} |\n" for number in range(40)).rstrip()


def split(*blocks: Block, **spec: object) -> list[ChunkDraft]:
    return list(StructureChunker().split(iter(blocks), ChunkSpec(**spec)))  # type: ignore[arg-type]  # as given


def heading(text: str, level: int = 1) -> Block:
    return Block(text=text, kind="heading", level=level)


def table(text: str) -> Block:
    return Block(text=text, kind="table")


def test_every_section_is_a_chunk_however_short() -> None:
    chunks = split(
        heading("Handbook"),
        heading("Refunds", 2),
        Block(text="Within 14 days."),
        heading("Shipping", 2),
        Block(text="Takes a week."),
        heading("Abroad", 3),
        Block(text="Takes longer."),
    )

    assert [(chunk.heading_path, chunk.text.strip()) for chunk in chunks] == [
        (("Handbook", "Refunds"), "Handbook\n\nRefunds\n\nWithin 14 days."),
        (("Handbook", "Shipping"), "Shipping\n\nTakes a week."),
        (("Handbook", "Shipping", "Abroad"), "Abroad\n\nTakes longer."),
    ]


def test_table_and_code_are_whole_where_they_fit() -> None:
    code = "\n".join(f"line_{number} = {number}" for number in range(20))
    chunks = split(
        Block(text="word " * 40),
        Block(text=code, kind="code"),
        table(HEADER + "| Spain | 14 |"),
        max_chars=260,
        overlap_chars=50,
    )

    assert [chunk.text.strip() for chunk in chunks] == [
        ("word " * 40).strip(),
        code,
        HEADER + "| Spain | 14 |",
    ]


def test_long_table_is_cut_between_rows_below_its_header() -> None:
    chunks = split(heading("Notice"), table(HEADER + ROWS), Block(text="End."), max_chars=250)

    first, *others, last = chunks
    assert first.text.startswith("Notice\n\n" + HEADER + "| Country 00")
    assert all(chunk.text.startswith(HEADER) for chunk in others)
    assert all(chunk.text.rstrip().endswith(" |") for chunk in chunks[:-1])
    assert {chunk.heading_path for chunk in chunks} == {("Notice",)}
    assert all(len(chunk.text) <= 250 for chunk in chunks)
    assert last.text == "End."
    assert sum(chunk.text.count("| Country 2") for chunk in chunks) == 10


def test_piece_of_a_chunk_with_a_repeated_header_is_where_it_says() -> None:
    text = HEADER + ROWS

    chunks = split(table(text), max_chars=250)

    assert "".join(text[chunk.start : chunk.end] for chunk in chunks) == text
    assert all(chunk.text == HEADER + text[chunk.start : chunk.end] for chunk in chunks[1:])


def test_caption_belongs_to_the_header_and_rows_that_name_their_cells_have_none() -> None:
    captioned = "Days of notice\nCountry | Days\n" + ROWS
    named = "\n".join(f"Name: Tea {number}; Price: {number}" for number in range(40))

    assert split(table(captioned), max_chars=250)[1].text.startswith(
        "Days of notice\nCountry | Days\n|"
    )
    assert all(chunk.text.startswith("Name: ") for chunk in split(table(named), max_chars=250))


def test_long_code_is_cut_at_an_empty_line() -> None:
    function = "def one():\n" + "    work()\n" * 6
    chunks = split(
        Block(text=f"{function}\n{function}\n{function}", kind="code"),
        max_chars=180,
        overlap_chars=40,
    )

    assert [chunk.text.split("\n")[0] for chunk in chunks] == ["def one():"] * 2
    assert chunks[0].end == chunks[1].start


def test_paragraph_goes_whole_into_the_next_chunk() -> None:
    first, second = split(
        Block(text="a " * 70), Block(text="b " * 70), max_chars=200, overlap_chars=50
    )

    assert (first.text.strip(), second.text) == (("a " * 70).strip(), "b " * 70)


def test_heading_keeps_some_of_a_long_text() -> None:
    chunks = split(heading("Long"), Block(text="word " * 60), max_chars=200, overlap_chars=20)

    assert chunks[0].text.startswith("Long\n\nword word")
    assert {chunk.heading_path for chunk in chunks} == {("Long",)}
