"""Pull consumers: a request that always waits at the server, and ordered reading on top of it."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from skep_contracts.problems import SkepError
from skep_runtime.bus.wire.connection import Connection, Listener
from skep_runtime.bus.wire.jetstream import JetStream
from skep_runtime.bus.wire.link import Frame

logger = logging.getLogger(__name__)

_HEARTBEAT_S: Final = 2.0
_SILENCE_S: Final = 5.0
_PAUSE_S: Final = 0.2
_READ_AHEAD: Final = 64
# At most 16 MiB at once: a server hangs up on a client that cannot take what it asked for.
_REQUEST: Final = (
    b'{"batch":%d,"max_bytes":16777216,"expires":30000000000,"idle_heartbeat":2000000000}'
)
# What the server calls the end of a request that was served; any other conflict is trouble.
_SERVED: Final = ("Batch Completed", "Message Size Exceeds MaxBytes")


class Position(msgspec.Struct, gc=False):
    """Where a delivered message stands."""

    delivered: int
    stream_seq: int
    consumer_seq: int
    time_ns: int
    pending: int


def position_of(reply: str) -> Position:
    """Read ``$JS.ACK.[domain.account.]stream.consumer.delivered.sseq.cseq.time.pending``."""
    tokens = reply.split(".")
    first = 4 if len(tokens) == 9 else 6
    return Position(*map(int, tokens[first : first + 5]))


class Puller:
    """Feeds `on_message` from a consumer, never more than `capacity` messages unreleased.

    A pull request waits at the server while there is room, so that a message published to an idle
    consumer arrives without a round trip. Missing heartbeats tell that a request is lost. After a
    reconnect all is requested anew, on another inbox, because the server may hold the old requests.
    """

    def __init__(
        self,
        connection: Connection,
        stream: str,
        *,
        prepare: Callable[[], Awaitable[str]],
        on_message: Callable[[Frame], None],
        capacity: int,
        on_late: Callable[[Frame], None] | None = None,
    ) -> None:
        """Prepare; `run` pulls. `prepare` makes the consumer, and returns its name.

        `on_late` gets what arrives after the request that asked for it was taken back.
        """
        self._connection = connection
        self._stream = stream
        self._prepare = prepare
        self._on_message = on_message
        self._on_late = on_late
        self._capacity = capacity
        self._loop = asyncio.get_running_loop()
        self._held = self._requested = 0
        self._heard_at = 0.0
        self._broken = asyncio.Event()
        self._inbox = self._api = ""
        self._listener: Listener | None = None
        self._is_scheduled = self._is_stopped = False

    async def run(self, name: str) -> None:
        """Pull until stopped, first from the consumer `name`, which was prepared just now."""
        self._connection.on_connect.add(self.restart)
        while not self._is_stopped:
            self._broken.clear()
            began_at = self._heard_at = self._loop.time()
            self._inbox = f"_INBOX.{self._connection.new_mark()}"
            self._api = f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{name}"
            self._listener = self._connection.subscribe(self._inbox, self._received)
            self._pull()
            await self._watch()
            self._end()
            if self._loop.time() - began_at < 1.0:
                await asyncio.sleep(_PAUSE_S)
            name = await self._prepare_again()

    async def _watch(self) -> None:
        while not self._broken.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_HEARTBEAT_S):
                    await self._broken.wait()
            if self._requested == 0:
                self._heard_at = self._loop.time()
                self._pull()
            elif self._loop.time() - self._heard_at > _SILENCE_S and self._connection.is_connected:
                return

    async def _prepare_again(self) -> str:
        pause = _PAUSE_S / 4
        while not self._is_stopped:
            try:
                return await self._prepare()
            except SkepError as error:
                about = {"stream": self._stream, "reason": str(error)}
                logger.warning("consumer not restored yet", extra=about)
            except Exception:
                logger.exception("consumer not restored", extra={"stream": self._stream})
            await asyncio.sleep(pause)
            pause = min(pause * 2, _SILENCE_S)
        return ""

    def _end(self) -> None:
        if self._listener is not None:
            self._connection.unsubscribe(self._listener, late=self._on_late)
        self._listener, self._requested = None, 0

    def restart(self) -> None:
        """Begin again with a consumer prepared anew."""
        self._broken.set()

    def stop(self) -> None:
        """Take the requests back, so that what is handed back goes to somebody else."""
        self._is_stopped = True
        self._connection.on_connect.discard(self.restart)
        self._broken.set()
        self._end()

    def release(self) -> None:
        """Say that a message is done with, which makes room for another."""
        self._held -= 1
        if not self._is_scheduled:
            self._is_scheduled = True
            self._loop.call_soon(self._pull)

    def _pull(self) -> None:
        self._is_scheduled = False
        room = self._capacity - self._held - self._requested
        if room <= 0 or self._requested > self._capacity // 2 or not self._listener:
            return
        if self._requested == 0:
            self._heard_at = self._loop.time()
        if self._connection.send(self._api, _REQUEST % room, reply=self._inbox):
            self._requested += room

    def _received(self, frame: Frame) -> None:
        self._heard_at = self._loop.time()
        status = frame.status
        if not status:
            self._requested = max(0, self._requested - 1)
            self._held += 1
            self._on_message(frame)
            self._pull()
        elif status != "100":
            unserved = frame.headers.get("Nats-Pending-Messages", "")
            left = self._requested - int(unserved) if unserved.isdigit() else 0
            self._requested = max(0, left)
            if status in {"404", "408"} or any(
                end in frame.headers.get("Description", "") for end in _SERVED
            ):
                self._pull()
            else:
                self._broken.set()


class StreamMessage(msgspec.Struct, gc=False):
    """A message of a stream, in order."""

    subject: str
    data: bytes
    seq: int
    time: datetime
    headers: dict[str, str]
    is_last: bool = False
    """Nothing newer was there when this left the server."""


class OrderedReader:
    """Reads a stream in order, without gaps or repeats, whatever happens to server and consumer.

    It holds a short-lived consumer without acknowledgements. When that is lost, or a message is
    missing, the next one starts after the last message seen.
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
        """Prepare; `messages` reads. `start`: what a consumer's configuration says of the start."""
        self.end_seq = -1
        """The stream's last sequence when reading began."""
        self._jetstream = jetstream
        self._stream = stream
        self._start = start
        self._config = {
            "filter_subjects": list(filters),
            "ack_policy": "none",
            "max_deliver": 1,
            "mem_storage": True,
            "num_replicas": 1,
            "inactive_threshold": 60_000_000_000,
            "headers_only": headers_only,
        }
        self._queue: deque[Frame] = deque()
        self._arrived = asyncio.Event()
        self._consumer_seq = self._seen_seq = self._waiting = 0
        self._name = self._created = ""
        self._puller = Puller(
            jetstream.connection,
            stream,
            prepare=self._prepare,
            on_message=self._received,
            capacity=_READ_AHEAD,
        )

    async def _prepare(self) -> str:
        while self._queue:
            self._queue.popleft()
            self._puller.release()
        self._consumer_seq = 0
        info = await self._jetstream.ask(f"STREAM.INFO.{self._stream}")
        stored_seq = int(info["state"]["last_seq"])
        if self.end_seq < 0:
            self.end_seq = stored_seq
        if self._created not in {"", info["created"]}:
            # A stream in memory begins anew with its server, and so do its sequences, however far
            # they have come by now: what it holds is all news.
            self._start, self._seen_seq = {"deliver_policy": "all"}, 0
        self._created = info["created"]
        start = self._start
        if self._seen_seq:
            start = {"deliver_policy": "by_start_sequence", "opt_start_seq": self._seen_seq + 1}
        is_lasting = info["config"]["storage"] == "file"
        if start.get("opt_start_seq", 0) > stored_seq + 1 and (self._seen_seq or not is_lasting):
            start = {"deliver_policy": "all"}  # what was seen is of a stream that was there before
        config = self._config | start
        request = {"stream_name": self._stream, "config": config}
        reply = await self._jetstream.ask(f"CONSUMER.CREATE.{self._stream}", request)
        self._waiting = int(reply["num_pending"])
        self._name = str(reply["name"])
        return self._name

    def _received(self, frame: Frame) -> None:
        self._queue.append(frame)
        self._arrived.set()

    async def messages(self) -> AsyncGenerator[StreamMessage | None, None]:
        """Yield messages for ever; None once, first, when nothing was waiting at the start.

        Raises:
            Unavailable: No server, or it refuses the stream or the filter.
        """
        name = await self._prepare()
        task = self._jetstream.tasks.create_task(self._puller.run(name))
        try:
            if self._waiting == 0:
                yield None
            while True:
                while self._queue:
                    message = self._accept(self._queue.popleft())
                    if message is not None:
                        yield message
                self._arrived.clear()
                await self._arrived.wait()
        finally:
            self._puller.stop()
            task.cancel()
            consumer = f"$JS.API.CONSUMER.DELETE.{self._stream}.{self._name}"
            self._jetstream.connection.send(consumer, b"")

    def _accept(self, frame: Frame) -> StreamMessage | None:
        position = position_of(frame.reply)
        self._puller.release()
        if position.consumer_seq != self._consumer_seq + 1:
            self._puller.restart()
            return None
        self._consumer_seq = position.consumer_seq
        self._seen_seq = position.stream_seq
        return StreamMessage(
            subject=frame.subject,
            data=frame.data,
            seq=position.stream_seq,
            time=datetime.fromtimestamp(position.time_ns / 1e9, UTC),
            headers=frame.headers,
            is_last=position.pending == 0,
        )
