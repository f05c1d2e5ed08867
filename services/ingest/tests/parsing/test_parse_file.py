"""Files that workflows read: every installed format, within the walls and limits of documents."""

import asyncio
from typing import Any

import msgspec
import pytest

from services.ingest.tests.indexing.test_hostile_files import install_plugin
from services.ingest.tests.stage import CALL_S, OTHER, TENANT, Stage
from skep_contracts.calls.file import ParseFile, ParseFileReply
from skep_contracts.ids import FileId
from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput, SkepError, TooLarge
from skep_contracts.values import FileRef, blob_key
from skep_ingest.parsing.markdown import MarkdownWriter
from skep_ingest.parsing.parse_file import FileParsing
from skep_testing.documents import make_pdf
from skep_testing.zip_documents import (
    make_docx,
    make_epub,
    make_open_document,
    make_pptx,
    make_xlsx,
)

WORDS = "<w:p><w:r><w:t>Bees</w:t></w:r></w:p>"
BOOK = make_xlsx({"Hive": '<row><c t="inlineStr"><is><t>bee</t></is></c></row>'})


def parsing_of(stage: Stage) -> FileParsing:
    return next(each for each in stage.ingest.answers if isinstance(each, FileParsing))


async def parse(
    stage: Stage, name: str, content: str | bytes, *, tenant: str = TENANT, mime_type: str = ""
) -> ParseFileReply:
    data = content.encode() if isinstance(content, str) else content
    await stage.bus.blobs.put(TENANT, data)
    file = FileRef(
        id=FileId("file_x"),
        name=name,
        mime_type=mime_type or "application/octet-stream",
        size_bytes=len(data),
        blob=blob_key(data),
    )
    return await stage.bus.call(
        ParseFile(file=file), tenant=tenant, reply=ParseFileReply, timeout_s=CALL_S
    )


@pytest.mark.parametrize(
    ("name", "content", "reply"),
    [
        ("a.txt", "One.\n\nTwo.", ParseFileReply(text="One.\n\nTwo.")),
        (
            "a.md",
            "Bees\n====\n\nMake *honey*.\n\n```\nx = 1\n```",
            ParseFileReply(text="# Bees\n\nMake *honey*.\n\n```\nx = 1\n```", title="Bees"),
        ),
        ("a.csv", "name,legs\nbee,6\n", ParseFileReply(text="name: bee; legs: 6")),
        ("a.json", '{\n  "a": 1\n}', ParseFileReply(text='{\n  "a": 1\n}')),
        (
            "a.html",
            "<h2>Bees</h2><p>Make honey.</p><script>x</script>",
            ParseFileReply(text="## Bees\n\nMake honey.", title="Bees"),
        ),
        (
            "a.pdf",
            make_pdf(["One.", "Two."]),
            ParseFileReply(text="One.\n\nTwo.", pages=2),
        ),
        ("a.docx", make_docx(WORDS), ParseFileReply(text="Bees")),
        (
            "a.pptx",
            make_pptx(["", "<p:sp><a:p><a:r><a:t>Bees</a:t></a:r></a:p></p:sp>"]),
            ParseFileReply(text="Bees", pages=2),
        ),
        ("a.xlsx", BOOK, ParseFileReply(text="# Hive\n\nbee", pages=1, title="Hive")),
        ("a.docm", BOOK, ParseFileReply(text="# Hive\n\nbee", pages=1, title="Hive")),
        (
            "a.odt",
            make_open_document("text", "<text:p>Bees</text:p>"),
            ParseFileReply(text="Bees"),
        ),
        (
            "a.epub",
            make_epub({"a.xhtml": "<p>Make honey."}, title="Bees"),
            ParseFileReply(text="# Bees\n\nMake honey.", title="Bees"),
        ),
        (
            "a.eml",
            "From: a@b.c\nSubject: Bees\n\nMake honey.\n",
            ParseFileReply(text="# Bees\n\nFrom: a@b.c\n\nMake honey.", title="Bees"),
        ),
        ("a.xml", "<hive><bee>Maya</bee></hive>", ParseFileReply(text="hive\n  bee: Maya")),
        ("a.srt", "1\n00:00:01,0 --> 00:00:02,0\nBuzz", ParseFileReply(text="[00:00:01] Buzz")),
        (
            "a.ipynb",
            '{"cells": [{"cell_type": "code", "source": "bee"}]}',
            ParseFileReply(text="bee"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("a.") else "",
)
async def test_every_installed_format_is_read(
    stage: Stage, name: str, content: Any, reply: ParseFileReply
) -> None:
    assert await parse(stage, name, content) == reply
    assert not [*(stage.folder / "scratch").glob("worker-*/tmp*")]


async def test_long_text_is_put_aside(stage: Stage) -> None:
    text = "\n\n".join(["honey " * 200 + "end"] * 2_000)

    reply = await parse(stage, "a.txt", text)

    assert (reply.text, reply.blob is None) == (None, False)
    assert reply.blob is not None
    stored = await stage.bus.blobs.get(TENANT, reply.blob, max_bytes=8_000_000)
    assert stored.decode() == text


@pytest.mark.parametrize(
    ("name", "content", "refused"),
    [
        ("x.zip", b"PK\x03\x04" + b"\0" * 100, (InvalidInput, "unsupported_format")),
        ("x.txt", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, (InvalidInput, "pictures_not_read")),
        ("x.txt", b"", (InvalidInput, "empty_file")),
        ("x.txt", b" \n", (InvalidInput, "document_empty")),
        ("x.pdf", b"%PDF-1.7\nnothing", (InvalidInput, "document_damaged")),
        ("x.pdf", make_docx(WORDS), (InvalidInput, "not_a_pdf")),
        ("x.txt", make_docx(WORDS), (InvalidInput, "not_text")),
        ("x.xlsx", make_epub({"a.xhtml": "x"}), (InvalidInput, "not_an_office_document")),
        ("x.epub", make_docx(WORDS), (InvalidInput, "not_an_epub")),
        ("x.pdf", make_pdf(["secret"], password="x"), (InvalidInput, "document_encrypted")),
        ("x.txt", "honey " * 1_500_000, (TooLarge, "too_much_text")),
    ],
    ids=[
        *(
            "zip",
            "picture",
            "empty",
            "blank",
            "damaged",
            "no pdf",
            "no text",
            "no workbook",
            "no book",
        ),
        *("protected", "long"),
    ],
)
async def test_file_without_text_is_refused_with_a_reason(
    stage: Stage, name: str, content: Any, refused: tuple[type[SkepError], str]
) -> None:
    error, code = refused

    with pytest.raises(error) as refusal:
        await parse(stage, name, content)

    assert refusal.value.exact_code == code


async def test_file_of_another_tenant_is_not_there(stage: Stage) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await parse(stage, "a.txt", "secret", tenant=OTHER)

    assert refusal.value.exact_code == "file_missing"


async def test_size_is_limited(stage: Stage) -> None:
    parsing = parsing_of(stage)
    parsing._max_file_bytes = 10

    with pytest.raises(TooLarge):
        await parse(stage, "a.txt", "x" * 11)


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("spin", "parser_timed_out"),
        ("eat", "parser_out_of_memory"),
        ("crash", "parser_crashed"),
        ("raise", "parser_failed"),
        ("endless", "too_much_text"),
        ("nothing", "no_text"),
    ],
)
async def test_misbehaving_parser_harms_nobody_else(stage: Stage, deed: str, code: str) -> None:
    install_plugin(stage)
    opener = parsing_of(stage)._opener
    opener.settings = msgspec.structs.replace(
        opener.settings, max_file_seconds=1 if deed == "spin" else 10, max_memory_mb=400
    )

    async with asyncio.TaskGroup() as tasks:
        bad = tasks.create_task(refused(stage, deed))
        good = tasks.create_task(parse(stage, "a.txt", "Fine."))

    assert (bad.result(), good.result().text) == (code, "Fine.")


async def refused(stage: Stage, deed: str) -> str:
    with pytest.raises(SkepError) as refusal:
        await parse(stage, "x.hostile", deed)
    return refusal.value.exact_code


def test_code_is_fenced_beside_other_text_alone() -> None:
    code = Block(text="a = '```'", kind="code")

    assert MarkdownWriter(100).write(iter([code, code])).text == "a = '```'\n\na = '```'"
    mixed = MarkdownWriter(100).write(iter([Block(text="Look:"), code])).text
    assert mixed == "Look:\n\n````\na = '```'\n````"


def test_title_is_the_outermost_heading() -> None:
    blocks = [
        Block(text=f"{level}\n!", kind="heading", level=level, page=page)
        for level, page in ((2, 1), (1, 3), (1, 4))
    ]

    found = MarkdownWriter(100).write(iter(blocks))

    assert (found.title, found.pages, found.text) == ("1 !", 4, "## 2 !\n\n# 1 !\n\n# 1 !")


async def test_pages_that_are_pictures_are_told(stage: Stage) -> None:
    whole = await parse(stage, "a.pdf", make_pdf(["one"]))
    mixed = await parse(stage, "b.pdf", make_pdf(["one", "", "three"]))

    assert whole.note == ""
    assert mixed.text == "one\n\nthree"
    assert mixed.note == "Not read, for there is a picture and no text: page 2."
