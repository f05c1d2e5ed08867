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
from skep_runtime.bus.wire.protocol import (
    BusSettings,
    Frame,
    Link,
    RefusedError,
    Server,
    ServerInfo,
    parse_servers,
)

logger = logging.getLogger(__name__)

OnFrame = Callable[[Frame], None]
WORKING: Final = b"NATS/1.0\r\nSkep-Working: 1\r\n\r\n"
"""The header block of a message that says: your request is being worked on."""
_PING_S: Final = 3.0
_SWEEP_S: Final = 0.1
_LATE_S: Final = 2.0
_PAUSE_S: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_KEPT_FRAMES: Final = 100_000
_INBOX_SID: Final = b"1"


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


class Connection:
    """Sends, subscribes and asks; reconnects for ever.

    Subscriptions survive a reconnect. Requests that are under way then fail with
    `DisconnectedError`; those who know that a repeat is safe repeat them.
    """

    def __init__(self, settings: BusSettings, *, name: str) -> None:
        """Prepare; `connect` and `keep` do the work. `name` is shown by the server's monitoring."""
        self.info = ServerInfo()
        self.connected_at = 0.0
        """When the present connection was made, on the clock of the event loop."""
        self.on_connect: set[Callable[[], None]] = set()
        self._settings = settings
        self._name = name
        self._loop = asyncio.get_running_loop()
        self._servers = parse_servers(settings.url)
        self._link: Link | None = None
        self._connected = asyncio.Event()
        self._lost = asyncio.Event()
        self._is_closing = False
        self._sids = count(2)
        self._tokens = count(1)
        self._identity = secrets.token_hex(10).encode()
        self._inbox = b"_INBOX.%b." % self._identity
        self._subscriptions: dict[bytes, tuple[bytes, OnFrame]] = {
            _INBOX_SID: (self._inbox + b"*", self._answered)
        }
        self._waiting: dict[bytes, _Waiter] = {}
        self._is_sweeping = False
        self._kept: deque[tuple[bytes, bytes]] = deque(maxlen=_KEPT_FRAMES)

    @property
    def is_connected(self) -> bool:
        """Whether a server is there right now."""
        return self._link is not None

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
        where = ", ".join(f"{server.host}:{server.port}" for server in self._servers)
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
        """Reconnect whenever the connection is lost, until closed; notice silent servers."""
        while not self._is_closing:
            link = self._link
            if link is None:
                await self._reconnect()
                continue
            try:
                async with asyncio.timeout(_PING_S):
                    await self._lost.wait()
            except TimeoutError:
                if await self._is_silent(link):
                    link.close(at_once=True)

    async def _is_silent(self, link: Link) -> bool:
        try:
            async with asyncio.timeout(2 * _PING_S):
                await link.ping()
        except (OSError, RefusedError):
            return True
        return False

    async def _reconnect(self) -> None:
        logger.warning("bus connection lost")
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
        failure: Exception = OSError("no server")
        for server in random.sample(self._servers, len(self._servers)):
            link = Link(self._received, self._informed, self._lost_link)
            try:
                self.info = await link.open(server, self._settings, name=self._name)
            except (OSError, RefusedError) as error:
                link.close(at_once=True)
                failure = error if not isinstance(failure, RefusedError) else failure
                continue
            self._use(link)
            return
        raise failure

    def _use(self, link: Link) -> None:
        for sid, (subject, _) in self._subscriptions.items():
            link.write(b"SUB %b %b\r\n" % (subject, sid))
        while self._kept:
            subject, data = self._kept.popleft()
            link.write(b"PUB %b %d\r\n%b\r\n" % (subject, len(data), data))
        self._link = link
        self.connected_at = self._loop.time()
        self._lost.clear()
        self._connected.set()
        logger.info("bus connected", extra={"server": self.info.server_name})
        for callback in tuple(self.on_connect):
            try:
                callback()
            except Exception:
                logger.exception("not restored after connecting")

    def _informed(self, info: ServerInfo) -> None:
        first = self._servers[0]
        known = {(server.host, server.port) for server in self._servers}
        for url in info.connect_urls:
            host, _, port = url.rpartition(":")
            if (host.strip("[]"), int(port)) not in known:
                found = Server(
                    host.strip("[]"), int(port), first.is_tls, first.user, first.password
                )
                self._servers.append(found)
        if info.ldm and self._link is not None and len(self._servers) > 1:
            self._link.close()

    def _lost_link(self, link: Link, reason: str) -> None:
        if link is not self._link:
            return
        self._link = None
        self._connected.clear()
        self._lost.set()
        waiting, self._waiting = self._waiting, {}
        for waiter in waiting.values():
            _fail(waiter.future, DisconnectedError(reason))

    def _received(self, sid: bytes, frame: Frame) -> None:
        found = self._subscriptions.get(sid)
        if found is not None:
            try:
                found[1](frame)
            except Exception:
                logger.exception("message not taken", extra={"subject": frame.text})

    def send(
        self,
        subject: bytes,
        data: bytes,
        *,
        reply: bytes = b"",
        head: bytes = b"",
        keep: bool = False,
    ) -> bool:
        """Publish; False when no server is there, and then `keep` sends it after reconnecting.

        Raises:
            TooLarge: The server would not take it.
        """
        link = self._link
        if link is None:
            if keep:
                self._kept.append((subject, data))
            return False
        size = len(head) + len(data)
        if size > self.info.max_payload:
            limit = self.info.max_payload
            raise TooLarge(f"A message of {size} bytes exceeds the limit of the bus, {limit}.")
        if head:
            line = b"HPUB %b %b %d %d\r\n" % (subject, reply, len(head), size)
            link.write(line, head, data, b"\r\n")
        else:
            link.write(b"PUB %b %b %d\r\n" % (subject, reply, size), data, b"\r\n")
        return True

    def request(
        self,
        subject: bytes,
        data: bytes,
        *,
        head: bytes = b"",
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
        return self._ask(waiter, subject, data, head)

    def collect(
        self, subject: bytes, data: bytes, *, timeout_s: float = 5.0
    ) -> asyncio.Future[list[Frame]]:
        """Publish and return the future answers, the last of which is the status that ends them."""
        waiter = _Waiter(self._loop.create_future(), self._loop.time() + timeout_s, parts=[])
        return self._ask(waiter, subject, data, b"")

    def _ask(
        self, waiter: _Waiter, subject: bytes, data: bytes, head: bytes
    ) -> asyncio.Future[Any]:
        token = b"%x" % next(self._tokens)
        if not self.send(subject, data, reply=self._inbox + token, head=head):
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
        if frame.head == WORKING:
            waiter.silent_at = self._loop.time() + waiter.silence_s
            return
        status = frame.status
        if waiter.parts is not None:
            waiter.parts.append(frame)
            if not status:
                return
        del self._waiting[token]
        if status == b"503":
            _fail(waiter.future, NoResponderError(frame.text))
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

    def new_mark(self) -> bytes:
        """Return a word that nobody else uses, for a subject or a sign of one's own."""
        return b"%b_%x" % (self._identity, next(self._tokens))

    def subscribe(self, subject: bytes, callback: OnFrame, *, queue: bytes = b"") -> bytes:
        """Call `callback` for every message on `subject`; returns what `unsubscribe` wants."""
        sid = b"%d" % next(self._sids)
        subject = b"%b %b" % (subject, queue) if queue else subject
        self._subscriptions[sid] = (subject, callback)
        if self._link is not None:
            self._link.write(b"SUB %b %b\r\n" % (subject, sid))
        return sid

    def unsubscribe(self, sid: bytes, *, late: OnFrame | None = None) -> None:
        """End a subscription; what is under way to it goes to `late`, or is dropped."""
        found = self._subscriptions.pop(sid, None)
        if found is None:
            return
        if self._link is not None:
            self._link.write(b"UNSUB %b\r\n" % sid)
        if late is not None:
            self._subscriptions[sid] = (found[0], late)
            self._loop.call_later(_LATE_S, self.unsubscribe, sid)

    async def flush(self, deadline: float) -> None:
        """Wait until a server has seen everything sent so far.

        Raises:
            Unavailable: There was none until the deadline.
        """
        while self._loop.time() < deadline:
            await self.wait_connected(deadline)
            try:
                async with asyncio.timeout_at(deadline):
                    if self._link is not None:
                        return await self._link.ping()
            except (OSError, RefusedError):
                await asyncio.sleep(_PAUSE_S[0])
        raise Unavailable("The message bus does not answer; try again shortly.")

    @property
    def backlog_bytes(self) -> int:
        """Bytes that the socket has not taken yet."""
        return self._link.backlog_bytes if self._link else 0

    async def close(self) -> None:
        """Send what is written, then hang up for good."""
        self._is_closing = True
        if self._link is not None:
            if await self._is_silent(self._link):
                logger.warning("bus closed with unsent messages")
            if self._link is not None:
                self._link.close()
        self._lost.set()


def _fail(future: asyncio.Future[Any], error: NotDeliveredError) -> None:
    if not future.done():
        future.set_exception(error)
        future.exception()  # whoever waited may be gone, which is no defect
