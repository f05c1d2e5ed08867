"""What of presentations is read."""

from pathlib import Path

from skep_contracts.plugins.parsers import Block
from skep_parser_office.parser import OfficeParser
from skep_testing.zip_documents import make_open_document, make_pptx


def shape(*paragraphs: str, place: str | None = None) -> str:
    kind = f"<p:nvPr><p:ph{f' type={chr(34)}{place}{chr(34)}' if place else ''}/></p:nvPr>"
    return f"<p:sp>{kind if place is not None else ''}{''.join(paragraphs)}</p:sp>"


def p(text: str, settings: str = "") -> str:
    return f"<a:p>{settings}<a:r><a:t>{text}</a:t></a:r></a:p>"


def parse(tmp_path: Path, content: bytes) -> list[Block]:
    path = tmp_path / "slides"
    path.write_bytes(content)
    return list(OfficeParser().parse(str(path), options={}))


def test_title_leads_its_slide_and_notes_end_it(tmp_path: Path) -> None:
    blocks = parse(
        tmp_path,
        make_pptx(
            [
                shape(p("Body"), p("deeper", '<a:pPr lvl="1"/>'), place="")
                + shape(p("Company"), place="ftr")
                + shape(p("7"), place="sldNum")
                + shape(p("Plan"), place="ctrTitle")
                + shape(p("Loose"), p("bullet", '<a:pPr><a:buChar char="x"/></a:pPr>')),
                shape(p("Second"), place="title"),
            ],
            notes={
                1: shape(p("Say hello"), p("and bow"), place="body") + shape(p("1"), place="sldNum")
            },
        ),
    )

    assert blocks == [
        Block(text="Plan", kind="heading", level=1, page=1),
        Block(text="- Body\n  - deeper", kind="list", page=1),
        Block(text="Loose", page=1),
        Block(text="- bullet", kind="list", page=1),
        Block(text="Notes: Say hello", page=1),
        Block(text="and bow", page=1),
        Block(text="Second", kind="heading", level=1, page=2),
    ]


def test_tables_and_numbered_lines(tmp_path: Path) -> None:
    numbered = "<a:pPr><a:buAutoNum/></a:pPr>"
    table = f"<a:tbl><a:tr><a:tc>{p('a')}</a:tc><a:tc>{p('b')}</a:tc></a:tr></a:tbl>"

    blocks = parse(tmp_path, make_pptx([shape(p("x", numbered), p("y", numbered)) + table]))

    assert [(block.kind, block.text) for block in blocks] == [
        ("list", "1. x\n2. y"),
        ("table", "a | b"),
    ]


def test_hidden_slide_is_left_out_and_still_counted(tmp_path: Path) -> None:
    deck = make_pptx([shape(p("never")), shape(p("Shown"))], hidden=[1])

    assert parse(tmp_path, deck) == [Block(text="Shown", page=2)]


def test_open_document_presentation(tmp_path: Path) -> None:
    blocks = parse(
        tmp_path,
        make_open_document(
            "presentation",
            '<draw:page><draw:frame presentation:class="title"><text:p>Plan</text:p></draw:frame>'
            '<draw:frame presentation:class="outline">'
            "<text:list><text:list-item><text:p>one</text:p>"
            "<text:list><text:list-item><text:p>two</text:p></text:list-item></text:list>"
            "</text:list-item></text:list></draw:frame>"
            '<draw:frame presentation:class="footer"><text:p>Company</text:p></draw:frame>'
            '<presentation:notes><draw:frame presentation:class="notes"><text:p>Say hello</text:p>'
            "</draw:frame></presentation:notes></draw:page>"
            "<draw:page><draw:frame><text:p>Last</text:p></draw:frame></draw:page>",
        ),
    )

    assert blocks == [
        Block(text="Plan", kind="heading", level=1, page=1),
        Block(text="- one\n  - two", kind="list", page=1),
        Block(text="Notes: Say hello", page=1),
        Block(text="Last", page=2),
    ]


def test_hidden_pages_of_open_document_are_left_out(tmp_path: Path) -> None:
    slides = make_open_document(
        "presentation",
        '<draw:page draw:style-name="h"><draw:frame><text:p>never</text:p></draw:frame></draw:page>'
        '<draw:page draw:style-name="s"><draw:frame><text:p>Shown</text:p></draw:frame>'
        "</draw:page>",
        styles='<style:style style:name="h"><style:drawing-page-properties '
        'presentation:visibility="hidden"/></style:style><style:style style:name="s"/>',
    )
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    cells = f"<table:table-row>{cell}</table:table-row>"
    sheets = make_open_document(
        "spreadsheet",
        f'<table:table table:name="A" table:style-name="h">{cells.format("never")}</table:table>'
        f'<table:table table:name="B">{cells.format("Shown")}</table:table>',
        styles='<style:style style:name="h"><style:table-properties table:display="false"/>'
        "</style:style>",
    )

    assert parse(tmp_path, slides) == [Block(text="Shown", page=2)]
    assert [(block.text, block.page) for block in parse(tmp_path, sheets)] == [
        ("B", 2),
        ("Shown", 2),
    ]
