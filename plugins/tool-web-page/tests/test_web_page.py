"""What is read of a page, and what hostile pages can do: nothing."""

import asyncio
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.plugins.manifest import HttpResponse
from skep_contracts.plugins.tools import ToolResult
from skep_contracts.problems import InvalidInput
from skep_testing.conformance.node_context import FakeHttpClient, FakePluginContext
from skep_tool_web_page.decoding import decode
from skep_tool_web_page.reading import read_html
from skep_tool_web_page.tool import WebPageReader

URL = "https://example.org/a/b"
PAGE = """<!DOCTYPE html><html><head><title>Honey &amp;
 wax</title><style>p{}</style><script>if (a<b) document.write("<p>no</p>")</script></head>
<body><nav><a href="/home">Home</a><ul><li>Menu</ul></nav>
<main><h1>Honey</h1><p>It is <b>sweet</b>.<br>Very&nbsp;sweet.</p><!-- <p>hidden</p> -->
<ul><li>Acacia<li>Clover, see <a href='../c?x=1&amp;y=2' title="a > b">here</a></ul>
<table><tr><th>Kind<th>Price<tr><td>Acacia<td>7</table><pre>a
  b</pre><a href="javascript:alert(1)">bad</a><a href="#top">up</a></main>
<footer>Imprint</footer></body></html>"""
TEXT = """# Honey

It is sweet.
Very sweet.

- Acacia
- Clover, see [here](https://example.org/c?x=1&y=2)

| Kind | Price
| Acacia | 7

a
      b

badup"""


def answer(body: bytes | str, kind: str = "text/html; charset=utf-8", **rest: Any) -> HttpResponse:
    content = body if isinstance(body, bytes) else body.encode()
    rest = {"status": 200, "url": URL, **rest}
    return HttpResponse(headers={"content-type": kind} if kind else {}, body=content, **rest)


def call(response: HttpResponse, **arguments: Any) -> tuple[ToolResult, FakeHttpClient]:
    http = FakeHttpClient([response])
    reader = WebPageReader(FakePluginContext(http=http))
    return asyncio.run(reader.call({"url": URL, **arguments}, idempotency_key="k")), http


def test_main_part_of_a_page_is_read_as_markdown() -> None:
    page = read_html(PAGE, url=URL)

    assert page.title == "Honey & wax"
    assert page.text == TEXT


def test_page_without_a_main_part_is_read_without_its_menus() -> None:
    page = read_html("<nav>Menu</nav><div>Words</div><footer>Imprint</footer>", url=URL)

    assert page.text == "Words"


def test_page_that_is_nothing_but_a_menu_is_read_all_the_same() -> None:
    assert read_html("<nav><a href=/x>One</a>", url=URL).text == "[One](https://example.org/x)"


def test_long_page_comes_in_parts() -> None:
    words = " ".join(str(n) for n in range(1000))
    first, _ = call(answer(f"<p>{words}"), max_characters=1000)
    second, _ = call(answer(f"<p>{words}"), offset=first.data["next_offset"])

    assert first.data["text"] + second.data["text"] == words
    assert "ask with offset 1000" in first.text
    assert second.data["next_offset"] is None


def test_offset_behind_the_end_gives_nothing() -> None:
    assert "no text here" in call(answer("<p>x"), offset=50)[0].text


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("application/json", '{"a": 1}', '{"a": 1}'),
        ("application/ld+json", "[]", "[]"),
        ("text/plain", "a <b> c", "a <b> c"),
        ("", "<html><p>x", "x"),
        ("", "plain", "plain"),
    ],
)
def test_texts_of_other_kinds_come_as_they_are(kind: str, body: str, text: str) -> None:
    assert call(answer(body, kind))[0].data["text"] == text


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "video/mp4"])
def test_what_is_no_text_is_said(kind: str) -> None:
    result, _ = call(answer(b"%PDF", kind))

    assert result.is_error
    assert kind in result.text


def test_status_of_an_error_is_said() -> None:
    result, _ = call(answer("<title>Nothing</title>gone", status=404))

    assert result.is_error
    assert "404" in result.text
    assert "Nothing" in result.text


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "http://", "https://["]
)
def test_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        call(answer(""), url=url)

    assert refused.value.errors[0].pointer == "/url"


def test_scheme_may_be_left_out() -> None:
    _, http = call(answer("x"), url="example.org/x")

    assert http.sent[0].url == "https://example.org/x"


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("é".encode(), "text/html", "é"),
        ("é".encode("latin-1"), "text/html; charset=iso-8859-1", "é"),
        (b'<meta charset="windows-1252">\x80', "text/html", '<meta charset="windows-1252">€'),
        (b"\xff\xfeh\x00i\x00", "text/html; charset=utf-8", "hi"),
        (b"a\xffb", "text/html; charset=no-such", "a\ufffdb"),
        (b"a\x00\x1bb\r\nc", "text/html; charset=base64", "ab\nc"),
    ],
)
def test_bytes_are_decoded_as_told(body: bytes, content_type: str, text: str) -> None:
    assert decode(body, content_type) == text


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<a href='",
        '<a x="',
        "<!--",
        "<svg>",
        "<script>",
        "</script",
        "<title>",
        "<a href=x>",
        "<nav>",
        "<pre>\n",
        "&",
        "&#x110000;",
        "=",
        "<p" + " " * 50,
    ],
)
def test_hostile_page_is_read_in_linear_time(piece: str) -> None:
    page = piece * (300_000 // len(piece))
    begin = time.thread_time()

    read_html(page, url=URL)

    assert time.thread_time() - begin < 3.0


@given(st.text(alphabet="<>/!-=\"' abpsvgtrie&#;\n", max_size=200))
def test_any_page_gives_clean_text(source: str) -> None:
    page = read_html(source, url=URL)

    page.text.encode()
    assert "\n\n\n" not in page.text
