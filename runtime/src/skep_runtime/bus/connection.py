"""A connection that outlives servers: subscriptions, requests and what to do while nobody is there."""

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

from skep_runtime.bus.protocol import (
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
_PING_S: Final = 5.0
_SILENT_PINGS: Final = 2
_SWEEP_S: Final = 0.1
_FIRST_PAUSE_S: Final = 0.02
_LONGEST_PAUSE_S: Final = 1.0
_KEPT_FRAMES: Final = 100_000
_INBOX_SID: Final = b"1"
WORKING: Final = b"NATS/1.0\r\nSkep-Working: 1\r\n\r\n"
"""The header block of a message that says: your request is being worked on."""


class NotDeliveredError(Exception):
    """No answer: whether the request was carried out is unknown, except for `NoResponderError`."""


class DisconnectedError(NotDeliveredError):
    """The connection broke, or was not there."""


class NoResponderError(NotDeliveredError):
    """Nobody listens on the subject; nothing was carried out."""


class NoAnswerError(NotDeliveredError):
    """The time is up."""


class SilentError(NotDeliveredError):
    """Whoever took the request no longer says that they work on it."""


class _Waiter(msgspec.Struct):
    future: asyncio.Future[Any]
    deadline: float
    parts: list[Frame] | None = None
    """Where many answers gather until the status that ends them."""
    silence_s: float = 0.0
    silent_at: float = math.inf


class Connection:
    """Sends, subscribes and asks; reconnects for ever.

    Subscriptions survive a reconnect. Requests that were under way fail with `DisconnectedError`, and
    those who know whether a repeat is safe repeat them.
    """

    def __init__(self, settings: BusSettings, *, name: str) -> None:
        self.settings = settings
        self.info = ServerInfo()
        self.on_connect: set[Callable[[], None]] = set()
        self._name = name
        self._servers = parse_servers(settings.url)
        self._link: Link | None = None
        self._connected = asyncio.Event()
        self._lost = asyncio.Event()
        self._is_closing = False
        self.connected_at = 0.0
        """When the present connection was made, on the clock of the event loop."""
        self._subscriptions: dict[bytes, tuple[bytes, bytes, OnFrame]] = {}
        self._sids = count(2)
        self._identity = secrets.token_hex(10).encode()
        self._inbox = b"_INBOX.%b." % self._identity
        self._tokens = count(1)
        self._waiting: dict[bytes, _Waiter] = {}
        self._is_sweeping = False
        self._kept: deque[tuple[bytes, bytes]] = deque(maxlen=_KEPT_FRAMES)
        self._subscriptions[_INBOX_SID] = (self._inbox + b"*", b"", self._answered)

    @property
    def is_connected(self) -> bool:
        """Whether a server is there right now."""
        return self._link is not None

    async def wait_connected(self, deadline: float) -> None:
        """Wait for a server until `deadline`, on the clock of the event loop.

        Raises:
            Unavailable: None came.
        """
        if self._link is not None:
            return
        try:
            async with asyncio.timeout_at(deadline):
                await self._connected.wait()
        except TimeoutError:
            raise Unavailable("The message bus cannot be reached; try again shortly.") from None

    async def connect(self, timeout_s: float) -> None:
        """Make the first connection; `keep` makes the later ones.

        Raises:
            Unavailable: No server within the time, or it refuses us.
        """
        deadline = asyncio.get_running_loop().time() + timeout_s
        pause = _FIRST_PAUSE_S
        while True:
            try:
                return await self._connect_to_any()
            except RefusedError as error:
                raise Unavailable(
                    f"The message bus at {self._where()} refuses the connection ({error}). "
                    "Check the user, password, token or credentials file in the bus settings.",
                    code="bus_refused",
                ) from None
            except (OSError, ValueError):
                if asyncio.get_running_loop().time() > deadline:
                    raise Unavailable(
                        f"No message bus answers at {self._where()} after {timeout_s:g} s. "
                        "Start nats-server, or correct the bus URL in the settings.",
                        code="bus_unreachable",
                    ) from None
            await asyncio.sleep(pause)
            pause = min(pause * 2, 0.5)

    def _where(self) -> str:
        return ", ".join(f"{server.host}:{server.port}" for server in self._servers)

    async def keep(self) -> None:
        """Reconnect whenever the connection is lost, until closed; notice servers that fell silent."""
        silent = 0
        while not self._is_closing:
            link = self._link
            if link is None:
                await self._reconnect()
                continue
            try:
                async with asyncio.timeout(_PING_S):
                    await self._lost.wait()
            except TimeoutError:
                silent = silent + 1 if await self._is_silent(link) else 0
                if silent >= _SILENT_PINGS:
                    link.close(at_once=True)
                    silent = 0

    async def _is_silent(self, link: Link) -> bool:
        try:
            async with asyncio.timeout(_PING_S):
                await link.ping()
        except (TimeoutError, ConnectionResetError, RefusedError):
            return True
        return False

    async def _reconnect(self) -> None:
        logger.warning("bus connection lost", extra={"servers": self._where()})
        pause = _FIRST_PAUSE_S
        while not self._is_closing:
            try:
                return await self._connect_to_any()
            except (OSError, ValueError, RefusedError) as error:
                if isinstance(error, RefusedError):
                    logger.warning("bus refuses the connection", extra={"reason": str(error)})
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads herds
                pause = min(pause * 1.5, _LONGEST_PAUSE_S)

    async def _connect_to_any(self) -> None:
        refused: Exception = OSError("no server")
        servers = self._servers[:]
        random.shuffle(servers)
        for server in servers:
            link = Link(self._received, self._informed, self._lost_link)
            try:
                self.info = await link.open(server, self.settings, name=self._name)
            except (OSError, ValueError, RefusedError) as error:
                link.close(at_once=True)
                if not isinstance(refused, RefusedError):
                    refused = error
                continue
            self._use(link)
            return
        raise refused

    def _use(self, link: Link) -> None:
        for sid, (subject, queue, _) in self._subscriptions.items():
            link.write(_sub(sid, subject, queue))
        while self._kept:
            subject, data = self._kept.popleft()
            link.write(b"PUB %b %d\r\n" % (subject, len(data)), data, b"\r\n")
        self._link = link
        self.connected_at = asyncio.get_running_loop().time()
        self._lost.clear()
        self._connected.set()
        logger.info("bus connected", extra={"server": self.info.server_name})
        for callback in tuple(self.on_connect):
            callback()

    def _informed(self, info: ServerInfo) -> None:
        for url in info.connect_urls:
            host, _, port = url.rpartition(":")
            known = self._servers[0]
            server = Server(host.strip("[]"), int(port), known.is_tls, known.user, known.password)
            if all((s.host, s.port) != (server.host, server.port) for s in self._servers):
                self._servers.append(server)
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
        if found is None:
            return
        try:
            found[2](frame)
        except Exception:
            logger.exception("bus callback failed", extra={"subject": frame.subject.decode()})

    def send(
        self,
        subject: bytes,
        data: bytes,
        *,
        reply: bytes = b"",
        head: bytes = b"",
        keep: bool = False,
    ) -> bool:
        """Publish; False when no server is there, and then `keep` sends it (without head) after reconnecting.

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
            raise TooLarge(
                f"A message of {size} bytes exceeds the bus limit, {self.info.max_payload}."
            )
        if reply:
            subject = b"%b %b" % (subject, reply)
        if head:
            link.write(b"HPUB %b %d %d\r\n" % (subject, len(head), size), head, data, b"\r\n")
        else:
            link.write(b"PUB %b %d\r\n" % (subject, size), data, b"\r\n")
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

        Timeouts are checked ten times a second for all requests together, so that none needs a timer.

        Args:
            subject: Where the request goes.
            data: Its payload.
            head: Its header block.
            timeout_s: Seconds until the answer must be there.
            silence_s: Give up earlier when neither the answer nor a `WORKING` came for so long.
        """
        waiter = _Waiter(asyncio.get_running_loop().create_future(), timeout_s)
        if silence_s:
            waiter.silence_s = silence_s
        return self._ask(waiter, subject, data, head)

    def collect(
        self, subject: bytes, data: bytes, *, timeout_s: float = 5.0
    ) -> asyncio.Future[list[Frame]]:
        """Publish and return the future answers, the last of which is the status that ends them."""
        waiter = _Waiter(asyncio.get_running_loop().create_future(), timeout_s, parts=[])
        return self._ask(waiter, subject, data, b"")

    def _ask(
        self, waiter: _Waiter, subject: bytes, data: bytes, head: bytes
    ) -> asyncio.Future[Any]:
        token = b"%x" % next(self._tokens)
        if not self.send(subject, data, reply=self._inbox + token, head=head):
            _fail(waiter.future, DisconnectedError("not connected"))
            return waiter.future
        loop = asyncio.get_running_loop()
        now = loop.time()
        waiter.deadline += now
        if waiter.silence_s:
            waiter.silent_at = now + waiter.silence_s
        self._waiting[token] = waiter
        if not self._is_sweeping:
            self._is_sweeping = True
            loop.call_later(_SWEEP_S, self._sweep)
        return waiter.future

    def _answered(self, frame: Frame) -> None:
        token = frame.subject[len(self._inbox) :]
        waiter = self._waiting.get(token)
        if waiter is None:
            return
        if frame.head == WORKING:
            waiter.silent_at = asyncio.get_running_loop().time() + waiter.silence_s
            return
        status = frame.status
        if waiter.parts is not None and not status:
            waiter.parts.append(frame)
            return
        del self._waiting[token]
        if waiter.future.done():
            return
        if status == b"503":
            _fail(waiter.future, NoResponderError(frame.subject.decode()))
        elif waiter.parts is None:
            waiter.future.set_result(frame)
        else:
            waiter.future.set_result([*waiter.parts, frame])

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for token, waiter in tuple(self._waiting.items()):
            if now < waiter.deadline and now < waiter.silent_at and not waiter.future.done():
                continue
            del self._waiting[token]
            is_late = now >= waiter.deadline
            _fail(waiter.future, NoAnswerError("late") if is_late else SilentError("silent"))
        self._is_sweeping = bool(self._waiting)
        if self._is_sweeping:
            loop.call_later(_SWEEP_S, self._sweep)

    def new_mark(self) -> bytes:
        """Return a word that nobody else uses, for telling own messages from others'."""
        return b"%b-%x" % (self._identity, next(self._tokens))

    def new_inbox(self) -> bytes:
        """Return a subject that nobody else uses, for a subscription of its own."""
        return b"_INBOX.%b_%x" % (self._identity, next(self._tokens))

    def subscribe(self, subject: bytes, callback: OnFrame, *, queue: bytes = b"") -> bytes:
        """Call `callback` for every message on `subject`; returns what `unsubscribe` wants."""
        sid = b"%d" % next(self._sids)
        self._subscriptions[sid] = (subject, queue, callback)
        if self._link is not None:
            self._link.write(_sub(sid, subject, queue))
        return sid

    def unsubscribe(self, sid: bytes) -> None:
        """End a subscription; what is under way to it is dropped."""
        if self._subscriptions.pop(sid, None) and self._link is not None:
            self._link.write(b"UNSUB %b\r\n" % sid)

    async def flush(self) -> None:
        """Wait until the server has seen everything sent so far; at once when there is none."""
        if self._link is not None:
            try:
                await self._link.ping()
            except (ConnectionResetError, RefusedError):
                return

    @property
    def backlog_bytes(self) -> int:
        """Bytes that the socket has not taken yet."""
        return self._link.backlog_bytes if self._link else 0

    async def close(self) -> None:
        """Send what is written, then hang up for good."""
        self._is_closing = True
        try:
            async with asyncio.timeout(_PING_S):
                await self.flush()
        except TimeoutError:
            logger.warning("bus closed with unsent messages")
        if self._link is not None:
            self._link.close()
        self._lost.set()


def _fail(future: asyncio.Future[Any], error: NotDeliveredError) -> None:
    if not future.done():
        future.set_exception(error)
        future.exception()  # seen: whoever waited may be gone, which is no defect


def _sub(sid: bytes, subject: bytes, queue: bytes) -> bytes:
    return (
        b"SUB %b %b %b\r\n" % (subject, queue, sid) if queue else b"SUB %b %b\r\n" % (subject, sid)
    )
