import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_runtime.bus.wire.protocol import (
    Frame,
    Link,
    Server,
    encode_headers,
    parse_headers,
    parse_servers,
)
from skep_runtime.bus.wire.pulling import Position, position_of

payloads = st.binary(max_size=300) | st.sampled_from([b"\r\n", b"MSG a 1 2\r\n", b"PING\r\n"])


def wire_form(frame: Frame) -> bytes:
    reply = frame.reply + b" " if frame.reply else b""
    size = len(frame.head) + len(frame.data)
    if frame.head:
        line = b"HMSG %b 7 %b%d %d\r\n" % (frame.subject, reply, len(frame.head), size)
    else:
        line = b"MSG %b 7 %b%d\r\n" % (frame.subject, reply, size)
    return line + frame.head + frame.data + b"\r\n"


@given(
    frames=st.lists(
        st.builds(
            Frame,
            subject=st.sampled_from([b"a", b"skep.v1.event.t.run.r.began"]),
            reply=st.sampled_from([b"", b"_INBOX.x.1"]),
            head=st.sampled_from([b"", b"NATS/1.0\r\nA: b\r\n\r\n", b"NATS/1.0 503\r\n\r\n"]),
            data=payloads,
        ),
        max_size=8,
    ),
    cuts=st.lists(st.integers(min_value=1, max_value=400), max_size=20),
)
def test_frames_arrive_whole_however_the_bytes_are_cut(
    frames: list[Frame], cuts: list[int]
) -> None:
    async def feed() -> list[Frame]:
        received: list[Frame] = []
        link = Link(
            lambda _sid, frame: received.append(frame), lambda _info: None, lambda _link, _why: None
        )
        data = b"".join(wire_form(frame) for frame in frames)
        for cut in cuts:
            link.data_received(data[:cut])
            data = data[cut:]
        link.data_received(data)
        return received

    assert asyncio.run(feed()) == frames


@given(
    st.dictionaries(
        st.from_regex(r"[A-Za-z-]{1,12}", fullmatch=True),
        st.text(st.characters(codec="utf-8", categories=["L", "N", "P"])),
    )
)
def test_headers_parse_back(headers: dict[str, str]) -> None:
    assert parse_headers(encode_headers(headers)) == headers


@pytest.mark.parametrize("value", ["a\r\nB: c", "a\nb", "a\rb", "a\0b"])
def test_header_that_would_forge_another_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="control"):
        encode_headers({"A": value})


def test_status_of_a_server_message_is_told_from_headers() -> None:
    assert Frame(b"s", b"", b"NATS/1.0 404 No Messages\r\n\r\n", b"").status == b"404"
    assert Frame(b"s", b"", b"NATS/1.0\r\nStatus: 404\r\n\r\n", b"").status == b""
    assert Frame(b"s", b"", b"", b"").status == b""


def test_url_lists_servers_with_their_credentials() -> None:
    assert parse_servers("nats://a:1, tls://u:p%40@b ,c") == [
        Server("a", 1),
        Server("b", 4222, is_tls=True, user="u", password="p@"),
        Server("c", 4222),
    ]


@pytest.mark.parametrize("url", ["http://a", "nats://", "", "nats://a:x"])
def test_url_that_names_no_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        parse_servers(url)


@pytest.mark.parametrize(
    "reply", [b"$JS.ACK.S.c.2.11.5.1700.3", b"$JS.ACK.dom.acc.S.c.2.11.5.1700.3.rnd"]
)
def test_position_is_read_from_both_forms_of_reply_subject(reply: bytes) -> None:
    assert position_of(reply) == Position(2, 11, 5, 1700, 3)
