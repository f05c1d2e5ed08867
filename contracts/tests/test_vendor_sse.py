"""Events come out the same wherever the bytes were split."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.vendor_wire.sse import MAX_EVENT_BYTES, Event, EventParser, EventTooLargeError

STREAM = (
    "\ufeffdata: one\n\n: a comment\ndata: tw\ndata:o\n\nevent: error\r\ndata: three\r\n\r\n"
    'id: 7\rretry: 10\rdata: {"é": "日"}\r\rdata\n\n\n\nevent: lost\n\ndata: last\n\n'
).encode()
EVENTS = [
    Event(b"", b"one"),
    Event(b"", b"tw\no"),
    Event(b"error", b"three"),
    Event(b"", '{"é": "日"}'.encode()),
    Event(b"", b""),
    Event(b"", b"last"),
]


def parse(*pieces: bytes) -> list[Event]:
    parser = EventParser()
    events = [event for piece in pieces for event in parser.feed(piece)]
    return events + parser.end()


def test_every_form_of_line_and_field_is_understood() -> None:
    assert parse(STREAM) == EVENTS


def test_bytes_may_come_one_by_one() -> None:
    assert parse(*(STREAM[i : i + 1] for i in range(len(STREAM)))) == EVENTS


@given(st.lists(st.integers(min_value=0, max_value=len(STREAM)), max_size=12))
def test_splits_do_not_matter(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]

    assert parse(*(STREAM[a:b] for a, b in itertools.pairwise(edges))) == EVENTS


@given(st.lists(st.binary(max_size=20)))
def test_garbage_never_breaks_the_parser(pieces: list[bytes]) -> None:
    parse(*pieces)


def test_usual_form_takes_the_quick_way_with_the_same_result() -> None:
    piece = b'data: {"a":1}\n\ndata: {"b":2}\n\n'

    assert parse(piece) == parse(*(piece[i : i + 1] for i in range(len(piece))))


def test_event_without_its_empty_line_is_taken_at_the_end() -> None:
    assert parse(b"data: a\n\ndata: b") == [Event(b"", b"a"), Event(b"", b"b")]


def test_event_without_end_is_refused() -> None:
    parser = EventParser()

    parser.feed(b"x" * MAX_EVENT_BYTES)

    with pytest.raises(EventTooLargeError):
        parser.feed(b"x")


def test_long_event_in_small_pieces_takes_linear_time() -> None:
    parser = EventParser()
    for _ in range(200_000):
        assert parser.feed(b"x" * 10) == []

    assert parser.feed(b"\n") == []
