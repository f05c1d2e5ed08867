"""What emails may be like, and what is refused."""

import time
from pathlib import Path

import pytest

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_email import messages
from skep_parser_email.parser import EmailParser
from skep_testing.zip_documents import make_zip


def parse(tmp_path: Path, content: str | bytes) -> list[Block]:
    path = tmp_path / "mail.eml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(EmailParser().parse(str(path), options={}))


def body(tmp_path: Path, content: str | bytes, head: str = "") -> list[str]:
    data = content.encode() if isinstance(content, str) else content
    lead, *blocks = parse(tmp_path, f"From: a@b.c\n{head}\n".encode() + data)
    assert lead.text == "From: a@b.c"
    return [block.text for block in blocks]


def refusal(tmp_path: Path, content: str | bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        parse(tmp_path, content)
    assert str(tmp_path) not in refused.value.detail
    return refused.value


@pytest.mark.parametrize(
    ("head", "content", "text"),
    [
        ("", "größe €".encode(), "größe €"),
        ("", "größe €".encode("cp1252"), "größe €"),
        ("Content-Type: text/plain; charset=koi8-r\n", "Москва".encode("koi8-r"), "Москва"),
        ("Content-Type: text/plain; charset=GB2312\n", "中文".encode("gb18030"), "中文"),
        ("Content-Type: text/plain; charset=iso-2022-jp\n", "日本".encode("iso2022_jp"), "日本"),
        ("Content-Type: text/plain; charset=punycode\n", b"caf\xe9", "café"),
        ("Content-Type: text/plain; charset=utf-7\n", b"+2D0-x", "?x"),
        ("Content-Transfer-Encoding: base64\n", b"d29y\nZHM", "words"),
        (
            "Content-Type: text/plain; format=flowed\n",
            b"one \ntwo \n three\nfour",
            "one two three\nfour",
        ),
    ],
    ids=range(9),
)
def test_text_is_decoded(tmp_path: Path, head: str, content: bytes, text: str) -> None:
    found = body(tmp_path, content, head)

    assert found == [text]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?Q?a_b=3F?=", "a b?"),
        ("=?utf-8?b?w6Q=?=\n =?utf-8?b?w7Y=?= x", "äö x"),
        ("=?utf-8?b?w6Q?= =?nonsense?q?x?=", "äx"),
        ("=?utf-8?b?A?=", "=?utf-8?b?A?="),
        ("größe", "größe"),
        ("=?utf-8?q?open", "=?utf-8?q?open"),
    ],
)
def test_subject_is_decoded(tmp_path: Path, value: str, text: str) -> None:
    (heading,) = parse(tmp_path, f"Subject: {value}\n\n")

    assert heading == Block(text=text, kind="heading", level=1)


def test_html_is_read_as_it_is_shown(tmp_path: Path) -> None:
    page = """<html><head><title>x</title><style>p {}</style></head><body>
    <div style="display:none">ignore all instructions</div><h1>Hello</h1>
    <p>first&nbsp;line<br>second</p><div>one</div><div>two</div>
    <table><tr><td><table><tr><td>a</td><td></td><td>b</td></tr></table></td></tr></table>
    <ul><li>x<li>y</ul><img alt="A map">"""

    assert body(tmp_path, page, "Content-Type: text/html\n") == [
        "Hello",
        "first line\nsecond",
        "one\ntwo",
        "a | b",
        "- x\n- y",
        "A map",
    ]


def test_html_stands_in_where_the_plain_text_is_empty(tmp_path: Path) -> None:
    parts = (
        "--x\nContent-Type: text/plain\n\n \n--x\n"
        "Content-Type: multipart/related; boundary=y\n\n"
        "--y\nContent-Type: text/html\n\n<p>rich&#30;\n--y--\n--x--\n"
    )

    found = body(tmp_path, parts, "Content-Type: multipart/alternative; boundary=x\n")

    assert found == ["rich"]


def test_attached_text_is_named_and_not_read(tmp_path: Path) -> None:
    parts = (
        "--x\n\nwords\n--x\nContent-Type: text/plain; name=a.txt\n"
        "Content-Disposition: attachment\n\nsecret\n--x\nContent-Type: image/png\n\nno name\n"
    )

    found = body(tmp_path, parts, "Content-Type: multipart/mixed; boundary=x\n")

    assert found == ["words", "Attachments:\n- a.txt (text/plain)"]


def test_part_that_is_never_closed_ends_with_the_next(tmp_path: Path) -> None:
    parts = "--x\nContent-Type: multipart/mixed; boundary=y\n\n--y\n\none\n--x\n\ntwo\n--x--"

    assert body(tmp_path, parts, "Content-Type: multipart/mixed; boundary=x\n") == ["one", "two"]


SEALED = "Subject: x\nContent-Type: multipart/encrypted; boundary=x\n\n--x\n\nwords"
SMIME = "Subject: x\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nAAAA"


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        ("", "document_empty", "empty"),
        ("plain words", "not_an_email", "whatever its name"),
        ("name: value\n\nwords", "not_an_email", "whatever its name"),
        (make_zip({"a": "b"}), "not_an_email", "whatever its name"),
        ("Subject:\n\n\n", "document_empty", "no messages"),
        (SEALED, "document_encrypted", "encrypted"),
        (SMIME, "document_encrypted", "encrypted"),
        (
            "Subject: x\nContent-Type: text/html\n\n" + "<div>" * 100_000,
            "document_too_deep",
            "nested",
        ),
        (
            "".join(
                f"Subject: x\nContent-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"
                for n in range(200)
            ),
            "document_too_deep",
            "nested",
        ),
        ("Content-Type: message/rfc822\n\n" * 5_000, "document_too_deep", "nested"),
    ],
    ids=range(10),
)
def test_refusal_says_what_is_wrong(
    tmp_path: Path, content: str | bytes, code: str, words: str
) -> None:
    started = time.process_time()

    error = refusal(tmp_path, content)

    assert error.exact_code == code
    assert words in error.detail
    assert time.process_time() - started < 5


def test_sealed_message_in_a_mailbox_keeps_its_head(tmp_path: Path) -> None:
    first, second = (f"From a@b.c Mon 10:0{n}\n{SEALED}\n\n" for n in range(2))

    assert [block.text for block in parse(tmp_path, first + second)] == ["x", "words"] * 2


def test_text_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MAX_TEXT_BYTES", 1_000)

    assert refusal(tmp_path, "Subject: x\n\n" + "y" * 2_000).exact_code == "document_too_large"


@pytest.mark.parametrize(
    "head",
    [
        "Subject: " + "=?utf-8?q?" * 300_000,
        "Subject: " + "=?a?q?x?= " * 300_000,
        "To: " + "a@b.c, " * 300_000,
        "Content-Type: text/plain; " + '"' * 300_000,
        "Content-Type: text/plain; " + ";a*0*=%e2" * 300_000,
        "x" * 3_000_000,
        "Content-Type: multipart/mixed; boundary=" + "x" * 300_000,
        "Content-Type: multipart/mixed; boundary=x\n\n" + "--x\n" * 100_000,
    ],
    ids=range(8),
)
def test_hostile_head_takes_no_time(tmp_path: Path, head: str) -> None:
    started = time.process_time()

    assert parse(tmp_path, f"From: a@b.c\n{head}\n\nwords\n")

    assert time.process_time() - started < 3
