"""uvicorn inside our own lifecycle: no signal handlers, bounded heads, streams that end."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator
from typing import Any, Final, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from skep_gateway.web.limits import WebSettings
from skep_gateway.web.sse import HANG_UP, Closing
from skep_runtime.lifecycle import Stop

_MAX_HEAD_BYTES: Final = 64 * 1024
_HEAD_TIMEOUT_S: Final = 15.0
_CONTINUE: Final = b"HTTP/1.1 100 "
_TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class _HeadWithBody:
    """Writes the head of an answer together with the first of its body.

    One system call instead of two, and the client wakes once.
    """

    __slots__ = ("_head", "_is_head_gone", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""
        self._is_head_gone = False

    def write(self, data: bytes) -> None:
        """Write, or hold the head back until the next piece."""
        if self._is_head_gone or data.startswith(_CONTINUE):
            self._transport.write(data)
        elif not self._head:
            self._head = data
        else:
            self._is_head_gone = True
            self._transport.write(self._head + data)

    def close(self) -> None:
        """Hang up, once what was held back is written."""
        if self._head and not self._is_head_gone:
            self._is_head_gone = True
            self._transport.write(self._head)
        self._transport.close()

    def is_closing(self) -> bool:
        """Tell whether it is hanging up."""
        return self._transport.is_closing()


class BoundedProtocol(HttpToolsProtocol):
    """Refuses heads that are too large, and closes connections whose head takes too long.

    The parser itself would collect headers for ever.
    """

    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Its log lines hold whole addresses, and what people put into them; `edge` writes ours.
        self.access_log = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Start the clock with the connection."""
        super().connection_made(transport)
        self._expect_head()

    def on_message_begin(self) -> None:
        """Start the clock and the count with each request."""
        super().on_message_begin()
        self._head_bytes = 0
        self._expect_head()

    def _expect_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(_HEAD_TIMEOUT_S, self._give_up)

    def _give_up(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()

    def _head_is_here(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def data_received(self, data: bytes) -> None:
        """Drop what comes after a refusal."""
        if self.transport.is_closing():
            return
        super().data_received(data)

    def on_url(self, url: bytes) -> None:
        """Count the address."""
        if self._is_small_enough(len(url)):
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        if self._is_small_enough(len(name) + len(value) + 4):
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Stop the clock."""
        self._head_is_here()
        if not self.transport.is_closing():
            super().on_headers_complete()
            # The cycle's task is made and has not begun, so nothing is written yet.
            self.cycle.transport = cast("asyncio.Transport", _HeadWithBody(self.transport))
            self.scope[HANG_UP] = self.transport.abort  # type: ignore[typeddict-unknown-key]  # ours

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._head_is_here()
        super().connection_lost(exc)

    def _is_small_enough(self, more: int) -> bool:
        self._head_bytes += more
        if self._head_bytes <= _MAX_HEAD_BYTES:
            return True
        if not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()
        return False


def _without_colour(record: logging.LogRecord) -> bool:
    """Take out the copy of its text that uvicorn adds for terminals."""
    vars(record).pop("color_message", None)
    return True


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and tell those who wait for it."""
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the lifecycle."""
        yield


class HttpServer:
    """Serves an application on one address until stopped."""

    def __init__(self, app: ASGIApp, *, host: str, port: int, settings: WebSettings) -> None:
        config: dict[str, Any] = {
            "host": host,
            "port": port,
            "http": BoundedProtocol,
            "ws": "none",
            "lifespan": "off",
            "loop": "none",
            "log_config": None,
            "access_log": False,
            "server_header": False,
            "proxy_headers": bool(settings.trusted_proxies),
            "forwarded_allow_ips": settings.trusted_proxies or "",
            "timeout_graceful_shutdown": int(settings.shutdown_timeout_s) or 1,
            "timeout_keep_alive": 75,
            "backlog": 2048,
        }
        self._server = _Server(uvicorn.Config(app, **config))
        logging.getLogger("uvicorn.error").addFilter(_without_colour)
        # Given up by us, a request still gets an answer that says why; by uvicorn, it would not.
        self._grace_s = settings.shutdown_timeout_s / 2

    @property
    def port(self) -> int:
        """The port it listens on, once it listens; differs from the setting when that was 0."""
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    async def wait_listening(self) -> None:
        """Return once connections are accepted."""
        await self._server.listening.wait()

    async def run(self, stop: Stop, closing: Closing) -> None:
        """Serve until `stop`; then end streams through `closing`, finish requests, and return."""
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(self._server.serve())
            stopping = tasks.create_task(stop.wait())
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            closing.begin(self._grace_s)
            self._server.should_exit = True
            stopping.cancel()
            await serving
