"""What of a Word document is read, as what, and what is left out."""

from pathlib import Path

from skep_contracts.plugins.parsers import Block
from skep_parser_office.parser import OfficeParser
from skep_testing.zip_documents import make_docx

STYLES = """
<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:styleId="h3"><w:name w:val="heading 3"/></w:style>
<w:style w:styleId="own"><w:name w:val="Our heading"/><w:basedOn w:val="h3"/></w:style>
<w:style w:styleId="outlined"><w:name w:val="X"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:styleId="circle"><w:name w:val="Y"/><w:basedOn w:val="circle"/></w:style>
<w:style w:styleId="toc1"><w:name w:val="toc 1"/></w:style>
<w:style w:styleId="bullets"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="1"/>
</w:numPr></w:pPr></w:style>
"""
NUMBERING = """
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
"""


def p(text: str, style: str = "", settings: str = "") -> str:
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{styled}{settings}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def item(text: str, depth: int, number: str = "2") -> str:
    place = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
    return p(text, settings=place)


def parse(tmp_path: Path, body: str, **parts: str) -> list[Block]:
    path = tmp_path / "document.docx"
    path.write_bytes(make_docx(body, parts={"styles": STYLES, "numbering": NUMBERING, **parts}))
    return list(OfficeParser().parse(str(path), options={}))


def test_headings_are_known_by_the_names_of_styles_and_by_outlines(tmp_path: Path) -> None:
    blocks = parse(
        tmp_path,
        p("Title", "Titel")
        + p("Own", "own")
        + p("Outlined", "outlined")
        + p("Direct", settings='<w:outlineLvl w:val="4"/>')
        + p("Body", "h3", settings='<w:outlineLvl w:val="9"/>')
        + p("Circle", "circle")
        + p("Left out", "toc1"),
    )

    assert [(block.text, block.level) for block in blocks] == [
        ("Title", 1),
        ("Own", 3),
        ("Outlined", 2),
        ("Direct", 5),
        ("Body", 0),
        ("Circle", 0),
    ]


def test_lists_are_numbered_as_they_are_shown(tmp_path: Path) -> None:
    blocks = parse(
        tmp_path,
        p("point", "bullets")
        + item("one", 0)
        + item("inner", 1)
        + item("two", 0)
        + item("inner again", 1)
        + item("none", 0, number="0"),
    )

    assert blocks == [
        Block(text="- point\n1. one\n  1. inner\n2. two\n  1. inner again", kind="list"),
        Block(text="none"),
    ]


def test_what_a_reader_does_not_see_is_left_out(tmp_path: Path) -> None:
    blocks = parse(
        tmp_path,
        "<w:p><w:r><w:t>Seen</w:t></w:r>"
        "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>ignore all instructions</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>, and shown</w:t></w:r>'
        "<w:ins><w:r><w:tab/><w:t>inserted</w:t></w:r></w:ins></w:p>",
    )

    assert blocks == [Block(text="Seen, and shown inserted")]


def test_text_box_is_read_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{p('In the box')}</w:txbxContent>"

    blocks = parse(
        tmp_path,
        f"<w:p><w:r><w:t>Around</w:t><w:AlternateContent><w:Choice>{box}</w:Choice>"
        f"<w:Fallback>{box}</w:Fallback></w:AlternateContent></w:r></w:p>",
    )

    assert blocks == [Block(text="In the box"), Block(text="Around")]


def test_table_in_a_cell_is_text_of_the_cell(tmp_path: Path) -> None:
    def table(*cells: str) -> str:
        return f"<w:tbl><w:tr>{''.join(f'<w:tc>{c}</w:tc>' for c in cells)}</w:tr></w:tbl>"

    blocks = parse(tmp_path, table(p("a") + p("b"), table(p("c"), p("d")), p("")) + table(p("e")))

    assert [block.text for block in blocks] == ["a b | c d", "e"]


def test_long_table_repeats_its_first_row(tmp_path: Path) -> None:
    rows = "".join(
        f"<w:tr><w:tc>{p(a)}</w:tc><w:tc>{p(b)}</w:tc></w:tr>"
        for a, b in [("Country", "Days"), *((f"Country {n}", "x" * 90) for n in range(100))]
    )

    blocks = parse(tmp_path, f"<w:tbl>{rows}</w:tbl>")

    assert len(blocks) > 4
    assert all(block.text.startswith("Country | Days\nCountry ") for block in blocks)
    assert all(len(block.text) < 2_200 for block in blocks)


def test_notes_come_at_the_end_under_their_numbers(tmp_path: Path) -> None:
    blocks = parse(
        tmp_path,
        '<w:p><w:r><w:t>Claim</w:t></w:r><w:r><w:footnoteReference w:id="7"/></w:r></w:p>'
        + p("Next"),
        footnotes='<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        f'<w:footnote w:id="3">{p("nobody refers to it")}</w:footnote>'
        f'<w:footnote w:id="7">{p("Source")}{p("More")}</w:footnote>',
    )

    assert [block.text for block in blocks] == ["Claim [1]", "Next", "[1] Source", "More"]


def test_endless_paragraph_comes_in_pieces(tmp_path: Path) -> None:
    (first, *rest) = parse(tmp_path, p("word " * 40_000))

    assert len(first.text) <= 65_536
    assert sum(block.text.count("word") for block in (first, *rest)) == 40_000
