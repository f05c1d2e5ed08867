"""Pull consumers: a request that always waits at the server, and ordered reading on top of it."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from skep_contracts.problems import Unavailable

from skep_runtime.bus.connection import Connection
from skep_runtime.bus.jetstream import JetStream, JetStreamError
from skep_runtime.bus.protocol import Frame

logger = logging.getLogger(__name__)

_EXPIRES_NS: Final = 30 * 10**9
_HEARTBEAT_S: Final = 2.0
_SILENCE_S: Final = 5.0
_PAUSE_S: Final = 0.2
_READ_AHEAD: Final = 64


class Position(msgspec.Struct, gc=False):
    """Where a delivered message stands, read from its reply subject."""

    delivered: int
    stream_seq: int
    consumer_seq: int
    time_ns: int
    pending: int


def position_of(reply: bytes) -> Position:
    """Parse ``$JS.ACK.[domain.account.]stream.consumer.delivered.sseq.cseq.time.pending[.token]``."""
    tokens = reply.split(b".")
    first = 4 if len(tokens) == 9 else 6
    return Position(*map(int, tokens[first : first + 5]))


class Puller:
    """Feeds `on_message` from a consumer, never more than `capacity` messages unreleased.

    A pull request is always outstanding while there is room, so a message published to an idle consumer
    arrives without a round trip. Lost requests are noticed by missing heartbeats; after a reconnect the
    requests are made anew, on another inbox, because the server may still hold the old ones.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        stream: str,
        prepare: Callable[[], Awaitable[str]],
        on_message: Callable[[Frame], None],
        capacity: int,
    ) -> None:
        self._connection = connection
        self._stream = stream
        self._prepare = prepare
        self._on_message = on_message
        self._capacity = capacity
        self._held = 0
        self._requested = 0
        self._heard_at = 0.0
        self._broken = asyncio.Event()
        self._sid = self._inbox = self._api = b""
        self._is_scheduled = False
        self._is_stopped = False

    async def run(self) -> None:
        """Pull until cancelled or stopped; `prepare` makes the consumer and returns its name."""
        loop = asyncio.get_running_loop()
        self._connection.on_connect.add(self._broken.set)
        try:
            while not self._is_stopped:
                started_at = loop.time()
                if await self._begin():
                    await self._watch()
                    self._end()
                if loop.time() - started_at < 1.0:
                    await asyncio.sleep(_PAUSE_S)
        finally:
            self.stop()

    async def _begin(self) -> bool:
        self._broken.clear()
        try:
            name = await self._prepare()
        except (JetStreamError, Unavailable) as error:
            logger.warning(
                "consumer cannot be made", extra={"stream": self._stream, "reason": str(error)}
            )
            return False
        if self._is_stopped:
            return False
        self._inbox = self._connection.new_inbox()
        self._api = f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{name}".encode()
        self._sid = self._connection.subscribe(self._inbox, self._received)
        self._heard_at = asyncio.get_running_loop().time()
        self._pull()
        return True

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._broken.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_HEARTBEAT_S):
                    await self._broken.wait()
            if self._requested == 0:
                self._heard_at = loop.time()
                self._pull()
            elif loop.time() - self._heard_at > _SILENCE_S and self._connection.is_connected:
                return

    def _end(self) -> None:
        if self._sid:
            self._connection.unsubscribe(self._sid)
        self._sid, self._requested = b"", 0

    def restart(self) -> None:
        """Begin again with another consumer."""
        self._broken.set()

    def stop(self) -> None:
        """Take the request back, so that what is handed back goes to somebody else."""
        self._is_stopped = True
        self._connection.on_connect.discard(self._broken.set)
        self._broken.set()
        self._end()

    def release(self) -> None:
        """Say that a message is done with, which makes room for another."""
        self._held -= 1
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._pull)

    def _pull(self) -> None:
        self._is_scheduled = False
        room = self._capacity - self._held - self._requested
        if room <= 0 or self._requested > self._capacity // 2 or not self._sid:
            return
        if self._requested == 0:
            self._heard_at = asyncio.get_running_loop().time()
        request = b'{"batch":%d,"expires":%d,"idle_heartbeat":%d}' % (
            room,
            _EXPIRES_NS,
            int(_HEARTBEAT_S * 10**9),
        )
        if self._connection.send(self._api, request, reply=self._inbox):
            self._requested += room

    def _received(self, frame: Frame) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        status = frame.status
        if status:
            self._told(status, frame)
            return
        self._requested = max(0, self._requested - 1)
        self._held += 1
        self._on_message(frame)
        self._pull()

    def _told(self, status: bytes, frame: Frame) -> None:
        if status == b"100":
            return
        headers = frame.headers
        unserved = headers.get("Nats-Pending-Messages", "")
        self._requested -= int(unserved) if unserved.isdigit() else self._requested
        self._requested = max(0, self._requested)
        if status in {b"404", b"408"}:
            self._pull()
        else:
            self._broken.set()


class StreamMessage(msgspec.Struct, gc=False):
    """A message of a stream, in order. `headers` is empty for most."""

    subject: str
    data: bytes
    seq: int
    time: datetime
    headers: dict[str, str]
    is_last: bool = False
    """Nothing newer was stored when this left the server."""


class OrderedReader:
    """Reads a stream in order without gaps or repeats, through whatever happens to server and consumer.

    It holds a short-lived consumer without acknowledgements; when that is lost, or a message is missing,
    the next one starts after the last message seen.
    """

    def __init__(
        self,
        jetstream: JetStream,
        stream: str,
        filters: Sequence[str],
        *,
        start: dict[str, Any],
        headers_only: bool = False,
    ) -> None:
        self._jetstream = jetstream
        self._stream = stream
        self._config: dict[str, Any] = {
            "filter_subjects": list(filters),
            "ack_policy": "none",
            "max_deliver": 1,
            "mem_storage": True,
            "num_replicas": 1,
            "inactive_threshold": 60 * 10**9,
            "headers_only": headers_only,
        }
        self._start = start
        self._queue: deque[Frame] = deque()
        self._arrived = asyncio.Event()
        self._consumer_seq = 0
        self._seen_seq = 0
        self._name = ""
        self.waiting_at_start: int | None = None
        """How many messages the first consumer found waiting."""
        self.end_seq: int | None = None
        """The stream's last sequence when reading began."""
        self._puller = Puller(
            jetstream.connection,
            stream=stream,
            prepare=self._make,
            on_message=self._received,
            capacity=_READ_AHEAD,
        )

    async def _make(self) -> str:
        while self._queue:
            self._queue.popleft()
            self._puller.release()
        self._consumer_seq = 0
        self._config.update(await self._where_to_start())
        reply = await self._jetstream.ask(
            f"CONSUMER.CREATE.{self._stream}",
            {"stream_name": self._stream, "config": self._config},
        )
        if self.waiting_at_start is None:
            self.waiting_at_start = int(reply["num_pending"])
            self._arrived.set()
        self._name = str(reply["name"])
        return self._name

    async def _where_to_start(self) -> dict[str, Any]:
        info = await self._jetstream.ask(f"STREAM.INFO.{self._stream}")
        stored_seq = int(info["state"]["last_seq"])
        self.end_seq = stored_seq if self.end_seq is None else self.end_seq
        start = self._start
        if self._seen_seq:
            start = {"deliver_policy": "by_start_sequence", "opt_start_seq": self._seen_seq + 1}
        elif info["config"]["storage"] == "file":
            return start
        # A stream in memory begins anew with its server: what it holds then is all news.
        if start.get("opt_start_seq", 0) > stored_seq + 1:
            self._config.pop("opt_start_seq", None)
            return {"deliver_policy": "all"}
        return start

    def _received(self, frame: Frame) -> None:
        self._queue.append(frame)
        self._arrived.set()

    async def messages(self) -> AsyncGenerator[StreamMessage | None, None]:
        """Yield messages for ever; None once, first, when nothing was waiting at the start."""
        task = self._jetstream.tasks.create_task(self._puller.run())
        try:
            while self.waiting_at_start is None:
                await self._next_arrival()
            if self.waiting_at_start == 0:
                yield None
            while True:
                while self._queue:
                    message = self._accept(self._queue.popleft())
                    if message is not None:
                        yield message
                await self._next_arrival()
        finally:
            self._puller.stop()
            task.cancel()
            delete = f"$JS.API.CONSUMER.DELETE.{self._stream}.{self._name}".encode()
            self._jetstream.connection.send(delete, b"")

    async def _next_arrival(self) -> None:
        self._arrived.clear()
        if not self._queue:
            await self._arrived.wait()

    def _accept(self, frame: Frame) -> StreamMessage | None:
        position = position_of(frame.reply)
        self._puller.release()
        if position.consumer_seq != self._consumer_seq + 1:
            self._puller.restart()
            return None
        self._consumer_seq = position.consumer_seq
        self._seen_seq = position.stream_seq
        return StreamMessage(
            subject=frame.subject.decode(),
            data=frame.data,
            seq=position.stream_seq,
            time=datetime.fromtimestamp(position.time_ns / 1e9, UTC),
            headers=frame.headers if frame.head else {},
            is_last=position.pending == 0,
        )
