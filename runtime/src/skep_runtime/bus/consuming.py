"""Durable consumers: each message to one handler, heartbeats, back-off, dead letters."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeVar

import msgspec
from opentelemetry import context, propagate

from skep_contracts import subjects
from skep_contracts.envelope import MAX_MESSAGE_BYTES, Envelope, Message, message_type
from skep_contracts.problems import BusOutcome, Defect, InvalidInput, Problem, Retry, SkepError
from skep_contracts.topology import ConsumerSpec
from skep_runtime.bus.topology import nanoseconds, prepare_consumer
from skep_runtime.bus.wire.jetstream import Fenced, JetStream
from skep_runtime.bus.wire.link import Frame
from skep_runtime.bus.wire.pulling import Position, Puller, position_of

logger = logging.getLogger(__name__)
M = TypeVar("M", bound=Message)

_ACK: Final = b"+ACK"
_NAK: Final = b"-NAK"
_TERMINATE: Final = b"+TERM"
_IN_PROGRESS: Final = b"+WPI"
_NOTHING: Final = b""
_BACKOFF_S: Final = (1.0, 5.0, 30.0, 120.0)
_HOPELESS_FACTOR: Final = 10
_COARSE_S: Final = 0.05
_KEPT_BYTES: Final = 64 * 1024

_envelopes: Final = msgspec.json.Decoder(Envelope)
_decoders: dict[type[Message], msgspec.json.Decoder[Any]] = {}


class MalformedMessage(InvalidInput):
    """What came is no message of ours; trying again cannot help."""

    code = "malformed_message"
    title = "A message on the bus cannot be read"
    bus_outcome = BusOutcome.DEAD_LETTER
    log_level = "error"
    retry = Retry.NEVER


class HandBack(Exception):
    """Raised by a handler: let somebody else have the message, after `delay_s` seconds."""

    def __init__(self, delay_s: float = 0.0) -> None:
        super().__init__(delay_s)
        self.delay_s = delay_s


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message that a consumer gave up on, as JSON in ``SKEP_DEAD_LETTERS``."""

    consumer: str
    stream: str
    stream_seq: int
    subject: str
    delivered: int
    time: datetime
    problem: Problem
    envelope: Envelope | None = None
    """The message, when it is an envelope."""
    data: bytes = b""
    """Otherwise what came instead, at most its first 64 KiB, in base64."""
    size_bytes: int = 0


class Delivery:
    """One message in the hands of one handler. `delivered` is 1 the first time."""

    def __init__(self, frame: Frame, position: Position) -> None:
        """Hold a message that stands at `position`."""
        self.subject = frame.subject
        self.data = frame.data
        self.headers = frame.headers
        self.stream_seq = position.stream_seq
        self.delivered = position.delivered
        self._envelope: Envelope | None = None

    @property
    def tenant(self) -> str:
        """Whose message it is, by its subject."""
        return subjects.parse(self.subject).tenant

    @property
    def envelope(self) -> Envelope:
        """The message, its payload still encoded.

        Raises:
            MalformedMessage: It is none; left to `Bus.consume` that makes it a dead letter.
        """
        if self._envelope is None:
            self._envelope = decode_envelope(self.subject, self.data, limit=MAX_MESSAGE_BYTES)
        return self._envelope

    def decode(self, payload: type[M]) -> M:
        """Return the payload. Look at `envelope.type` first where several types may come.

        Raises:
            MalformedMessage: It is of another type, or does not fit it.
        """
        return decode_payload(payload, self.envelope)


def decode_envelope(subject: str, data: bytes, *, limit: int) -> Envelope:
    """Read an envelope that came on `subject`.

    Raises:
        MalformedMessage: It is none, is larger than `limit`, or is not of the subject's tenant.
    """
    if len(data) > limit:
        raise MalformedMessage(f"A message of {len(data)} bytes exceeds {limit}.")
    try:
        envelope = _envelopes.decode(data)
        tenant = subjects.parse(subject).tenant
    except (msgspec.DecodeError, UnicodeDecodeError, subjects.BadSubjectError):
        raise MalformedMessage("A message is no envelope on a subject of ours.") from None
    if envelope.tenant != tenant:
        raise MalformedMessage("A message names another tenant than its subject.")
    return envelope


def decode_payload(payload: type[M], envelope: Envelope) -> M:
    """Return what an envelope holds, if it is of that type.

    Raises:
        MalformedMessage: It is of another type, or does not fit it.
    """
    if envelope.type != message_type(payload):
        raise MalformedMessage(f"Expected a {message_type(payload)}, got another type.")
    decoder = _decoders.get(payload)
    if decoder is None:
        decoder = _decoders[payload] = msgspec.json.Decoder(payload)
    try:
        decoded: M = decoder.decode(envelope.data)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        # The text names a place and a type in our own schema, nothing that somebody sent.
        raise MalformedMessage(f"A {envelope.type} breaks its schema: {fault}.") from None
    return decoded


def root_cause(raised: Exception) -> Exception:
    """Return what a task group wrapped, when it wrapped one thing."""
    while isinstance(raised, ExceptionGroup) and len(raised.exceptions) == 1:
        raised = raised.exceptions[0]
    return raised


def log_level(error: SkepError) -> int:
    """Return the level that the error's class asks for."""
    return logging.getLevelNamesMapping()[error.log_level.upper()]


class _Held(msgspec.Struct):
    delivery: Delivery
    reply: str
    beat_at: float
    verdict: bytes = _NAK


class Consumer:
    """Runs one handler over one durable consumer."""

    def __init__(
        self,
        jetstream: JetStream,
        spec: ConsumerSpec,
        handler: Callable[[Delivery], Awaitable[None]],
        *,
        concurrency: int,
    ) -> None:
        """Prepare; `run` does it."""
        self._jetstream = jetstream
        self._connection = jetstream.connection
        self._spec = spec
        self._handler = handler
        self._loop = asyncio.get_running_loop()
        self._beat_s = spec.ack_wait_s / 3
        self._held: dict[tuple[int, int], _Held] = {}
        self._is_beating = False
        self._puller = Puller(
            jetstream.connection,
            spec.stream,
            prepare=self._prepare,
            on_message=self._received,
            on_late=self._refuse,
            capacity=concurrency,
        )
        self._tasks: asyncio.TaskGroup

    async def _prepare(self) -> str:
        return await prepare_consumer(self._jetstream, self._spec)

    async def run(self) -> None:
        """Handle messages until cancelled; what is in hand then is cancelled and handed back."""
        name = await self._prepare()
        async with asyncio.TaskGroup() as self._tasks:
            self._connection.on_connect.add(self._beat_all)
            try:
                await self._puller.run(name)
            finally:
                # First no more requests: what is handed back must go to somebody else.
                self._puller.stop()
                self._connection.on_connect.discard(self._beat_all)

    def _beat(self) -> None:
        # All beat at the same interval, so the one whose turn is next is always the first.
        now = self._loop.time()
        self._is_beating = False
        while self._held and not self._is_beating:
            key, held = next(iter(self._held.items()))
            if held.beat_at > now:
                self._is_beating = True
                self._loop.call_at(max(held.beat_at, now + _COARSE_S), self._beat)
            else:
                self._connection.send(held.reply, _IN_PROGRESS)
                held.beat_at = now + self._beat_s
                self._held[key] = self._held.pop(key)

    def _beat_all(self) -> None:
        for held in self._held.values():
            self._connection.send(held.reply, _IN_PROGRESS)

    def _received(self, frame: Frame) -> None:
        position = position_of(frame.reply)
        key = (position.stream_seq, position.time_ns)
        held = self._held.get(key)
        if held is not None:
            # The server believed us gone and gives us what we have: go on, under its new address.
            held.reply = frame.reply
            self._puller.release()
            return
        held = _Held(
            Delivery(frame, position),
            frame.reply,
            self._loop.time() + self._beat_s,
        )
        self._held[key] = held
        if not self._is_beating:
            self._beat()
        task = self._tasks.create_task(self._handle(held))
        task.add_done_callback(partial(self._done, key, held))

    def _refuse(self, frame: Frame) -> None:
        if not frame.status:
            self._connection.send(frame.reply, _NAK, keep=True)

    def _done(self, key: tuple[int, int], held: _Held, task: asyncio.Task[None]) -> None:
        del self._held[key]
        if held.verdict:
            self._connection.send(held.reply, held.verdict, keep=True)
        self._puller.release()

    async def _handle(self, held: _Held) -> None:
        delivery = held.delivery
        if "traceparent" in delivery.headers:
            context.attach(propagate.extract(delivery.headers))
        try:
            if 0 < self._spec.max_deliver * _HOPELESS_FACTOR < delivery.delivered:
                raise Defect("The message was tried too often; perhaps it ends those who try it.")
            await self._handler(delivery)
            held.verdict = _ACK
        except Exception as raised:  # noqa: BLE001 - judged there, and logged
            held.verdict = await self._judge(delivery, root_cause(raised))

    async def _judge(self, delivery: Delivery, raised: Exception) -> bytes:
        match raised:
            case HandBack(delay_s=delay_s):
                return _nak(delay_s)
            case Fenced():
                # Another worker holds the message by now: it is not ours to settle.
                return _NOTHING
            case SkepError():
                return await self._give_up_or_retry(delivery, raised)
        logger.error("handler failed", exc_info=raised, extra=self._fields(delivery))
        defect = Defect("The message could not be handled because of a mistake of ours.")
        return await self._give_up_or_retry(delivery, defect)

    def _fields(self, delivery: Delivery) -> dict[str, Any]:
        return {
            "consumer": self._spec.durable,
            "subject": delivery.subject,
            "stream_seq": delivery.stream_seq,
            "delivered": delivery.delivered,
        }

    async def _give_up_or_retry(self, delivery: Delivery, error: SkepError) -> bytes:
        fields = self._fields(delivery) | {"code": error.exact_code, "detail": error.detail}
        logger.log(log_level(error), "message not handled", extra=fields)
        if error.bus_outcome is BusOutcome.TERMINATE:
            return _TERMINATE
        limit = self._spec.max_deliver
        is_last = error.retry is Retry.NEVER or 0 <= limit <= delivery.delivered
        if is_last and error.bus_outcome is not BusOutcome.REDELIVER:
            try:
                await self._bury(delivery, error)
                return _TERMINATE
            except SkepError:
                logger.exception("dead letter not stored", extra=fields)
        backoff = self._spec.backoff_s or _BACKOFF_S
        return _nak(error.retry_after_s or backoff[min(delivery.delivered, len(backoff)) - 1])

    async def _bury(self, delivery: Delivery, error: SkepError) -> None:
        envelope, tenant = None, subjects.PLATFORM
        with contextlib.suppress(MalformedMessage):
            envelope = delivery.envelope
            tenant = envelope.tenant
        letter = DeadLetter(
            consumer=self._spec.durable,
            stream=self._spec.stream,
            stream_seq=delivery.stream_seq,
            subject=delivery.subject,
            delivered=delivery.delivered,
            time=datetime.now(UTC),
            problem=error.to_problem(),
            envelope=envelope,
            data=b"" if envelope else delivery.data[:_KEPT_BYTES],
            size_bytes=len(delivery.data),
        )
        mark = f"{self._spec.stream}.{self._spec.durable}.{delivery.stream_seq}"
        await self._jetstream.publish(
            subjects.dead(tenant, self._spec.durable),
            msgspec.json.encode(letter),
            {"Nats-Msg-Id": mark},
        )
        logger.error("message became a dead letter", extra=self._fields(delivery))


def _nak(delay_s: float) -> bytes:
    return b'-NAK {"delay":%d}' % nanoseconds(delay_s) if delay_s > 0 else _NAK
