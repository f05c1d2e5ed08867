"""Pages without text are pictures: given when they are asked for, told otherwise."""

from io import BytesIO
from pathlib import Path

import PIL.Image
import pytest

from skep_contracts.plugins.parsers import MAX_PICTURE_BYTES, Block
from skep_contracts.problems import InvalidInput
from skep_parser_pdf import parser as module
from skep_parser_pdf.parser import PdfParser
from skep_testing.documents import make_pdf


def parsed(folder: Path, content: bytes, *, pictures: bool) -> list[Block]:
    path = folder / "scan.pdf"
    path.write_bytes(content)
    return list(PdfParser().parse(str(path), options={"pictures": pictures}))


def test_scanned_page_is_a_jpeg_of_the_whole_page(tmp_path: Path) -> None:
    one, two = parsed(tmp_path, make_pdf(["words", ""]), pictures=True)

    image = PIL.Image.open(BytesIO(two.picture))
    assert (one.kind, one.text, one.picture) == ("page", "words", b"")
    assert (two.kind, two.text, two.page) == ("picture", "", 2)
    assert (image.format, image.size) == ("JPEG", (1414, 2000))
    lowest, highest = image.convert("L").getextrema()
    assert (lowest, highest) == (0, 255)  # the line, on paper


def test_page_that_nobody_asked_to_see_is_told(tmp_path: Path) -> None:
    _, two = parsed(tmp_path, make_pdf(["words", ""]), pictures=False)

    assert two == Block(text="", kind="picture", page=2)


def test_scan_is_no_empty_document_when_its_pages_are_asked_for(tmp_path: Path) -> None:
    blocks = parsed(tmp_path, make_pdf(["", ""]), pictures=True)

    assert [block.page for block in blocks] == [1, 2]
    with pytest.raises(InvalidInput, match="as pictures"):
        parsed(tmp_path, make_pdf(["", ""]), pictures=False)


def test_page_of_any_size_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = make_pdf([""]).replace(b"[0 0 595 842]", b"[0 0 9e3 14e3]")
    tiny = make_pdf([""]).replace(b"[0 0 595 842]", b"[0 0 2.0 3.00]")

    for content in (huge, tiny):
        (block,) = parsed(tmp_path, content, pictures=True)
        assert max(PIL.Image.open(BytesIO(block.picture)).size) <= 2_000
        assert len(block.picture) <= MAX_PICTURE_BYTES

    monkeypatch.setattr(module, "MAX_PICTURE_BYTES", 10)
    (block,) = parsed(tmp_path, make_pdf([""]), pictures=True)
    assert block.picture  # as small as it gets
