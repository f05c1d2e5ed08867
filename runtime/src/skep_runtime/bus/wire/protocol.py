"""One TCP connection that speaks the NATS client protocol.

https://docs.nats.io/reference/reference-protocols/nats-protocol. Bytes in become frames; frames out
leave in one write per turn of the event loop. Nothing here knows about reconnecting.
"""

import asyncio
import base64
import logging
import ssl
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

logger = logging.getLogger(__name__)

_CRLF: Final = b"\r\n"
_HANDSHAKE_S: Final = 5.0
_HELLO: Final = {
    "verbose": False,
    "pedantic": False,
    "lang": "python",
    "version": "skep",
    "protocol": 1,
    "headers": True,
    "no_responders": True,
}


class BusSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach NATS."""

    url: str = "nats://127.0.0.1:4222"
    """Several servers are separated by commas; ``tls://`` asks for encryption."""
    user: str | None = None
    password: str | None = None
    token: str | None = None
    credentials_file: str | None = None
    """A ``.creds`` file, with a user's JWT and seed."""
    tls_ca: str | None = None
    """A file of certificates to trust instead of the system's."""
    replicas: int = 1
    """Copies of every stream and bucket; 3 on a cluster."""
    connect_timeout_s: float = 20.0
    """How long a starting service waits for a server."""


class Server(msgspec.Struct, frozen=True):
    """An address to try."""

    host: str
    port: int
    is_tls: bool = False
    user: str | None = None
    password: str | None = None


class ServerInfo(msgspec.Struct):
    """What a server says of itself; `ldm` (lame duck mode) means that it is about to stop."""

    server_name: str = ""
    max_payload: int = 1024 * 1024
    tls_required: bool = False
    nonce: str = ""
    connect_urls: tuple[str, ...] = ()
    ldm: bool = False


class RefusedError(Exception):
    """The server will not have us: wrong credentials, or none."""


class Frame(msgspec.Struct, gc=False):
    """A message as it came off the wire."""

    subject: bytes
    reply: bytes
    head: bytes
    data: bytes

    @property
    def text(self) -> str:
        """The subject as text; what is no UTF-8 in it is replaced."""
        return self.subject.decode("utf-8", "replace")

    @property
    def headers(self) -> dict[str, str]:
        """The headers, parsed at each use."""
        return parse_headers(self.head)

    @property
    def status(self) -> bytes:
        """The three digits of a status from the server; empty for ordinary messages."""
        return self.head[9:12] if self.head[8:9] == b" " else b""


def parse_headers(head: bytes) -> dict[str, str]:
    """Read a header block; of repeated names the last counts."""
    lines = (line.decode("utf-8", "replace").partition(":") for line in head.split(_CRLF)[1:])
    return {name: value.strip() for name, colon, value in lines if colon}


def encode_headers(headers: Mapping[str, str]) -> bytes:
    """Write a header block.

    Raises:
        ValueError: A control character, which would end the header early.
    """
    lines = "".join([f"{name}: {value}\n" for name, value in headers.items()])
    if not lines.replace("\n", "", len(headers)).isprintable():
        raise ValueError("a header holds control characters")
    return f"NATS/1.0\n{lines}\n".replace("\n", "\r\n").encode()


def parse_servers(url: str) -> list[Server]:
    """Return the servers that a setting lists.

    Raises:
        ValueError: A part is not of the form ``nats://[user:password@]host[:port]``.
    """
    servers = []
    for part in url.split(","):
        parts = urlsplit(part.strip() if "://" in part else f"nats://{part.strip()}")
        if parts.scheme not in {"nats", "tls"} or not parts.hostname:
            raise ValueError("a bus URL looks like nats://host:4222 or tls://host:4222")
        user, password = (
            unquote(text) if text else None for text in (parts.username, parts.password)
        )
        port = parts.port or 4222
        servers.append(Server(parts.hostname, port, parts.scheme == "tls", user, password))
    return servers


def _sign_in(settings: BusSettings, server: Server, info: ServerInfo) -> dict[str, str]:
    if settings.credentials_file:
        # Two blocks between dashed lines, a JWT and a seed: prefix, 32 bytes of key, checksum.
        words = Path(settings.credentials_file).read_text("utf-8").split()
        try:
            jwt, seed = (word for word in words if len(word) > 50 and "--" not in word)
            key = base64.b32decode(seed + "=" * (-len(seed) % 8))[2:34]
            signature = Ed25519PrivateKey.from_private_bytes(key).sign(info.nonce.encode())
        except ValueError:
            raise RefusedError("the credentials file holds no JWT and seed") from None
        return {"jwt": jwt, "sig": base64.urlsafe_b64encode(signature).decode().rstrip("=")}
    if settings.token:
        return {"auth_token": settings.token}
    user, password = settings.user or server.user, settings.password or server.password
    if user and password:
        return {"user": user, "pass": password}
    return {"auth_token": user} if user else {}


class Link(asyncio.Protocol):
    """One TCP connection, from greeting to loss."""

    def __init__(
        self,
        on_frame: Callable[[bytes, Frame], None],
        on_info: Callable[[ServerInfo], None],
        on_lost: Callable[["Link", str], None],
    ) -> None:
        """Report frames with their subscription's id, changed server information, and the end."""
        self._loop = asyncio.get_running_loop()
        self._on_frame = on_frame
        self._on_info = on_info
        self._on_lost = on_lost
        self._transport: Any = None
        self._greeting: asyncio.Future[ServerInfo] = self._loop.create_future()
        self._pongs: deque[asyncio.Future[None]] = deque()
        self._parts: list[bytes] = []
        self._have = self._need = 0
        self._out: list[bytes] = []
        self._error = "the connection was closed"

    async def open(self, server: Server, settings: BusSettings, *, name: str) -> ServerInfo:
        """Connect and sign in.

        Raises:
            RefusedError: The server does not accept us.
            OSError: Nobody answers, or the connection broke.
        """
        async with asyncio.timeout(_HANDSHAKE_S):
            await self._loop.create_connection(lambda: self, server.host, server.port)
            info = await self._greeting
            if server.is_tls or settings.tls_ca or info.tls_required:
                context = ssl.create_default_context(cafile=settings.tls_ca)
                self._transport = await self._loop.start_tls(
                    self._transport, self, context, server_hostname=server.host
                )
            hello = _HELLO | {"name": name} | _sign_in(settings, server, info)
            self.write(b"CONNECT %b\r\n" % msgspec.json.encode(hello))
            await self.ping()
        return info

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport over."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail what waits, and say so."""
        self._transport = None
        self._out.clear()
        error = RefusedError if "uthoriz" in self._error else ConnectionResetError
        waiting: list[asyncio.Future[Any]] = [self._greeting, *self._pongs]
        for future in waiting:
            if not future.done():
                future.set_exception(error(self._error))
                future.exception()  # nobody may be waiting; that is no defect
        self._pongs.clear()
        self._on_lost(self, str(exc) if exc else self._error)

    def data_received(self, data: bytes) -> None:
        """Cut the bytes into frames; an incomplete rest waits until enough has come."""
        if self._parts:
            self._parts.append(data)
            self._have += len(data)
            if self._have < self._need:
                return
            data = b"".join(self._parts)
            self._parts.clear()
        at, end, self._need = 0, len(data), 0
        while (eol := data.find(_CRLF, at)) >= 0:
            stop = eol + 2
            if data[at] in b"MH":
                words = data[at:eol].split(b" ")
                stop += int(words[-1]) + 2
                if stop > end:
                    self._need = stop - at
                    break
                self._deliver(words, data[eol + 2 : stop - 2])
            else:
                self._control(data[at:eol])
            at = stop
        if at < end:
            self._parts.append(data[at:])
            self._have = end - at

    def _deliver(self, words: list[bytes], body: bytes) -> None:
        if words[0] == b"HMSG":
            cut = int(words[-2])
            reply = words[3] if len(words) == 6 else b""
            self._on_frame(words[2], Frame(words[1], reply, body[:cut], body[cut:]))
        else:
            reply = words[3] if len(words) == 5 else b""
            self._on_frame(words[2], Frame(words[1], reply, b"", body))

    def _control(self, line: bytes) -> None:
        if line == b"PING":
            self.write(b"PONG\r\n")
        elif line == b"PONG" and self._pongs:
            pong = self._pongs.popleft()
            if not pong.done():
                pong.set_result(None)
        elif line.startswith(b"INFO "):
            info = msgspec.json.decode(line[5:], type=ServerInfo)
            if not self._greeting.done():
                self._greeting.set_result(info)
            self._on_info(info)
        elif line.startswith(b"-ERR"):
            self._error = line[4:].strip(b" '").decode("utf-8", "replace")
            logger.warning("bus server complains", extra={"reason": self._error})

    def write(self, *pieces: bytes) -> None:
        """Send at the end of this turn of the event loop, with all else that gathers until then."""
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out += pieces

    def _flush(self) -> None:
        if self._out and self._transport is not None:
            self._transport.write(b"".join(self._out))
        self._out.clear()

    async def ping(self) -> None:
        """Wait until the server has handled everything written so far.

        Raises:
            OSError: The connection broke.
            RefusedError: The server hung up on us.
        """
        pong: asyncio.Future[None] = self._loop.create_future()
        self._pongs.append(pong)
        self.write(b"PING\r\n")
        await pong

    @property
    def backlog_bytes(self) -> int:
        """Bytes that the socket has not taken yet."""
        return self._transport.get_write_buffer_size() if self._transport else 0

    def close(self, *, at_once: bool = False) -> None:
        """Hang up after sending what is written, or at once."""
        self._flush()
        if self._transport is not None:
            (self._transport.abort if at_once else self._transport.close)()
