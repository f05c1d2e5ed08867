"""Writes documents that are zip archives, for tests: office files and books, part by part."""

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Final

_OPEN_XML: Final = "http://schemas.openxmlformats.org"
_OFFICE_TYPES: Final = "application/vnd.openxmlformats-officedocument"
_WORD: Final = f'xmlns:w="{_OPEN_XML}/wordprocessingml/2006/main"'
_SHEET: Final = f'xmlns="{_OPEN_XML}/spreadsheetml/2006/main"'
_SLIDE: Final = (
    f'xmlns:p="{_OPEN_XML}/presentationml/2006/main" xmlns:a="{_OPEN_XML}/drawingml/2006/main"'
)
_REFERENCE: Final = f'xmlns:r="{_OPEN_XML}/officeDocument/2006/relationships"'
_OPEN_DOCUMENT: Final = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text", "table", "draw", "presentation", "style")
)


def make_zip(parts: Mapping[str, str | bytes], *, packed: bool = True) -> bytes:
    """Return an archive of these parts, the same bytes every time."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            archive.writestr(info, content)
    return file.getvalue()


def make_docx(body: str, *, parts: Mapping[str, str] | None = None, packed: bool = True) -> bytes:
    """Return a Word document.

    Args:
        body: What stands in the body, of elements with the prefix ``w``.
        parts: The content of other parts by kind, such as ``styles`` or ``footnotes``.
        packed: Whether it is compressed.
    """
    others = {
        kind: f"<w:{kind} {_WORD}>{content}</w:{kind}>" for kind, content in (parts or {}).items()
    }
    return make_zip(
        {
            **_package("word/document.xml", "wordprocessingml.document"),
            "word/_rels/document.xml.rels": _relationships({k: f"{k}.xml" for k in others}),
            "word/document.xml": f"<w:document {_WORD}><w:body>{body}</w:body></w:document>",
            **{f"word/{kind}.xml": content for kind, content in others.items()},
        },
        packed=packed,
    )


def make_pptx(
    slides: Sequence[str],
    *,
    notes: Mapping[int, str] | None = None,
    hidden: Sequence[int] = (),
) -> bytes:
    """Return a presentation.

    Args:
        slides: What stands in the tree of shapes of each.
        notes: The same of the notes, by the number of their slide.
        hidden: The numbers of slides that are not shown.
    """
    numbers = range(1, len(slides) + 1)
    listed = "".join(f'<p:sldId id="{255 + n}" r:id="slide{n}"/>' for n in numbers)
    parts: dict[str, str | bytes] = {
        **_package("ppt/presentation.xml", "presentationml.presentation"),
        "ppt/presentation.xml": f"<p:presentation {_SLIDE} {_REFERENCE}>"
        f"<p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": _relationships(
            {f"slide{n}": f"slides/slide{n}.xml" for n in numbers}
        ),
    }
    for number, shapes in enumerate(slides, 1):
        parts[f"ppt/slides/slide{number}.xml"] = _slide(
            "sld", shapes, ' show="0"' if number in hidden else ""
        )
    for number, shapes in (notes or {}).items():
        parts[f"ppt/notesSlides/notes{number}.xml"] = _slide("notes", shapes)
        parts[f"ppt/slides/_rels/slide{number}.xml.rels"] = _relationships(
            {"notesSlide": f"../notesSlides/notes{number}.xml"}
        )
    return make_zip(parts)


def make_xlsx(
    sheets: Mapping[str, str],
    *,
    texts: Sequence[str] = (),
    styles: str = "",
    hidden: Sequence[str] = (),
    packed: bool = True,
) -> bytes:
    """Return a workbook.

    Args:
        sheets: The rows of each, as XML, by name.
        texts: What cells of the type ``s`` refer to.
        styles: What stands in the part of styles.
        hidden: The names of sheets that are not shown.
        packed: Whether it is compressed.
    """
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="sheet{n}"'
        f"{' state=' + chr(34) + 'hidden' + chr(34) if name in hidden else ''}/>"
        for n, name in enumerate(sheets, 1)
    )
    shared = "".join(f"<si><t>{text}</t></si>" for text in texts)
    targets = {f"sheet{n}": f"worksheets/sheet{n}.xml" for n in range(1, len(sheets) + 1)}
    return make_zip(
        {
            **_package("xl/workbook.xml", "spreadsheetml.sheet"),
            "xl/workbook.xml": f"<workbook {_SHEET} {_REFERENCE}><sheets>{listed}</sheets>"
            "</workbook>",
            "xl/_rels/workbook.xml.rels": _relationships(
                {**targets, "sharedStrings": "sharedStrings.xml", "styles": "styles.xml"}
            ),
            "xl/sharedStrings.xml": f"<sst {_SHEET}>{shared}</sst>",
            "xl/styles.xml": f"<styleSheet {_SHEET}>{styles}</styleSheet>",
            **{
                f"xl/worksheets/sheet{n}.xml": f"<worksheet {_SHEET}><sheetData>{rows}</sheetData>"
                "</worksheet>"
                for n, rows in enumerate(sheets.values(), 1)
            },
        },
        packed=packed,
    )


def make_open_document(kind: str, content: str, *, styles: str = "", manifest: str = "") -> bytes:
    """Return an OpenDocument file.

    Args:
        kind: ``text``, ``presentation`` or ``spreadsheet``.
        content: What stands in the element of that name.
        styles: Its automatic styles.
        manifest: What the manifest holds.
    """
    return make_zip(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
            "content.xml": f"<office:document-content {_OPEN_DOCUMENT}>"
            f"<office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:{kind}>{content}</office:{kind}></office:body>"
            "</office:document-content>",
        }
    )


def make_epub(
    chapters: Mapping[str, str | bytes],
    *,
    title: str = "",
    spine: Sequence[str] | None = None,
    parts: Mapping[str, str] | None = None,
    packed: bool = True,
) -> bytes:
    """Return a book.

    Args:
        chapters: The pages by name, as they stand in the folder ``OEBPS``.
        title: What the book says it is called.
        spine: The names in the order of reading; that of `chapters` when left out.
        parts: More of the archive, by name.
        packed: Whether it is compressed.
    """
    items = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(chapters)
    )
    identifiers = {name: f"c{n}" for n, name in enumerate(chapters)}
    order = "".join(
        f'<itemref idref="{identifiers.get(name, name)}"/>'
        for name in (chapters if spine is None else spine)
    )
    named = f"<dc:title>{title}</dc:title>" if title else ""
    return make_zip(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:'
            'container"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
            "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
            f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{named}</metadata>'
            f"<manifest>{items}</manifest><spine>{order}</spine></package>",
            **{f"OEBPS/{name}": page for name, page in chapters.items()},
            **(parts or {}),
        },
        packed=packed,
    )


def _package(part: str, kind: str) -> dict[str, str | bytes]:
    return {
        "[Content_Types].xml": f'<Types xmlns="{_OPEN_XML}/package/2006/content-types">'
        f'<Override PartName="/{part}" ContentType="{_OFFICE_TYPES}.{kind}.main+xml"/></Types>',
        "_rels/.rels": _relationships({"officeDocument": part}),
    }


def _relationships(targets: Mapping[str, str]) -> str:
    """Return relationships whose identifiers are their kinds."""
    found = "".join(
        f'<Relationship Id="{kind}" Type="{_OPEN_XML}/officeDocument/2006/relationships/{kind}" '
        f'Target="{target}"/>'
        for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{_OPEN_XML}/package/2006/relationships">{found}</Relationships>'


def _slide(kind: str, shapes: str, attributes: str = "") -> str:
    return (
        f"<p:{kind} {_SLIDE}{attributes}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:{kind}>"
    )
