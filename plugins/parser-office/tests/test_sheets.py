"""What of workbooks and spreadsheets is read: values as they are shown, under their columns."""

from pathlib import Path

import pytest

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_office.parser import OfficeParser
from skep_parser_office.sheets import cell_values
from skep_parser_office.sheets.cell_values import CellFormats
from skep_parser_office.sheets.workbook import column_of
from skep_testing.zip_documents import make_open_document, make_xlsx

STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="[$-409]d\\-mmm\\-yy;@"/>'
    '<numFmt numFmtId="165" formatCode="#,##0.00 &quot;days&quot;"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>'
    '<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="10"/><xf numFmtId="165"/></cellXfs>'
)


def parse(tmp_path: Path, content: bytes) -> list[Block]:
    path = tmp_path / "book"
    path.write_bytes(content)
    return list(OfficeParser().parse(str(path), options={}))


def row(*cells: str) -> str:
    return f"<row>{''.join(cells)}</row>"


def text(value: str, place: str = "") -> str:
    where = f' r="{place}"' if place else ""
    return f'<c{where} t="inlineStr"><is><t>{value}</t></is></c>'


def number(value: str, style: int = 0) -> str:
    return f'<c s="{style}"><v>{value}</v></c>'


@pytest.mark.parametrize(
    ("value", "style", "shown"),
    [
        ("5", "0", "5"),
        ("0.30000000000000004", "0", "0.3"),
        ("1E3", "0", "1000"),
        ("45351", "1", "2024-02-29"),
        ("45351.5", "2", "2024-02-29 12:00"),
        ("0.75", "1", "18:00:00"),
        ("1", "1", "1900-01-01"),
        ("59", "1", "1900-02-28"),
        ("61", "1", "1900-03-01"),
        ("-3", "1", "-3"),
        ("99999999", "1", "99999999"),
        ("nan", "1", "nan"),
        ("0.125", "3", "12.5%"),
        ("7", "4", "7"),
        ("7", "99", "7"),
        ("no number", "0", "no number"),
    ],
)
def test_numbers_are_shown_as_what_they_mean(value: str, style: str, shown: str) -> None:
    formats = CellFormats()
    formats.start("numFmt", {"numFmtId": "164", "formatCode": "[$-409]d\\-mmm\\-yy;@"})
    formats.start("numFmt", {"numFmtId": "165", "formatCode": '#,##0.00 "days"'})
    formats.start("cellXfs", {})
    for form in ("0", "14", "164", "10", "165"):
        formats.start("xf", {"numFmtId": form})

    assert formats.shown(value, style, from_1904=False) == shown


def test_values_of_all_types(tmp_path: Path) -> None:
    (_, table) = parse(
        tmp_path,
        make_xlsx(
            {
                "One": row(*(text(f"c{n}") for n in range(7)))
                + row(
                    number("45351", 1),
                    number("0.5", 3),
                    '<c t="b"><v>1</v></c>',
                    '<c t="e"><v>#N/A</v></c>',
                    '<c t="str"><f>A1&amp;"x"</f><v>of a formula</v></c>',
                    '<c t="s"><v>0</v></c>',
                    '<c t="s"><v>99</v></c>',
                )
            },
            texts=["shared_x000D_\ntext"],
            styles=STYLES,
        ),
    )

    assert table.text == ("c0: 2024-02-29; c1: 50%; c2: TRUE; c4: of a formula; c5: shared text")


def test_columns_are_named_by_the_first_row_of_names(tmp_path: Path) -> None:
    blocks = parse(
        tmp_path,
        make_xlsx(
            {
                "Sales": row(text("Report for May"))
                + row(text("City", "B3"), text("Sum", "D3"))
                + row(text("Bern", "B4"), text("noted", "C4"), text("7", "D4")),
                "Years": row(text("City"), number("2021")) + row(text("Bern"), number("9")),
                "Empty": "",
                "Names": row(text("Only"), text("names")),
            }
        ),
    )

    assert [(block.page, block.text) for block in blocks] == [
        (1, "Sales"),
        (1, "Report for May\nCity: Bern; noted; Sum: 7"),
        (2, "Years"),
        (2, "City | 2021\nBern | 9"),
        (4, "Names"),
        (4, "Only | names"),
    ]


def test_hidden_sheet_is_left_out(tmp_path: Path) -> None:
    blocks = parse(
        tmp_path,
        make_xlsx({"Lists": row(text("secret")), "Shown": row(text("x"))}, hidden=["Lists"]),
    )

    assert [(block.page, block.text) for block in blocks] == [(2, "Shown"), (2, "x")]


def test_rows_come_in_blocks_that_are_no_longer_than_is_good_for_search(tmp_path: Path) -> None:
    rows = row(text("Name"), text("Note")) + row(text("Tea"), text("x" * 80)) * 200

    blocks = parse(tmp_path, make_xlsx({"One": rows}))

    assert max(len(block.text) for block in blocks) <= 2_100
    assert sum(block.text.count("Name: Tea; Note: ") for block in blocks) == 200


def test_shared_texts_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell_values, "MAX_SHARED_BYTES", 100)

    with pytest.raises(InvalidInput) as refused:
        parse(tmp_path, make_xlsx({"One": row(text("x"))}, texts=["long text"] * 20))

    assert refused.value.exact_code == "document_too_large"


@pytest.mark.parametrize(
    ("place", "column"), [("A1", 0), ("Z9", 25), ("AA1", 26), ("XFD1", 16_383), ("7", -1), ("", -1)]
)
def test_column_of_a_place(place: str, column: int) -> None:
    assert column_of(place) == column


def test_open_document_cells_that_stand_for_many(tmp_path: Path) -> None:
    def cell(value: str, times: int = 1, kind: str = "string") -> str:
        repeated = f' table:number-columns-repeated="{times}"' if times > 1 else ""
        words = f"<text:p>{value}</text:p>" if value else ""
        return f'<table:table-cell office:value-type="{kind}"{repeated}>{words}</table:table-cell>'

    def line(*cells: str) -> str:
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    (heading, table) = parse(
        tmp_path,
        make_open_document(
            "spreadsheet",
            '<table:table table:name="Stock">'
            + line(cell("City"), cell("May"), cell("June"), cell("", 16_380))
            + line(cell("Bern"), cell("4", 2, "float"), cell("", 999_999_999))
            + line(cell("", 1_000), cell("far", 9))
            + '<table:table-row table:number-rows-repeated="1048576"><table:table-cell/>'
            "</table:table-row></table:table>",
        ),
    )

    assert (heading.text, heading.page) == ("Stock", 1)
    assert table.text == "City: Bern; May: 4; June: 4\n" + "; ".join(["far"] * 9)
