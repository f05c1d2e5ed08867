"""Durable consumers: each message to one handler, heartbeats, back-off, dead letters."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, NoReturn, TypeVar

import msgspec
from opentelemetry import context, propagate
from skep_contracts import subjects
from skep_contracts.envelope import MAX_MESSAGE_BYTES, Envelope, Message, message_type
from skep_contracts.problems import BusOutcome, Defect, InvalidInput, Problem, Retry, SkepError
from skep_contracts.topology import ConsumerSpec

from skep_runtime.bus.connection import Connection
from skep_runtime.bus.jetstream import Fenced, JetStream, JetStreamError
from skep_runtime.bus.protocol import Frame
from skep_runtime.bus.pulling import Position, Puller, position_of
from skep_runtime.bus.topology import consumer_config, nanoseconds

logger = logging.getLogger(__name__)
M = TypeVar("M", bound=Message)

_ACK: Final = b"+ACK"
_HAND_BACK: Final = b"-NAK"
_TERMINATE: Final = b"+TERM"
_IN_PROGRESS: Final = b"+WPI"
_BACKOFF_S: Final = (1.0, 5.0, 30.0, 120.0)
_KEPT_BYTES: Final = 64 * 1024
_HOPELESS_FACTOR: Final = 10

_envelopes: Final = msgspec.json.Decoder(Envelope)
_decoders: dict[type[Message], msgspec.json.Decoder[Any]] = {}


class MalformedMessage(InvalidInput):
    """What lies in the stream is no message of ours; trying again cannot help."""

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
    """A message that a consumer gave up on, as it is stored in ``SKEP_DEAD_LETTERS``."""

    consumer: str
    stream: str
    stream_seq: int
    subject: str
    delivered: int
    time: datetime
    problem: Problem
    envelope: msgspec.Raw | None = None
    """The message, when it is an envelope."""
    data: bytes = b""
    """Otherwise what came instead, at most its first 64 KiB, in base64."""
    size_bytes: int = 0


class Delivery:
    """One message in the hands of one handler."""

    __slots__ = (
        "_connection", "_envelope", "_reply", "beat_at", "data", "delivered", "head", "stream_seq",
        "subject", "verdict",
    )  # fmt: skip

    def __init__(self, connection: Connection, frame: Frame, position: Position) -> None:
        """Hold the message; `position` says how often it was delivered, this time included."""
        self._connection = connection
        self._reply = frame.reply
        self._envelope: Envelope | None = None
        self.subject = frame.subject.decode()
        self.data = frame.data
        self.head = frame.head
        self.stream_seq = position.stream_seq
        self.delivered = position.delivered
        self.beat_at = 0.0
        self.verdict: bytes | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The message's headers."""
        return Frame(b"", b"", self.head, b"").headers

    @property
    def tenant(self) -> str:
        """Whose message it is, by its subject."""
        return subjects.parse(self.subject).tenant

    @property
    def envelope(self) -> Envelope:
        """The message, its payload still encoded.

        Raises:
            MalformedMessage: It is none, or of another tenant than its subject; becomes a dead letter.
        """
        if self._envelope is None:
            if len(self.data) > MAX_MESSAGE_BYTES:
                raise MalformedMessage(f"A message of {len(self.data)} bytes is too large.")
            try:
                envelope = _envelopes.decode(self.data)
            except (msgspec.DecodeError, UnicodeDecodeError):
                raise MalformedMessage("A message is no envelope.") from None
            if envelope.tenant != self.tenant:
                raise MalformedMessage("A message names another tenant than its subject.")
            self._envelope = envelope
        return self._envelope

    def decode(self, payload: type[M]) -> M:
        """Return the payload. Check `envelope.type` first where several types may come.

        Raises:
            MalformedMessage: It is of another type, or does not fit it; becomes a dead letter.
        """
        envelope = self.envelope
        if envelope.type != message_type(payload):
            raise MalformedMessage(f"Expected {message_type(payload)}, got another type.")
        return decode_payload(payload, envelope.data, MalformedMessage)

    async def in_progress(self) -> None:
        """Say that the work goes on. `Bus.consume` does this by itself."""
        self.beat()

    def beat(self) -> None:
        """Extend the time that the server waits for the acknowledgement."""
        self._connection.send(self._reply, _IN_PROGRESS)

    def redelivered(self, frame: Frame, position: Position) -> None:
        """Take over the latest acknowledgement address: the server believed us gone."""
        self._reply = frame.reply
        self.delivered = position.delivered

    def settle(self, verdict: bytes) -> None:
        """Tell the server what became of the message."""
        self._connection.send(self._reply, verdict, keep=True)


def decode_payload(payload: type[M], data: msgspec.Raw, error: type[SkepError]) -> M:
    """Decode with a decoder made once per type; what does not fit is raised as `error`."""
    decoder = _decoders.get(payload)
    if decoder is None:
        decoder = _decoders[payload] = msgspec.json.Decoder(payload)
    try:
        decoded: M = decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise error(f"A {message_type(payload)} does not fit its schema: {fault}.") from None
    return decoded


def nak(delay_s: float) -> bytes:
    """Return the word that hands a message back for after a while."""
    return b'-NAK {"delay":%d}' % nanoseconds(delay_s) if delay_s > 0 else _HAND_BACK


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
        self._held: dict[int, Delivery] = {}
        self._beat_s = spec.ack_wait_s / 3
        self._tasks: asyncio.TaskGroup | None = None
        self._puller = Puller(
            jetstream.connection,
            stream=spec.stream,
            prepare=self._make,
            on_message=self._received,
            capacity=concurrency,
        )

    async def _make(self) -> str:
        await self._jetstream.ask(
            f"CONSUMER.CREATE.{self._spec.stream}.{self._spec.durable}",
            {"stream_name": self._spec.stream, "config": consumer_config(self._spec)},
        )
        return self._spec.durable

    async def run(self) -> NoReturn:
        """Handle messages until cancelled; then what is in hand is cancelled and handed back at once."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            self._connection.on_connect.add(self._beat_all)
            tasks.create_task(self._puller.run())
            try:
                while True:
                    await asyncio.sleep(self._beat())
            finally:
                # First no more requests: what is handed back must go to somebody else.
                self._connection.on_connect.discard(self._beat_all)
                self._puller.stop()
        raise AssertionError

    def _beat(self) -> float:
        # All messages beat at the same interval, so the one that beat longest ago is always the first.
        now = asyncio.get_running_loop().time()
        while self._held:
            seq, delivery = next(iter(self._held.items()))
            if delivery.beat_at > now:
                return max(delivery.beat_at - now, 0.02)
            delivery.beat()
            delivery.beat_at = now + self._beat_s
            self._held[seq] = self._held.pop(seq)
        return self._beat_s

    def _beat_all(self) -> None:
        for delivery in self._held.values():
            delivery.beat_at = 0.0
        self._beat()

    def _received(self, frame: Frame) -> None:
        position = position_of(frame.reply)
        held = self._held.get(position.stream_seq)
        if held is not None:
            held.redelivered(frame, position)
            self._puller.release()
            return
        delivery = Delivery(self._connection, frame, position)
        delivery.beat_at = asyncio.get_running_loop().time() + self._beat_s
        self._held[position.stream_seq] = delivery
        assert self._tasks is not None
        task = self._tasks.create_task(self._handle(delivery))
        task.add_done_callback(partial(self._done, delivery))

    def _done(self, delivery: Delivery, task: asyncio.Task[None]) -> None:
        del self._held[delivery.stream_seq]
        if delivery.verdict is None:
            delivery.settle(_HAND_BACK)
        elif delivery.verdict:
            delivery.settle(delivery.verdict)
        self._puller.release()

    async def _handle(self, delivery: Delivery) -> None:
        if b"traceparent" in delivery.head:
            context.attach(propagate.extract(delivery.headers))
        try:
            limit = self._spec.max_deliver
            if 0 < limit * _HOPELESS_FACTOR < delivery.delivered:
                raise Defect("The message was tried too often; it may be what ends its workers.")
            await self._handler(delivery)
            delivery.verdict = _ACK
        except HandBack as back:
            delivery.verdict = nak(back.delay_s)
        except Fenced:
            # Another worker holds the message by now: it is not ours to acknowledge or hand back.
            delivery.verdict = b""
        except SkepError as error:
            delivery.verdict = await self._judge(delivery, error)
        except Exception as error:
            logger.exception("handler failed", extra=self._fields(delivery))
            defect = Defect("The message could not be handled because of a mistake of ours.")
            defect.__cause__ = error
            delivery.verdict = await self._judge(delivery, defect)

    def _fields(self, delivery: Delivery) -> dict[str, Any]:
        return {
            "consumer": self._spec.durable,
            "stream_seq": delivery.stream_seq,
            "subject": delivery.subject,
            "delivered": delivery.delivered,
        }

    async def _judge(self, delivery: Delivery, error: SkepError) -> bytes:
        level = logging.getLevelNamesMapping()[error.log_level.upper()]
        fields = self._fields(delivery) | {"code": error.exact_code, "detail": error.detail}
        logger.log(level, "message not handled", extra=fields)
        limit = self._spec.max_deliver
        match error.bus_outcome:
            case BusOutcome.TERMINATE:
                return _TERMINATE
            case BusOutcome.REDELIVER:
                return self._later(delivery, error)
            case BusOutcome.RETRY_THEN_TERMINATE | BusOutcome.DEAD_LETTER:
                is_hopeless = error.retry is Retry.NEVER
                if not is_hopeless and (limit < 0 or delivery.delivered < limit):
                    return self._later(delivery, error)
        try:
            await self._bury(delivery, error)
        except (SkepError, JetStreamError):
            logger.exception("dead letter not stored", extra=self._fields(delivery))
            return self._later(delivery, error)
        return _TERMINATE

    def _later(self, delivery: Delivery, error: SkepError) -> bytes:
        backoff = self._spec.backoff_s or _BACKOFF_S
        return nak(error.retry_after_s or backoff[min(delivery.delivered, len(backoff)) - 1])

    async def _bury(self, delivery: Delivery, error: SkepError) -> None:
        try:
            tenant = delivery.envelope.tenant
            envelope: msgspec.Raw | None = msgspec.Raw(delivery.data)
        except (MalformedMessage, subjects.BadSubjectError):
            envelope, tenant = None, subjects.PLATFORM
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
            subjects.dead(tenant, self._spec.durable).encode(),
            msgspec.json.encode(letter),
            f"NATS/1.0\r\nNats-Msg-Id: {mark}\r\n\r\n".encode(),
        )
        logger.error("message became a dead letter", extra=self._fields(delivery))
