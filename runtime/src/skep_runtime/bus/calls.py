"""Requests answered now, over core NATS.

A call is an `Envelope` on ``skep.v1.call.…``, the answer a reply struct as JSON, an error a
`Problem` with the header ``Skep-Problem``. ``Skep-Timeout`` says how long the caller waits: nobody
works longer for it. Who works says so every second, so that a caller learns within seconds that its
answerer died, however long the call may take.
"""

import asyncio
import logging
import re
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, TypeVar

import msgspec
from opentelemetry import context, propagate, trace

from skep_contracts import subjects
from skep_contracts.envelope import Call, Envelope, Reply, wrap
from skep_contracts.problems import (
    Defect,
    Problem,
    SkepError,
    TooLarge,
    Unavailable,
    error_from_problem,
)
from skep_runtime.bus.consuming import decode_envelope, decode_payload, log_level, root_cause
from skep_runtime.bus.wire.connection import (
    WORKING,
    Connection,
    DisconnectedError,
    Listener,
    NoResponderError,
    NotDeliveredError,
    SilentError,
)
from skep_runtime.bus.wire.link import Frame

logger = logging.getLogger(__name__)
C = TypeVar("C", bound=Call)
R = TypeVar("R", bound=Reply)

MAX_CALL_BYTES: Final = 4 * 1024 * 1024
"""Of a call and of its answer."""
_SILENCE_S: Final = 5.0
_WORKING_EVERY_S: Final = 1.0
_BACKLOG: Final = 1024
_GATHERING_S: Final = 2.0
_PATIENCE_S: Final = 60.0
_SECONDS: Final = re.compile(r"\d{1,6}(\.\d{1,3})?\Z")
_PROBLEM: Final = {"Skep-Problem": "1"}

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
        self._loop = asyncio.get_running_loop()
        self._answerers: list[_Answerer] = []

    async def call(
        self, call: Call, *, tenant: str, reply: type[R], timeout_s: float, correlation: str | None
    ) -> R:
        """Ask and wait; see `Bus.call`."""
        deadline = self._loop.time() + timeout_s
        while True:
            await self._connection.wait_connected(deadline)
            try:
                left_s = max(deadline - self._loop.time(), 0.001)
                frame = await self._send(call, tenant, left_s, correlation)
                return _read_answer(frame, reply)
            except DisconnectedError:
                continue
            except NoResponderError:
                # Just after the bus came back, others may need a moment longer than we did.
                until = min(deadline, self._connection.connected_at + _GATHERING_S)
                if self._loop.time() > until:
                    raise Unavailable(
                        f"No {call.owner} service is running that could answer.",
                        code="no_responder",
                    ) from None
                await asyncio.sleep(0.05)
            except NotDeliveredError as failure:
                is_lost = isinstance(failure, SilentError)
                what = (
                    "stopped in the middle" if is_lost else f"gave no answer within {timeout_s:g} s"
                )
                raise Unavailable(
                    f"The {call.owner} service {what}.",
                    code="call_lost" if is_lost else "call_timed_out",
                ) from None

    async def broadcast(
        self, call: Call, *, tenant: str, reply: type[R], timeout_s: float
    ) -> R | None:
        """Ask every instance; see `Bus.broadcast`."""
        try:
            return _read_answer(await self._send(call, tenant, timeout_s, None), reply)
        except NotDeliveredError:
            return None

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
            subjects.call(tenant, call.owner, call.imperative),
            data,
            headers=headers,
            timeout_s=timeout_s,
            silence_s=_SILENCE_S,
        )

    def answer(
        self,
        call_type: type[C],
        handler: Callable[[C, Incoming], Awaitable[Reply | None]],
        *,
        concurrency: int,
        is_shared: bool,
    ) -> None:
        """Answer calls of a type: those that fall to this instance, or every one."""
        answerer = _Answerer(self._connection, self._tasks, call_type, handler)
        answerer.concurrency = concurrency
        answerer.listener = self._connection.subscribe(
            subjects.calls_to(call_type.owner, call_type.imperative),
            answerer.received,
            queue=call_type.owner if is_shared else "",
        )
        self._answerers.append(answerer)

    async def report_work(self) -> None:
        """Tell callers for ever, every second, that their calls are being worked on."""
        while True:
            await asyncio.sleep(_WORKING_EVERY_S)
            for answerer in self._answerers:
                for address in answerer.in_hand:
                    self._connection.send(address, b"", headers=WORKING)

    async def drain(self, timeout_s: float) -> None:
        """Take no more calls; wait for those in hand."""
        for answerer in self._answerers:
            if answerer.listener is not None:
                self._connection.unsubscribe(answerer.listener)
        deadline = self._loop.time() + timeout_s
        while left := [task for answerer in self._answerers for task in answerer.tasks]:
            if self._loop.time() > deadline:
                return
            await asyncio.wait(left, timeout=deadline - self._loop.time())


def _read_answer(frame: Frame, reply: type[R]) -> R:
    try:
        if "Skep-Problem" in frame.headers:
            raise error_from_problem(_problems.decode(frame.data))
        return msgspec.json.decode(frame.data, type=reply)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise Defect("An answer on the bus breaks its schema.") from fault


def _patience_s(headers: dict[str, str]) -> float:
    text = headers.get("Skep-Timeout", "")
    return float(text) if _SECONDS.match(text) else _PATIENCE_S


class _Answerer:
    def __init__(
        self,
        connection: Connection,
        tasks: asyncio.TaskGroup,
        call_type: type[Call],
        handler: Callable[[Any, Incoming], Awaitable[Reply | None]],
    ) -> None:
        self.listener: Listener | None = None
        self.concurrency = 1
        self.in_hand: dict[str, None] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self._backlog: deque[tuple[Frame, float]] = deque()
        self._connection = connection
        self._group = tasks
        self._call_type = call_type
        self._handler = handler

    def received(self, frame: Frame) -> None:
        if not frame.reply:
            return
        now = asyncio.get_running_loop().time()
        self.in_hand[frame.reply] = None
        if len(self.tasks) < self.concurrency:
            self._start(frame, now)
        elif len(self._backlog) < _BACKLOG:
            self._backlog.append((frame, now))
        else:
            self._fail(frame, Unavailable("Too many requests are waiting; try again shortly."))

    def _start(self, frame: Frame, arrived_at: float) -> None:
        task = self._group.create_task(self._answer(frame, arrived_at))
        self.tasks.add(task)
        task.add_done_callback(partial(self._done, frame))

    def _done(self, frame: Frame, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self.in_hand.pop(frame.reply, None)
        if self._backlog and not task.cancelled():
            self._start(*self._backlog.popleft())

    async def _answer(self, frame: Frame, arrived_at: float) -> None:
        headers = frame.headers
        context.attach(propagate.extract(headers))
        about = {"call": self._call_type.__name__}
        patience = asyncio.timeout_at(arrived_at + _patience_s(headers))
        try:
            async with patience:
                envelope = decode_envelope(frame.subject, frame.data, limit=MAX_CALL_BYTES)
                call = decode_payload(self._call_type, envelope)
                incoming = Incoming(envelope.tenant, envelope.correlation, envelope)
                answer = await self._handler(call, incoming)
            if answer is not None:
                self._send(frame, msgspec.json.encode(answer))
        except Exception as raised:
            error = root_cause(raised)
            if isinstance(error, TimeoutError) and patience.expired():
                logger.warning("call given up, as its caller has", extra=about)
            elif isinstance(error, SkepError):
                problem = {"code": error.exact_code, "detail": error.detail}
                logger.log(log_level(error), "call refused", extra=about | problem)
                self._fail(frame, error)
            else:
                logger.exception("call failed", extra=about)
                self._fail(frame, Defect("The request failed because of a mistake of ours."))

    def _send(self, frame: Frame, data: bytes) -> None:
        if len(data) > MAX_CALL_BYTES:
            raise TooLarge(f"An answer of {len(data)} bytes exceeds {MAX_CALL_BYTES}.")
        self._connection.send(frame.reply, data)

    def _fail(self, frame: Frame, error: SkepError) -> None:
        self.in_hand.pop(frame.reply, None)
        span = trace.get_current_span().get_span_context()
        trace_id = trace.format_trace_id(span.trace_id) if span.is_valid else None
        problem = msgspec.json.encode(error.to_problem(trace_id=trace_id))
        self._connection.send(frame.reply, problem, headers=_PROBLEM)
