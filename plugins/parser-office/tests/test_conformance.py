"""The parser of office documents keeps what every parser promises."""

from typing import ClassVar

from skep_contracts.plugins.parsers import Block
from skep_testing.conformance.parsers import ParserConformance
from skep_testing.zip_documents import make_docx, make_open_document, make_pptx, make_xlsx

WORD = make_docx(
    '<w:p><w:pPr><w:pStyle w:val="berschrift2"/></w:pPr><w:r><w:t>How long?</w:t></w:r></w:p>'
    '<w:p><w:r><w:t xml:space="preserve">A refund takes </w:t></w:r><w:r><w:t>14 days.</w:t></w:r>'
    "<w:r><w:br/><w:t>Or more.</w:t></w:r></w:p>"
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Spain</w:t></w:r></w:p></w:tc>"
    "<w:tc><w:p><w:r><w:t>14</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
    parts={
        "styles": '<w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>',
    },
)
DECK = make_pptx(
    [
        '<p:sp><p:nvPr><p:ph type="title"/></p:nvPr><a:p><a:r><a:t>Agenda</a:t></a:r></a:p></p:sp>',
        "<p:sp><a:p><a:r><a:t>Loose text</a:t></a:r></a:p></p:sp>",
    ]
)
BOOK = make_xlsx(
    {
        "Prices": '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
        '<row><c t="inlineStr"><is><t>Tea</t></is></c><c><v>4.5</v></c></row>'
    },
    texts=["Name", "Price"],
)
TEXT = make_open_document(
    "text", '<text:h text:outline-level="2">Kapitel</text:h><text:p>Ein<text:s/>Absatz</text:p>'
)
SHEET = make_open_document(
    "spreadsheet",
    '<table:table table:name="One"><table:table-row><table:table-cell><text:p>a</text:p>'
    '</table:table-cell><table:table-cell office:value-type="float"><text:p>1</text:p>'
    "</table:table-cell></table:table-row></table:table>",
)
SLIDES = make_open_document(
    "presentation",
    '<draw:page><draw:frame presentation:class="title"><text:p>Deck</text:p></draw:frame>'
    "<draw:frame><text:p>Words</text:p></draw:frame></draw:page>",
)
ROW = "<row>" + '<c t="inlineStr"><is><t>green tea</t></is></c><c><v>12.5</v></c>' * 3 + "</row>"


class TestConformance(ParserConformance):
    entry_point = "office"
    parser_name = "office"
    samples: ClassVar = {
        "terms.docx": WORD,
        "deck.pptx": DECK,
        "prices.xlsx": BOOK,
        "text.odt": TEXT,
        "sheet.ods": SHEET,
        "slides.odp": SLIDES,
        "wrongly-named.docx": BOOK,
    }
    expected: ClassVar = {
        "terms.docx": (
            Block(text="How long?", kind="heading", level=2),
            Block(text="A refund takes 14 days.\nOr more."),
            Block(text="Spain | 14", kind="table"),
        ),
        "deck.pptx": (
            Block(text="Agenda", kind="heading", level=1, page=1),
            Block(text="Loose text", page=2),
        ),
        "prices.xlsx": (
            Block(text="Prices", kind="heading", level=1, page=1),
            Block(text="Name: Tea; Price: 4.5", kind="table", page=1),
        ),
        "text.odt": (
            Block(text="Kapitel", kind="heading", level=2),
            Block(text="Ein Absatz"),
        ),
        "sheet.ods": (
            Block(text="One", kind="heading", level=1, page=1),
            Block(text="a | 1", kind="table", page=1),
        ),
        "slides.odp": (
            Block(text="Deck", kind="heading", level=1, page=1),
            Block(text="Words", page=1),
        ),
        "wrongly-named.docx": (
            Block(text="Prices", kind="heading", level=1, page=1),
            Block(text="Name: Tea; Price: 4.5", kind="table", page=1),
        ),
    }
    large = ("large.xlsx", make_xlsx({"Large": ROW * 30_000}, packed=False))
