"""A connection that outlives servers: subscriptions, requests, and what to do without a server."""

import asyncio
import logging
import math
import random
import secrets
from collections import deque
from collections.abc import Callable
from itertools import count
from typing import Any, Final

import msgspec

from skep_contracts.problems import TooLarge, Unavailable
from skep_runtime.bus.wire.link import (
    BusSettings,
    Frame,
    Link,
    OnFrame,
    RefusedError,
    read_servers,
)

logger = logging.getLogger(__name__)

WORKING: Final = {"Skep-Working": "1"}
"""The headers of a message that says: your request is being worked on."""
_PING_S: Final = 2.0
_FLUSH_S: Final = 6.0
_SWEEP_S: Final = 0.1
_PAUSE_S: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_KEPT_FRAMES: Final = 100_000
_HEADER_ROOM: Final = 4096


class NotDeliveredError(Exception):
    """No answer. Only after a `NoResponderError` is it sure that nothing was carried out."""


class DisconnectedError(NotDeliveredError):
    """The connection broke, or was not there."""


class NoResponderError(NotDeliveredError):
    """Nobody listens on the subject."""


class NoAnswerError(NotDeliveredError):
    """The time is up."""


class SilentError(NotDeliveredError):
    """Whoever took the request no longer says that they work on it."""


class _Waiter(msgspec.Struct):
    future: asyncio.Future[Any]
    deadline: float
    parts: list[Frame] | None = None
    silence_s: float = 0.0
    silent_at: float = math.inf


class Listener(msgspec.Struct, eq=False):
    """Who hears what; it outlives the connection that serves it."""

    subject: str
    queue: str
    callback: OnFrame
    sid: int = 0


class Connection:
    """Sends, subscribes and asks; reconnects for ever, each time with a new client of nats-py.

    Subscriptions survive a reconnect. Requests that are under way then fail with
    `DisconnectedError`; those who know that a repeat is safe repeat them.
    """

    def __init__(self, settings: BusSettings, *, name: str) -> None:
        """Prepare; `connect` and `keep` do the work. `name` is shown by the server's monitoring."""
        self.connected_at = 0.0
        """When the present connection was made, on the clock of the event loop."""
        self.on_connect: set[Callable[[], None]] = set()
        self._settings = settings
        self._name = name
        self._loop = asyncio.get_running_loop()
        self._servers = read_servers(settings)
        self._link: Link | None = None
        self._broken: list[Link] = []
        self._connected = asyncio.Event()
        self._lost = asyncio.Event()
        self._is_closing = False
        self._tokens = count(1)
        self._identity = secrets.token_hex(10)
        self._inbox = f"_INBOX.{self._identity}."
        self._listeners = {Listener(self._inbox + "*", "", self._answered): None}
        self._waiting: dict[str, _Waiter] = {}
        self._is_sweeping = False
        self._kept: deque[tuple[str, bytes]] = deque(maxlen=_KEPT_FRAMES)
        self._large_bytes = 0

    @property
    def is_connected(self) -> bool:
        """Whether a server is there right now."""
        return self._link is not None

    @property
    def server_name(self) -> str:
        """How the server calls itself; empty while there is none."""
        return self._link.server_name if self._link else ""

    @property
    def backlog_bytes(self) -> int:
        """Bytes that the socket has not taken yet."""
        return self._link.pending_data_size if self._link else 0

    async def wait_connected(self, deadline: float) -> None:
        """Wait for a server until `deadline`, on the clock of the event loop.

        Raises:
            Unavailable: None came.
        """
        if self._link is None:
            try:
                async with asyncio.timeout_at(deadline):
                    await self._connected.wait()
            except TimeoutError:
                raise Unavailable("The message bus cannot be reached; try again shortly.") from None

    async def connect(self) -> None:
        """Make the first connection; `keep` makes the later ones.

        Raises:
            Unavailable: No server within the time that the settings give, or it refuses us.
        """
        where = ", ".join(url.partition("://")[2] for url in self._servers.urls)
        timeout_s = self._settings.connect_timeout_s
        deadline = self._loop.time() + timeout_s
        while True:
            try:
                return await self._connect_to_any()
            except RefusedError as error:
                raise Unavailable(
                    f"The message bus at {where} refuses the connection ({error}). Check the user, "
                    "password, token or credentials file in the bus settings.",
                    code="bus_refused",
                ) from None
            except OSError:
                if self._loop.time() > deadline:
                    raise Unavailable(
                        f"No message bus answers at {where} after {timeout_s:g} s. Start "
                        "nats-server, or correct the bus URL in the settings.",
                        code="bus_unreachable",
                    ) from None
            await asyncio.sleep(_PAUSE_S[2])

    async def keep(self) -> None:
        """Reconnect whenever the connection is lost, until closed."""
        while not self._is_closing:
            while self._broken:
                await self._broken.pop().hang_up()
            if self._link is None:
                await self._reconnect()
            else:
                await self._lost.wait()

    async def _reconnect(self) -> None:
        attempt = 0
        while self._link is None and not self._is_closing:
            try:
                await self._connect_to_any()
            except Exception as error:
                if attempt % 60 == 10 or not isinstance(error, OSError | RefusedError):
                    logger.warning("bus still away", exc_info=error)
                pause = _PAUSE_S[min(attempt, len(_PAUSE_S) - 1)]
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads a herd
                attempt += 1

    async def _connect_to_any(self) -> None:
        link = Link(self._lost_link)
        await link.open(self._servers, self._settings, name=self._name, ping_s=_PING_S)
        # A cluster tells of its other servers.
        self._servers.urls = [url.geturl() for url in link.servers]
        self._large_bytes = link.max_payload - _HEADER_ROOM
        self._link = link
        try:
            for listener in self._listeners:
                listener.sid = link.listen(listener.subject, listener.queue, listener.callback)
            while self._kept:
                link.post(*self._kept[0])
                self._kept.popleft()
        except OSError:
            self._lost_link(link)
            raise
        self.connected_at = self._loop.time()
        self._lost.clear()
        self._connected.set()
        logger.info("bus connected", extra={"server": link.server_name})
        for callback in tuple(self.on_connect):
            try:
                callback()
            except Exception:
                logger.exception("not restored after connecting")

    def _lost_link(self, link: Link) -> None:
        if link is not self._link:
            return
        self._link = None
        self._broken.append(link)
        self._connected.clear()
        self._lost.set()
        reason = str(link.last_error or "closed")
        if not self._is_closing:
            logger.warning("bus connection lost", extra={"reason": reason})
        waiting, self._waiting = self._waiting, {}
        for waiter in waiting.values():
            _fail(waiter.future, DisconnectedError(reason))

    def send(
        self,
        subject: str,
        data: bytes,
        *,
        reply: str = "",
        headers: dict[str, str] | None = None,
        keep: bool = False,
    ) -> bool:
        """Publish; False when no server is there, and then `keep` sends it after reconnecting.

        Raises:
            TooLarge: The server would not take it.
        """
        link = self._link
        if link is not None:
            if len(data) > self._large_bytes:
                _check_size(data, headers, limit=link.max_payload)
            try:
                link.post(subject, data, reply=reply, headers=headers)
                return True
            except OSError:
                self._lost_link(link)
        if keep:
            self._kept.append((subject, data))
        return False

    def request(
        self,
        subject: str,
        data: bytes,
        *,
        headers: dict[str, str] | None = None,
        timeout_s: float = 5.0,
        silence_s: float = 0.0,
    ) -> asyncio.Future[Frame]:
        """Publish and return the future answer; it fails with a `NotDeliveredError`.

        Times are checked ten times a second for all requests together, so that none needs a timer.
        With `silence_s` it fails as soon as neither the answer nor a `WORKING` came for so long.
        """
        now = self._loop.time()
        waiter = _Waiter(self._loop.create_future(), now + timeout_s)
        if silence_s:
            waiter.silence_s, waiter.silent_at = silence_s, now + silence_s
        return self._ask(waiter, subject, data, headers)

    def collect(
        self, subject: str, data: bytes, *, timeout_s: float = 5.0
    ) -> asyncio.Future[list[Frame]]:
        """Publish and return the future answers, the last of which is the status that ends them."""
        waiter = _Waiter(self._loop.create_future(), self._loop.time() + timeout_s, parts=[])
        return self._ask(waiter, subject, data, None)

    def _ask(
        self, waiter: _Waiter, subject: str, data: bytes, headers: dict[str, str] | None
    ) -> asyncio.Future[Any]:
        token = f"{next(self._tokens):x}"
        address = self._inbox + token
        if not self.send(subject or address, data, reply=address, headers=headers):
            _fail(waiter.future, DisconnectedError("not connected"))
            return waiter.future
        self._waiting[token] = waiter
        if not self._is_sweeping:
            self._is_sweeping = True
            self._loop.call_later(_SWEEP_S, self._sweep)
        return waiter.future

    def _answered(self, frame: Frame) -> None:
        token = frame.subject[len(self._inbox) :]
        waiter = self._waiting.get(token)
        if waiter is None:
            return
        status = ""
        if frame.headers:
            if frame.headers == WORKING:
                waiter.silent_at = self._loop.time() + waiter.silence_s
                return
            status = frame.status
        if waiter.parts is not None:
            waiter.parts.append(frame)
            if not status:
                return
        del self._waiting[token]
        if status == "503":
            _fail(waiter.future, NoResponderError(frame.subject))
        elif not waiter.future.done():
            waiter.future.set_result(frame if waiter.parts is None else waiter.parts)

    def _sweep(self) -> None:
        now = self._loop.time()
        for token, waiter in tuple(self._waiting.items()):
            is_late = now >= waiter.deadline
            if is_late or now >= waiter.silent_at or waiter.future.done():
                del self._waiting[token]
                _fail(waiter.future, NoAnswerError("late") if is_late else SilentError("silent"))
        self._is_sweeping = bool(self._waiting)
        if self._is_sweeping:
            self._loop.call_later(_SWEEP_S, self._sweep)

    def new_mark(self) -> str:
        """Return a word that nobody else uses, for a subject or a sign of one's own."""
        return f"{self._identity}_{next(self._tokens):x}"

    def subscribe(self, subject: str, callback: OnFrame, *, queue: str = "") -> Listener:
        """Call `callback` for every message on `subject`; returns what `unsubscribe` wants."""
        listener = Listener(subject, queue, callback)
        self._listeners[listener] = None
        if self._link is not None:
            try:
                listener.sid = self._link.listen(subject, queue, callback)
            except OSError:
                self._lost_link(self._link)
        return listener

    def unsubscribe(self, listener: Listener, *, late: OnFrame | None = None) -> None:
        """End a subscription; what is under way to it goes to `late`, or is dropped."""
        self._listeners.pop(listener, None)
        if self._link is not None:
            self._link.mute(listener.sid, late)

    async def flush(self, deadline: float) -> None:
        """Wait until a server has seen everything sent so far.

        Raises:
            Unavailable: There was none until the deadline.
        """
        while self._loop.time() < deadline:
            await self.wait_connected(deadline)
            try:
                await self._echo(deadline)
                return
            except NotDeliveredError:
                await asyncio.sleep(_PAUSE_S[0])
        raise Unavailable("The message bus does not answer; try again shortly.")

    def _echo(self, deadline: float) -> asyncio.Future[Any]:
        # A message to ourselves comes back after the server has handled all before it. (`flush` of
        # nats-py costs the connection when it is cancelled: the late answer ends its reader.)
        return self._ask(_Waiter(self._loop.create_future(), deadline), "", b"", None)

    async def close(self) -> None:
        """Send what is written, then hang up for good."""
        self._is_closing = True
        link = self._link
        if link is not None:
            try:
                await self._echo(self._loop.time() + _FLUSH_S)
            except NotDeliveredError:
                logger.warning("bus closed with unsent messages")
            self._lost_link(link)
            await link.hang_up()
        self._lost.set()


def _check_size(data: bytes, headers: dict[str, str] | None, *, limit: int) -> None:
    lines = (f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    size = len(data) + (len("".join(lines).encode()) + len("NATS/1.0\r\n\r\n") if headers else 0)
    if size > limit:
        raise TooLarge(f"A message of {size} bytes exceeds the limit of the bus, {limit}.")


def _fail(future: asyncio.Future[Any], error: NotDeliveredError) -> None:
    if not future.done():
        future.set_exception(error)
        future.exception()  # whoever waited may be gone, which is no defect
