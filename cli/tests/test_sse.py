"""The reader of server-sent events."""

from collections.abc import AsyncIterator

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from skep_cli.sse import ServerEvent, read_events


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_comments_and_other_fields_are_dropped() -> None:
    stream = pieces(b": beat\n\nretry: 5\nid: 3-0\nevent: node.started\ndata: {}\n\n")

    events = [event async for event in read_events(stream)]

    assert events == [ServerEvent("3-0", "node.started", {})]


async def test_unfinished_event_is_not_given_out() -> None:
    events = [event async for event in read_events(pieces(b'id: 1\ndata: {"a"'))]

    assert events == []


@given(texts=st.lists(st.text(max_size=20), max_size=5), cut=st.integers(1, 7))
async def test_events_survive_any_split(texts: list[str], cut: int) -> None:
    wire = b"".join(
        f"id: {n}\nevent: e\ndata: {msgspec.json.encode(text).decode()}\n\n".encode()
        for n, text in enumerate(texts)
    )
    parts = [wire[at : at + cut] for at in range(0, len(wire), cut)]

    events = [event async for event in read_events(pieces(*parts))]

    assert [event.data for event in events] == texts
    assert [event.id for event in events] == [str(n) for n in range(len(texts))]
