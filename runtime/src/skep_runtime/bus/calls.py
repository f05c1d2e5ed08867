"""Requests answered now, over core NATS.

A call is an `Envelope` on ``skep.v1.call.…``; the answer is the reply struct as JSON. An error travels
as a `Problem`, with the header ``Skep-Problem``. ``Skep-Timeout`` tells the other side when the caller
stops waiting, so that nobody works for the dead, and while one works it says so every second: a caller
whose answerer died hears of it in seconds, however long the call may take.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, NoReturn, TypeVar

import msgspec
from opentelemetry import context, propagate, trace
from skep_contracts import subjects
from skep_contracts.envelope import Call, Envelope, Reply, wrap
from skep_contracts.problems import (
    Defect,
    InvalidInput,
    Problem,
    SkepError,
    TooLarge,
    Unavailable,
    error_from_problem,
)

from skep_runtime.bus.connection import (
    WORKING,
    Connection,
    DisconnectedError,
    NoAnswerError,
    NoResponderError,
    SilentError,
)
from skep_runtime.bus.consuming import decode_payload
from skep_runtime.bus.protocol import Frame, encode_headers

logger = logging.getLogger(__name__)
C = TypeVar("C", bound=Call)
R = TypeVar("R", bound=Reply)

MAX_CALL_BYTES: Final = 4 * 1024 * 1024
_SILENCE_S: Final = 5.0
_WORKING_EVERY_S: Final = 1.0
_BACKLOG: Final = 1024
_GATHERING_S: Final = 2.0
_PROBLEM_HEAD: Final = encode_headers({"Skep-Problem": "1"})

_envelopes: Final = msgspec.json.Decoder(Envelope)
_problems: Final = msgspec.json.Decoder(Problem)


class Incoming(msgspec.Struct, frozen=True):
    """Who asks. The trace context is attached already."""

    tenant: str
    correlation: str | None
    envelope: Envelope


class Calls:
    """Asks others, and answers them."""

    def __init__(self, connection: Connection, tasks: asyncio.TaskGroup, *, service: str) -> None:
        """Speak as `service`; handlers run in `tasks`."""
        self._connection = connection
        self._tasks = tasks
        self._service = service
        self._answerers: list[Answerer] = []

    async def call(
        self,
        call: Call,
        *,
        tenant: str,
        reply: type[R],
        timeout_s: float,
        correlation: str | None = None,
    ) -> R:
        """Ask and wait. Sent again when the connection breaks meanwhile: calls are safe to repeat.

        Raises:
            SkepError: What the other side raised.
            Unavailable: Nobody answers, or not in time (code ``call_timed_out``), or whoever worked on
                it is gone (``call_lost``).
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        while True:
            await self._connection.wait_connected(deadline)
            try:
                frame = await self._send(call, tenant, deadline - loop.time(), correlation)
                return self._read(frame, reply)
            except NoResponderError:
                # Just after the bus came back, others may need a moment longer than we did.
                if loop.time() > min(deadline, self._connection.connected_at + _GATHERING_S):
                    raise Unavailable(
                        f"No {call.owner} service is running that could answer.",
                        code="no_responder",
                    ) from None
                await asyncio.sleep(0.05)
            except DisconnectedError:
                continue
            except SilentError:
                raise Unavailable(
                    f"The {call.owner} service stopped in the middle of the request; try again.",
                    code="call_lost",
                ) from None
            except NoAnswerError:
                raise Unavailable(
                    f"The {call.owner} service did not answer within {timeout_s:g} s.",
                    code="call_timed_out",
                ) from None

    def _send(
        self, call: Call, tenant: str, timeout_s: float, correlation: str | None
    ) -> asyncio.Future[Frame]:
        envelope = wrap(call, tenant=tenant, source=self._service, correlation=correlation)
        data = msgspec.json.encode(envelope)
        if len(data) > MAX_CALL_BYTES:
            raise TooLarge(f"A request of {len(data)} bytes exceeds {MAX_CALL_BYTES}.")
        headers = {"Skep-Timeout": f"{timeout_s:.3f}"}
        propagate.inject(headers)
        return self._connection.request(
            subjects.call(tenant, call.owner, call.imperative).encode(),
            data,
            head=encode_headers(headers),
            timeout_s=timeout_s,
            silence_s=_SILENCE_S,
        )

    @staticmethod
    def _read(frame: Frame, reply: type[R]) -> R:
        try:
            if frame.head.startswith(_PROBLEM_HEAD[:-2]):
                raise error_from_problem(_problems.decode(frame.data))
            return msgspec.json.decode(frame.data, type=reply)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            raise Defect("An answer on the bus does not fit its schema.") from fault

    async def broadcast(
        self, call: Call, *, tenant: str, reply: type[R], timeout_s: float
    ) -> R | None:
        """Ask every instance; the first answer wins, None when nobody gives one in time.

        Raises:
            SkepError: What the first to answer raised.
        """
        try:
            return self._read(await self._send(call, tenant, timeout_s, None), reply)
        except (NoResponderError, NoAnswerError, SilentError, DisconnectedError):
            return None

    def answer(
        self,
        call_type: type[C],
        handler: Callable[[C, Incoming], Awaitable[Reply]],
        *,
        concurrency: int = 64,
    ) -> None:
        """Answer calls of a type, sharing them with the other instances of this service."""
        self._listen(call_type, handler, concurrency=concurrency, queue=call_type.owner.encode())

    def answer_broadcast(
        self, call_type: type[C], handler: Callable[[C, Incoming], Awaitable[Reply | None]]
    ) -> None:
        """Hear every call of a type; returning None leaves the answer to another instance."""
        self._listen(call_type, handler, concurrency=256, queue=b"")

    def _listen(self, call_type: type[C], handler: Any, *, concurrency: int, queue: bytes) -> None:
        answerer = Answerer(self._connection, self._tasks, call_type, handler, concurrency)
        pattern = subjects.calls_to(call_type.owner, call_type.imperative).encode()
        answerer.sid = self._connection.subscribe(pattern, answerer.received, queue=queue)
        self._answerers.append(answerer)

    async def report_work(self) -> NoReturn:
        """Tell callers, every second, that their calls are being worked on."""
        while True:
            await asyncio.sleep(_WORKING_EVERY_S)
            for answerer in self._answerers:
                answerer.report_work()

    async def drain(self, timeout_s: float) -> None:
        """Take no more calls; wait for those in hand."""
        for answerer in self._answerers:
            self._connection.unsubscribe(answerer.sid)
        deadline = asyncio.get_running_loop().time() + timeout_s
        while any(answerer.is_busy for answerer in self._answerers):
            if asyncio.get_running_loop().time() > deadline:
                return
            await asyncio.sleep(0.02)


class Answerer:
    """Answers one type of call, a bounded number at a time."""

    def __init__(
        self,
        connection: Connection,
        tasks: asyncio.TaskGroup,
        call_type: type[Call],
        handler: Callable[[Any, Incoming], Awaitable[Reply | None]],
        concurrency: int,
    ) -> None:
        self.sid = b""
        self._connection = connection
        self._tasks = tasks
        self._call_type = call_type
        self._handler = handler
        self._concurrency = concurrency
        self._running: dict[bytes, float] = {}
        self._backlog: deque[tuple[Frame, float]] = deque()

    @property
    def is_busy(self) -> bool:
        """Whether calls are in hand."""
        return bool(self._running or self._backlog)

    def received(self, frame: Frame) -> None:
        """Take a call in, or refuse it when too many wait."""
        now = asyncio.get_running_loop().time()
        if not frame.reply:
            return
        if len(self._running) < self._concurrency:
            self._start(frame, now)
        elif len(self._backlog) < _BACKLOG:
            self._backlog.append((frame, now))
        else:
            self._fail(frame, Unavailable("Too many requests wait; try again shortly."))

    def _start(self, frame: Frame, arrived_at: float) -> None:
        self._running[frame.reply] = arrived_at
        task = self._tasks.create_task(self._answer(frame, arrived_at))
        task.add_done_callback(partial(self._done, frame))

    def _done(self, frame: Frame, task: asyncio.Task[None]) -> None:
        del self._running[frame.reply]
        if self._backlog and not task.cancelled():
            self._start(*self._backlog.popleft())

    def report_work(self) -> None:
        """Tell those who wait that their calls are not forgotten."""
        for reply in self._running:
            self._connection.send(reply, b"", head=WORKING)
        for frame, _ in self._backlog:
            self._connection.send(frame.reply, b"", head=WORKING)

    async def _answer(self, frame: Frame, arrived_at: float) -> None:
        headers = frame.headers
        context.attach(propagate.extract(headers))
        try:
            deadline = arrived_at + float(headers.get("Skep-Timeout", "60"))
            async with asyncio.timeout_at(deadline):
                call, incoming = self._read(frame)
                answer = await self._handler(call, incoming)
            if answer is not None:
                self._reply(frame, msgspec.json.encode(answer))
        except SkepError as error:
            level = logging.getLevelNamesMapping()[error.log_level.upper()]
            logger.log(
                level, "call refused", extra={"code": error.exact_code, "detail": error.detail}
            )
            self._fail(frame, error)
        except TimeoutError:
            logger.warning(
                "call given up, its caller has", extra={"call": self._call_type.__name__}
            )
        except Exception:
            logger.exception("call failed", extra={"call": self._call_type.__name__})
            self._fail(frame, Defect("The request failed because of a mistake of ours."))

    def _read(self, frame: Frame) -> tuple[Any, Incoming]:
        try:
            envelope = _envelopes.decode(frame.data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise InvalidInput("A call is no envelope.") from None
        if envelope.tenant != subjects.parse(frame.subject.decode()).tenant:
            raise InvalidInput("A call names another tenant than its subject.")
        call = decode_payload(self._call_type, envelope.data, InvalidInput)
        return call, Incoming(envelope.tenant, envelope.correlation, envelope)

    def _reply(self, frame: Frame, data: bytes) -> None:
        if len(data) > MAX_CALL_BYTES:
            raise TooLarge(
                f"An answer of {len(data)} bytes exceeds {MAX_CALL_BYTES}; ask for less."
            )
        self._connection.send(frame.reply, data)

    def _fail(self, frame: Frame, error: SkepError) -> None:
        span = trace.get_current_span().get_span_context()
        trace_id = trace.format_trace_id(span.trace_id) if span.is_valid else None
        problem = msgspec.json.encode(error.to_problem(trace_id=trace_id))
        self._connection.send(frame.reply, problem, head=_PROBLEM_HEAD)
