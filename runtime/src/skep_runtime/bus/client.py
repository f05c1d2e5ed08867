"""The bus as services see it: one object, one connection."""

import asyncio
import logging
import math
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import msgspec
from opentelemetry import propagate

from skep_contracts import subjects, topology
from skep_contracts.envelope import MAX_MESSAGE_BYTES, Call, Command, Envelope, Event, Reply, wrap
from skep_contracts.problems import TooLarge, Unavailable
from skep_contracts.topology import BucketSpec, ConsumerSpec, StreamSpec
from skep_runtime.bus.blobs import Blobs
from skep_runtime.bus.calls import Calls, Incoming
from skep_runtime.bus.consuming import Consumer, Delivery
from skep_runtime.bus.journal import Journal
from skep_runtime.bus.keyvalue import KeyValue
from skep_runtime.bus.topology import drop_consumer, ensure, prepare_consumer
from skep_runtime.bus.wire.connection import Connection
from skep_runtime.bus.wire.jetstream import DEADLINE_S, JetStream
from skep_runtime.bus.wire.link import BusSettings, Frame
from skep_runtime.bus.wire.pulling import OrderedReader, StreamMessage

logger = logging.getLogger(__name__)
C = TypeVar("C", bound=Call)
R = TypeVar("R", bound=Reply)

_LIVE_BACKLOG_BYTES: Final = 16 * 1024 * 1024
_DRAIN_S: Final = 5.0
_PIPELINE: Final = 256
_BROADCAST_CONCURRENCY: Final = 256


class Published(msgspec.Struct, frozen=True):
    """Where a message is stored; of a duplicate, where the first one is."""

    seq: int
    is_duplicate: bool


class CoreMessage(msgspec.Struct, frozen=True, gc=False):
    """A message that nobody stores. One with `is_gap` is empty: some may be missing here."""

    subject: str
    data: bytes
    is_gap: bool = False


class Bus:
    """Everything a service says and hears. Made by `connect`."""

    journal: Journal
    blobs: Blobs

    def __init__(self, settings: BusSettings, *, service: str) -> None:
        """Prepare; use `connect`."""
        self._settings = settings
        self._service = service
        self._connection = Connection(settings, name=f"skep-{service}")
        self._root: asyncio.Task[None] | None = None
        self._jetstream: JetStream
        self._calls: Calls

    @classmethod
    async def connect(cls, settings: BusSettings, *, service: str) -> Self:
        """Connect, waiting as long as the settings say; reconnects for ever afterwards.

        Raises:
            Unavailable: No server came, or it refuses us; the text says which and what to do.
        """
        for path in (settings.credentials_file, settings.tls_ca):
            if path and not Path(path).is_file():  # noqa: ASYNC240 - once, before all else
                raise Unavailable(f"The bus settings name a file that is not there: {path}.")
        try:
            bus = cls(settings, service=service)
        except ValueError as error:
            raise Unavailable(f"The bus settings are wrong: {error}.") from None
        await bus._connection.connect()
        started = asyncio.get_running_loop().create_future()
        # The one task outside a group: it holds the group, and lives until `close`.
        bus._root = asyncio.get_running_loop().create_task(bus._live(started))
        await started
        return bus

    async def _live(self, started: asyncio.Future[None]) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                self._jetstream = JetStream(self._connection, tasks)
                self._calls = Calls(self._connection, tasks, service=self._service)
                self.journal = Journal(self._jetstream)
                self.blobs = Blobs(self._jetstream, topology.BLOBS)
                tasks.create_task(self._connection.keep())
                tasks.create_task(self._calls.report_work())
                started.set_result(None)
        except ExceptionGroup:
            # A mistake in here: better not connected, which health checks see, than half alive.
            logger.critical("bus failed", exc_info=True)
            await self._connection.close()

    async def ensure_topology(self) -> None:
        """Create or update all streams and buckets; several processes may do so at once."""
        await ensure(self._jetstream, replicas=self._settings.replicas)
        # A server that was started anew has forgotten the streams it held in memory.
        self._connection.on_connect.add(self._restore_topology)

    def _restore_topology(self) -> None:
        self._jetstream.tasks.create_task(self._ensure_in_memory())

    async def _ensure_in_memory(self) -> None:
        try:
            replicas = self._settings.replicas
            await ensure(self._jetstream, replicas=replicas, in_memory_only=True)
        except Unavailable:
            logger.exception("streams in memory not restored")

    async def close(self) -> None:
        """Take no more calls, give those in hand some seconds, send what is written, hang up."""
        root, self._root = self._root, None
        if root is not None:
            await self._calls.drain(_DRAIN_S)
            await self._connection.close()
            root.cancel()
            await asyncio.wait([root])

    @property
    def service(self) -> str:
        """Who speaks: the source of its envelopes, and of those that wait in an outbox."""
        return self._service

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
        """Publish and wait until it is stored, through reconnects. A known `message_id` is dropped.

        Raises:
            TooLarge: More than `MAX_MESSAGE_BYTES`: store large content as a blob.
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
        """Publish what was wrapped earlier, under its own id. Otherwise as `publish`."""
        ack = await self._jetstream.publish(*_encode(subject, envelope))
        return Published(ack.seq, ack.duplicate)

    async def publish_many(
        self, payloads: Sequence[tuple[Event | Command, str, str | None]]
    ) -> None:
        """Publish (payload, tenant, message id) without waiting in between; all are stored then."""
        for start in range(0, len(payloads), _PIPELINE):
            messages = []
            for payload, tenant, name in payloads[start : start + _PIPELINE]:
                envelope = wrap(payload, tenant=tenant, source=self._service, message_id=name)
                messages.append(_encode(_subject_of(payload, tenant), envelope))
            await self._jetstream.publish_all(messages)

    async def call(
        self,
        call: Call,
        *,
        tenant: str,
        reply: type[R],
        timeout_s: float,
        correlation: str | None = None,
    ) -> R:
        """Ask one instance of the owner; asked again if the connection breaks meanwhile.

        Raises:
            SkepError: What the other side raised.
            Unavailable: With the code ``no_responder``, ``call_timed_out``, or ``call_lost`` when
                who worked on it died or hangs.
        """
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
        """Answer calls of a type, shared with the other instances of the owner.

        What the handler raises goes to the caller; of defects only a code and the trace id. It is
        cancelled when the caller has stopped waiting.
        """
        self._calls.answer(call_type, handler, concurrency=concurrency, is_shared=True)

    async def broadcast(
        self, call: Call, *, tenant: str, reply: type[R], timeout_s: float
    ) -> R | None:
        """Ask every instance; the first answer, or error, wins. None when there is none in time."""
        return await self._calls.broadcast(call, tenant=tenant, reply=reply, timeout_s=timeout_s)

    def answer_broadcast(
        self, call_type: type[C], handler: Callable[[C, Incoming], Awaitable[Reply | None]]
    ) -> None:
        """Hear every call of a type; a handler that returns None leaves it to other instances."""
        concurrency = _BROADCAST_CONCURRENCY
        self._calls.answer(call_type, handler, concurrency=concurrency, is_shared=False)

    async def consume(
        self,
        spec: ConsumerSpec,
        handler: Callable[[Delivery], Awaitable[None]],
        *,
        concurrency: int = 64,
    ) -> None:
        """Handle a durable consumer's messages, `concurrency` at a time, until cancelled.

        While a handler runs, the server is told so. When it returns, the message is acknowledged.
        A `SkepError` decides by its `bus_outcome`; `HandBack` gives the message to somebody else,
        and `Fenced` leaves it to whoever has it now. Anything else is a defect: back-off, and a
        dead letter after `max_deliver` tries; `Unavailable` and `RateLimited` may take ten times
        as many. On cancellation what is in hand goes to another worker at once.

        Raises:
            Unavailable: No server, or it has no such stream; call `ensure_topology` first.
        """
        await Consumer(self._jetstream, spec, handler, concurrency=concurrency).run()

    async def prepare_consumer(self, spec: ConsumerSpec) -> None:
        """Make a durable consumer without reading from it: what comes from now on waits for it.

        Raises:
            Unavailable: No server, or it refuses.
        """
        await prepare_consumer(self._jetstream, spec)

    async def drop_consumer(self, spec: ConsumerSpec) -> None:
        """Delete a durable consumer, once nobody reads from it; no error when there is none.

        Raises:
            Unavailable: No server.
        """
        await drop_consumer(self._jetstream, spec)

    def publish_live(self, subject: str, data: bytes) -> None:
        """Send without waiting; dropped when no server is there, or one that does not keep up."""
        if self._connection.backlog_bytes < _LIVE_BACKLOG_BYTES:
            self._connection.send(subject, data)

    @asynccontextmanager
    async def subscribe(
        self, subject: str, *, max_pending: int = 65536, mark_gaps: bool = False
    ) -> AsyncIterator[AsyncIterator[CoreMessage]]:
        """Hear what is published from now on; entered when the server knows of it.

        Beyond `max_pending` unread messages the oldest are dropped. With `mark_gaps`, a message
        with `is_gap` comes where that happened, and where no server was there for a while.
        """
        subscription = _Subscription(max_pending, mark_gaps=mark_gaps)
        listener = self._connection.subscribe(subject, subscription.received)
        try:
            await self._connection.flush(asyncio.get_running_loop().time() + DEADLINE_S)
            self._connection.on_connect.add(subscription.interrupted)
            yield subscription
        finally:
            self._connection.on_connect.discard(subscription.interrupted)
            self._connection.unsubscribe(listener)

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

        Ends at what is the stream's end now, unless `follow`. Leaving early, close the iterator
        with `contextlib.aclosing`.
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
                end_seq = math.inf if follow else reader.end_seq
                if message is not None and message.seq <= end_seq:
                    yield message
                if not follow and (message is None or message.seq >= end_seq or message.is_last):
                    return

    async def extent(self, stream: StreamSpec) -> tuple[int, int]:
        """Return the first and last sequence of what a stream holds.

        The first is beyond the last when nothing is left, and both are 0 when nothing ever came.

        Raises:
            Unavailable: No server.
        """
        info = await self._jetstream.ask(f"STREAM.INFO.{stream.name}")
        return int(info["state"]["first_seq"]), int(info["state"]["last_seq"])

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
            logger.warning("subscriber too slow", extra={"subject": frame.subject})
            self._has_gap = True
        self._pending.append(CoreMessage(frame.subject, frame.data))
        self._arrived.set()

    def interrupted(self) -> None:
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


def _encode(subject: str, envelope: Envelope) -> tuple[str, bytes, dict[str, str]]:
    data = msgspec.json.encode(envelope)
    if len(data) > MAX_MESSAGE_BYTES:
        raise TooLarge(f"A message of {len(data)} bytes exceeds {MAX_MESSAGE_BYTES}.")
    headers = {"Nats-Msg-Id": envelope.id}
    propagate.inject(headers)
    return subject, data, headers
