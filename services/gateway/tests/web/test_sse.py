"""Event streams, driven over ASGI without a socket."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

import msgspec
import pytest
from starlette.types import Message

from skep_contracts.problems import Gone
from skep_gateway.web import sse
from skep_gateway.web.sse import HEARTBEAT, Closing, EventStream, sse_event


class Client:
    """Takes what a stream sends; goes away when told."""

    def __init__(self, send_blocks: bool = False) -> None:
        self.gone = asyncio.Event()
        self.sent: list[Message] = []
        self._send_blocks = send_blocks

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if self._send_blocks and message["type"] == "http.response.body":
            await asyncio.Event().wait()
        self.sent.append(message)

    @property
    def body(self) -> bytes:
        return b"".join(m.get("body", b"") for m in self.sent)

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110  # what is waited for is bytes, not an event
                await asyncio.sleep(0.001)


class Source:
    """Yields what it is given, then waits; remembers that it was closed."""

    def __init__(self, *pieces: bytes, then: Exception | None = None, ends: bool = False) -> None:
        self.is_closed = False
        self.taken = 0
        self._pieces = pieces
        self._then = then
        self._ends = ends

    async def stream(self) -> AsyncGenerator[bytes, None]:
        try:
            for piece in self._pieces:
                self.taken += 1
                yield piece
            if self._then is not None:
                raise self._then
            if not self._ends:
                await asyncio.Event().wait()
        finally:
            self.is_closed = True


async def stream_to(
    client: Client,
    source: AsyncIterator[bytes],
    closing: Closing,
    *,
    heartbeat_s: float = 15.0,
    hang_up: Callable[[], None] | None = None,
) -> None:
    response = EventStream(source, closing=closing, heartbeat_s=heartbeat_s)
    scope: Any = {"type": "http", "path": "/x", "skep.trace_id": "0" * 32}
    scope[sse.HANG_UP] = hang_up
    async with asyncio.timeout(5):
        await response(scope, client.receive, client.send)


async def test_stream_is_not_buffered_or_changed_by_proxies() -> None:
    client = Client()

    await stream_to(client, Source(b"data: 1\n\n", ends=True).stream(), Closing())

    assert client.headers[b"content-type"] == b"text/event-stream; charset=utf-8"
    assert client.headers[b"cache-control"] == b"no-cache, no-transform"
    assert client.headers[b"x-accel-buffering"] == b"no"
    assert b"content-length" not in client.headers
    assert b"data: 1\n\n" in client.body
    assert client.sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


async def test_idle_stream_beats() -> None:
    client, source = Client(), Source(b"data: 1\n\n")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stream_to(client, source.stream(), Closing(), heartbeat_s=0.02))
        await client.until(lambda: client.body.count(HEARTBEAT) >= 3)
        client.gone.set()

    assert source.is_closed


async def test_client_that_goes_away_ends_the_source() -> None:
    client, source = Client(), Source(b"data: 1\n\n")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stream_to(client, source.stream(), Closing()))
        await client.until(lambda: b"data" in client.body)
        client.gone.set()

    assert source.is_closed


async def test_shutdown_ends_the_stream_in_order() -> None:
    client, source, closing = Client(), Source(b"data: 1\n\n"), Closing()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stream_to(client, source.stream(), closing))
        await client.until(lambda: b"data" in client.body)
        closing.set()

    assert source.is_closed
    assert client.sent[-1]["more_body"] is False


async def test_error_in_the_source_becomes_the_last_event() -> None:
    client = Client()
    source = Source(b"data: 1\n\n", then=Gone("The events before that are no longer kept."))

    await stream_to(client, source.stream(), Closing())

    event = client.body.split(b"event: problem\ndata: ")[1]
    problem = msgspec.json.decode(event.partition(b"\n\n")[0])
    assert problem["code"] == "gone"
    assert problem["status"] == 410
    assert problem["trace_id"] == "0" * 32


async def test_defect_in_the_source_leaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    client = Client()

    await stream_to(client, Source(then=ValueError("canary")).stream(), Closing())

    assert b"event: problem" in client.body
    assert b"canary" not in client.body
    assert "event stream failed" in caplog.text


async def test_client_that_stops_reading_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "SEND_TIMEOUT_S", 0.05)
    client = Client(send_blocks=True)
    source = Source(*[b"data: 1\n\n"] * 100)

    await stream_to(client, source.stream(), Closing(), hang_up=client.gone.set)

    assert source.is_closed
    assert client.gone.is_set()
    assert client.body == b""
    assert source.taken <= 1


async def test_slow_client_slows_its_source() -> None:
    client, source = Client(send_blocks=True), Source(*[b"data: 1\n\n"] * 1000)

    async with asyncio.TaskGroup() as tasks:
        streaming = tasks.create_task(stream_to(client, source.stream(), Closing()))
        await asyncio.sleep(0.05)
        assert source.taken <= 1
        streaming.cancel()


def test_event_is_one_line_whatever_the_text() -> None:
    event = sse_event("answer.delta", {"text": "a\nb\r\n\ndata: x\u2028"}, id="7-3")

    head, _, data = event.decode().partition("data: ")
    assert head == "id: 7-3\nevent: answer.delta\n"
    assert data.endswith("\n\n")
    assert "\n" not in data[:-2]
    assert "\r" not in data
