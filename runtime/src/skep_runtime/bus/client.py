"""The bus as services see it: one object, one connection."""

import asyncio
import logging
import math
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final, Self, TypeVar

import msgspec
from opentelemetry import propagate
from skep_contracts import subjects, topology
from skep_contracts.envelope import MAX_MESSAGE_BYTES, Call, Command, Envelope, Event, Reply, wrap
from skep_contracts.problems import TooLarge
from skep_contracts.topology import BucketSpec, ConsumerSpec, StreamSpec

from skep_runtime.bus.blobs import Blobs
from skep_runtime.bus.calls import Calls, Incoming
from skep_runtime.bus.connection import Connection
from skep_runtime.bus.consuming import Consumer, Delivery
from skep_runtime.bus.jetstream import JetStream
from skep_runtime.bus.journal import Journal
from skep_runtime.bus.keyvalue import KeyValue
from skep_runtime.bus.protocol import BusSettings, Frame, encode_headers
from skep_runtime.bus.pulling import OrderedReader, StreamMessage
from skep_runtime.bus.topology import ensure

logger = logging.getLogger(__name__)
C = TypeVar("C", bound=Call)
R = TypeVar("R", bound=Reply)

_LIVE_BACKLOG_BYTES: Final = 16 * 1024 * 1024
_DRAIN_S: Final = 5.0
_PIPELINE: Final = 256


class Published(msgspec.Struct, frozen=True):
    """Where a message is stored; a duplicate is where the first one went."""

    seq: int
    is_duplicate: bool


class CoreMessage(msgspec.Struct, frozen=True, gc=False):
    """A message that is not stored. `is_gap` ones carry nothing and say that some may be missing."""

    subject: str
    data: bytes
    is_gap: bool = False


class Bus:
    """Everything a service says and hears. Made by `connect`."""

    def __init__(self, settings: BusSettings, *, service: str) -> None:
        """Prepare; use `connect`."""
        self._settings = settings
        self._service = service
        self._connection = Connection(settings, name=f"skep-{service}")
        self._closing = asyncio.Event()
        self._root: asyncio.Task[None] | None = None
        self._jetstream: JetStream
        self._calls: Calls
        self.journal: Journal
        self.blobs: Blobs

    @classmethod
    async def connect(cls, settings: BusSettings, *, service: str) -> Self:
        """Connect, waiting for the server up to `settings.connect_timeout_s`; reconnects for ever after.

        Raises:
            Unavailable: No server came, or it refuses the credentials; the text tells which and where.
        """
        bus = cls(settings, service=service)
        await bus._connection.connect(settings.connect_timeout_s)
        started = asyncio.get_running_loop().create_future()
        # The one task without a group: it is the group, and lives from here to `close`.
        bus._root = asyncio.get_running_loop().create_task(bus._live(started))
        await started
        return bus

    async def _live(self, started: asyncio.Future[None]) -> None:
        async with asyncio.TaskGroup() as tasks:
            self._jetstream = JetStream(self._connection, tasks)
            self._calls = Calls(self._connection, tasks, service=self._service)
            self.journal = Journal(self._jetstream)
            self.blobs = Blobs(self._jetstream, topology.BLOBS)
            tasks.create_task(self._connection.keep())
            tasks.create_task(self._calls.report_work())
            started.set_result(None)
            await self._closing.wait()

    async def ensure_topology(self) -> None:
        """Create or update every stream and bucket of the contracts. Safe for several processes at once."""
        await ensure(self._jetstream, replicas=self._settings.replicas)

    async def close(self) -> None:
        """Take no more calls, let those in hand finish for some seconds, send what is written, hang up."""
        if self._root is None:
            return
        await self._calls.drain(_DRAIN_S)
        await self._connection.close()
        root, self._root = self._root, None
        root.cancel()
        await asyncio.wait([root])

    @property
    def is_connected(self) -> bool:
        """Whether a server is there right now."""
        return self._connection.is_connected

    async def publish(
        self,
        payload: Event | Command,
        *,
        tenant: str,
        message_id: str | None = None,
        correlation: str | None = None,
        causation: str | None = None,
    ) -> Published:
        """Publish and wait until it is stored, through reconnects. Repeats of a `message_id` are dropped.

        Raises:
            TooLarge: More than `MAX_MESSAGE_BYTES`: store content as a blob and send its key.
            Unavailable: Not stored within half a minute.
        """
        envelope = wrap(
            payload,
            tenant=tenant,
            source=self._service,
            message_id=message_id,
            correlation=correlation,
            causation=causation,
        )
        return await self.publish_envelope(_subject_of(payload, tenant), envelope)

    async def publish_envelope(self, subject: str, envelope: Envelope) -> Published:
        """Publish what was wrapped earlier, under its own id. As `publish`."""
        ack = await self._jetstream.publish(*_encode(subject, envelope))
        return Published(ack.seq, ack.duplicate)

    async def publish_many(
        self, payloads: Sequence[tuple[Event | Command, str, str | None]]
    ) -> None:
        """Publish (payload, tenant, message id) without waiting in between; returns when all are stored."""
        for start in range(0, len(payloads), _PIPELINE):
            await self._jetstream.publish_all(
                [
                    _encode(
                        _subject_of(payload, tenant),
                        wrap(payload, tenant=tenant, source=self._service, message_id=message_id),
                    )
                    for payload, tenant, message_id in payloads[start : start + _PIPELINE]
                ]
            )

    async def call(
        self,
        call: Call,
        *,
        tenant: str,
        reply: type[R],
        timeout_s: float,
        correlation: str | None = None,
    ) -> R:
        """Ask one instance of the owner. Errors and repeats: see `Calls.call`."""
        return await self._calls.call(
            call, tenant=tenant, reply=reply, timeout_s=timeout_s, correlation=correlation
        )

    def answer(
        self,
        call_type: type[C],
        handler: Callable[[C, Incoming], Awaitable[Reply]],
        *,
        concurrency: int = 64,
    ) -> None:
        """Answer calls of a type, shared with the other instances; see `Calls.answer`."""
        self._calls.answer(call_type, handler, concurrency=concurrency)

    async def broadcast(
        self, call: Call, *, tenant: str, reply: type[R], timeout_s: float
    ) -> R | None:
        """Ask every instance; the first answer wins, None when nobody gives one in time."""
        return await self._calls.broadcast(call, tenant=tenant, reply=reply, timeout_s=timeout_s)

    def answer_broadcast(
        self, call_type: type[C], handler: Callable[[C, Incoming], Awaitable[Reply | None]]
    ) -> None:
        """Hear every call of a type; None stays silent."""
        self._calls.answer_broadcast(call_type, handler)

    async def consume(
        self,
        spec: ConsumerSpec,
        handler: Callable[[Delivery], Awaitable[None]],
        *,
        concurrency: int = 64,
    ) -> None:
        """Handle the messages of a durable consumer until cancelled, `concurrency` at a time.

        The handler returns: acknowledged. It raises a `SkepError`: terminated, redelivered with back-off
        or made a dead letter, as its `bus_outcome` says; `HandBack`: given to somebody else; `Fenced`:
        left to whoever holds it now. Anything else is a defect: back-off, then dead letter. While it runs
        the server is told so. Cancelled: messages in hand go to another worker at once.
        """
        await Consumer(self._jetstream, spec, handler, concurrency=concurrency).run()

    def publish_live(self, subject: str, data: bytes) -> None:
        """Send without waiting; dropped when no server is there or it does not keep up."""
        if self._connection.backlog_bytes < _LIVE_BACKLOG_BYTES:
            self._connection.send(subject.encode(), data)

    @asynccontextmanager
    async def subscribe(
        self, subject: str, *, max_pending: int = 65536, mark_gaps: bool = False
    ) -> AsyncIterator[AsyncIterator[CoreMessage]]:
        """Hear what is published from now on; entered when the server knows of it.

        Args:
            subject: A subject or pattern.
            max_pending: What a slow reader has not taken beyond this is dropped, the oldest first.
            mark_gaps: Also yield an empty message with `is_gap` where messages were dropped, or may have
                been lost while no server was there.
        """
        subscription = _Subscription(max_pending, mark_gaps=mark_gaps)
        sid = self._connection.subscribe(subject.encode(), subscription.received)
        self._connection.on_connect.add(subscription.reconnected)
        try:
            await self._connection.flush()
            yield subscription
        finally:
            self._connection.on_connect.discard(subscription.reconnected)
            self._connection.unsubscribe(sid)

    async def replay(
        self,
        stream: StreamSpec,
        filter_subjects: Sequence[str],
        *,
        start_seq: int | None = None,
        start_time: datetime | None = None,
        follow: bool = False,
    ) -> AsyncGenerator[StreamMessage, None]:
        """Yield what a stream holds, in order, without gaps or repeats, through reconnects.

        Ends at what was the stream's end when reading began, unless `follow`. Close the iterator
        (`contextlib.aclosing`) when you leave it early.
        """
        start: dict[str, Any] = {"deliver_policy": "all"}
        if start_seq is not None and start_seq > 0:
            start = {"deliver_policy": "by_start_sequence", "opt_start_seq": start_seq}
        elif start_time is not None:
            instant = start_time.astimezone(UTC).isoformat()
            start = {"deliver_policy": "by_start_time", "opt_start_time": instant}
        reader = OrderedReader(self._jetstream, stream.name, filter_subjects, start=start)
        async with aclosing(reader.messages()) as messages:
            async for message in messages:
                end_seq = math.inf if follow else reader.end_seq or 0
                if message is not None and message.seq <= end_seq:
                    yield message
                if not follow and (message is None or message.seq >= end_seq or message.is_last):
                    return

    def bucket(self, spec: BucketSpec) -> KeyValue:
        """Return a key-value bucket."""
        return KeyValue(self._jetstream, spec)


class _Subscription:
    def __init__(self, max_pending: int, *, mark_gaps: bool) -> None:
        self._pending: deque[CoreMessage] = deque(maxlen=max_pending)
        self._mark_gaps = mark_gaps
        self._has_gap = False
        self._arrived = asyncio.Event()

    def received(self, frame: Frame) -> None:
        if len(self._pending) == self._pending.maxlen and not self._has_gap:
            logger.warning("subscriber too slow", extra={"subject": frame.subject.decode()})
            self._has_gap = True
        self._pending.append(CoreMessage(frame.subject.decode(), frame.data))
        self._arrived.set()

    def reconnected(self) -> None:
        self._has_gap = True
        self._arrived.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> CoreMessage:
        while True:
            if self._has_gap:
                self._has_gap = False
                if self._mark_gaps:
                    return CoreMessage("", b"", is_gap=True)
            if self._pending:
                return self._pending.popleft()
            self._arrived.clear()
            await self._arrived.wait()


def _subject_of(payload: Event | Command, tenant: str) -> str:
    if isinstance(payload, Event):
        return subjects.event(tenant, payload.noun(), payload.noun_id(), payload.past())
    return subjects.command(tenant, payload.owner, payload.imperative)


def _encode(subject: str, envelope: Envelope) -> tuple[bytes, bytes, bytes]:
    data = msgspec.json.encode(envelope)
    if len(data) > MAX_MESSAGE_BYTES:
        raise TooLarge(
            f"A message of {len(data)} bytes exceeds {MAX_MESSAGE_BYTES}; store large content apart."
        )
    headers = {"Nats-Msg-Id": envelope.id}
    propagate.inject(headers)
    return subject.encode(), data, encode_headers(headers)
