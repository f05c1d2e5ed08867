"""One connection to one server, by nats-py, from its greeting to its loss."""

import asyncio
import base64
import contextlib
import logging
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nats import errors
from nats.aio.client import Client

logger = logging.getLogger(__name__)

_HANG_UP_S: Final = 0.5
_LATE_S: Final = 2.0
_OPTIONS: Final[dict[str, Any]] = {
    # Who reconnects is `Connection`, each time with a new client.
    "allow_reconnect": False,
    "max_reconnect_attempts": 1,
    "reconnect_time_wait": 0.02,
    "connect_timeout": 2.0,
    "max_outstanding_pings": 2,
    # With these two nothing that sends ever waits, which `_at_once` relies on.
    "pending_size": 0,
    "flusher_queue_size": 0,
}

OnFrame = Callable[["Frame"], None]


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


class RefusedError(Exception):
    """The server will not have us, or not as securely as we want: wrong credentials, or none."""


class Frame(msgspec.Struct, gc=False):
    """A message as it came."""

    subject: str
    reply: str
    data: bytes
    headers: dict[str, str]

    @property
    def status(self) -> str:
        """The three digits of a status from the server; empty for ordinary messages."""
        # nats-py shows it among the headers, where anybody could write one. A status has no more.
        if not self.headers or self.data or self.reply:
            return ""
        return self.headers.get("Status", "")


class Servers(msgspec.Struct):
    """Where to connect, and as whom."""

    urls: list[str]
    sign_in: dict[str, str]
    must_encrypt: bool


def read_servers(settings: BusSettings) -> Servers:
    """Return what the settings say of servers; credentials in a URL count for all of them.

    Raises:
        ValueError: A URL is not of the form ``nats://[user:password@]host[:port]``.
    """
    parts = [
        urlsplit(u if "://" in u else f"nats://{u}")
        for u in settings.url.replace(" ", "").split(",")
    ]
    if any(part.scheme not in {"nats", "tls"} or not part.hostname for part in parts):
        raise ValueError("a bus URL looks like nats://host:4222 or tls://host:4222")
    user, password, token = settings.user, settings.password, settings.token
    for part in parts:
        user = user or unquote(part.username or "")
        password = password or unquote(part.password or "")
    token = token or ("" if password else user)
    sign_in = {"token": token} if token else {"user": user, "password": password}
    return Servers(
        [_address(part) for part in parts],
        {name: value for name, value in sign_in.items() if value},
        must_encrypt=bool(settings.tls_ca) or any(part.scheme == "tls" for part in parts),
    )


def _address(url: SplitResult) -> str:
    host = f"[{url.hostname}]" if ":" in str(url.hostname) else url.hostname
    return f"{url.scheme}://{host}:{url.port or 4222}"


def _credentials(path: str) -> dict[str, Callable[..., bytes]]:
    # Two blocks between dashed lines, a JWT and a seed: prefix, 32 bytes of key, checksum.
    words = Path(path).read_text("utf-8").split()
    try:
        jwt, seed = (word for word in words if len(word) > 50 and "--" not in word)
        secret = base64.b32decode(seed + "=" * (-len(seed) % 8))[2:34]
        key = Ed25519PrivateKey.from_private_bytes(secret)
    except ValueError:
        raise RefusedError("the credentials file holds no JWT and seed") from None
    return {
        "user_jwt_cb": jwt.encode,
        "signature_cb": lambda nonce: base64.b64encode(key.sign(nonce.encode())),
    }


class Link(Client):
    """A client of nats-py that lives as long as its connection, and never waits to send.

    What of nats-py is not public is touched in this class alone. It hands messages over where
    nats-py makes them, at once and in the order of their arrival, so none lies in a queue that may
    overflow.
    """

    def __init__(self, on_lost: Callable[["Link"], None]) -> None:
        """Report the end to `on_lost`."""
        super().__init__()
        self._on_lost = on_lost
        self._listeners: dict[int, OnFrame] = {}
        self._must_encrypt = False

    async def open(
        self, servers: Servers, settings: BusSettings, *, name: str, ping_s: float
    ) -> None:
        """Connect to any of the servers, and sign in.

        Raises:
            RefusedError: The server does not accept us.
            OSError: Nobody answers, or the connection broke.
        """
        options: dict[str, Any] = {
            "error_cb": self._complained,
            "lame_duck_mode_cb": self._leave,
            "ping_interval": ping_s,
            **servers.sign_in,
        }
        if settings.tls_ca:
            options["tls"] = ssl.create_default_context(cafile=settings.tls_ca)
        if settings.credentials_file:
            options |= _credentials(settings.credentials_file)
        self._must_encrypt = servers.must_encrypt
        is_open = False
        try:
            await self.connect(servers.urls, name=name, **_OPTIONS | options)
            is_open = self._reading_task is not None and self.is_connected
        except errors.SecureConnWantedError:
            raise RefusedError("it does not offer encryption") from None
        except errors.Error as error:
            if "uth" in str(error):  # authorization, authentication
                raise RefusedError(str(error).removeprefix("nats: ").strip("' ")) from None
            raise ConnectionError(str(error)) from error
        except (ValueError, AssertionError) as error:
            raise ConnectionError("it does not speak NATS") from error
        finally:
            if not is_open:
                await self.hang_up()
        if self._reading_task is None or not is_open:
            raise ConnectionResetError("the server hung up")
        # Whatever ends a connection, nats-py ends this task; not all of it reaches its callbacks.
        self._reading_task.add_done_callback(self._ended)

    def _connect_command(self) -> bytes:
        if self._must_encrypt and not self._server_info.get("tls_required"):
            raise errors.SecureConnWantedError
        return super()._connect_command()

    async def _complained(self, error: Exception) -> None:
        if self.is_connected and not isinstance(error, errors.UnexpectedEOF):
            logger.warning("bus server complains", extra={"reason": str(error)})

    async def _leave(self) -> None:
        # The server is about to stop: better to go now, if there are others.
        if len(self.servers) > 1:
            self.abort()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.debug("bus connection failed", exc_info=error)
        self._on_lost(self)

    def _build_message(  # noqa: PLR0917 - nats-py calls it so; None leaves it nothing to do
        self,
        sid: int,
        subject: bytes,
        reply: bytes,
        data: bytes,
        headers: dict[str, str] | None,
    ) -> None:
        listener = self._listeners.get(sid)
        if listener is not None:
            to, back = subject.decode("utf-8", "replace"), reply.decode("utf-8", "replace")
            try:
                listener(Frame(to, back, data, headers or {}))
            except Exception:
                logger.exception("message not taken", extra={"subject": to})

    async def _process_headers(self, headers: bytes | None) -> dict[str, str] | None:
        try:
            return await super()._process_headers(headers)
        except (ValueError, IndexError):
            # Otherwise a broken header would end the connection of whoever it reaches.
            logger.warning("message with broken headers")
            return None

    def post(
        self, subject: str, data: bytes, *, reply: str = "", headers: dict[str, str] | None = None
    ) -> None:
        """Send at the end of this turn of the event loop, with all else that gathers until then.

        Raises:
            OSError: The connection broke.
        """
        try:
            _at_once(self.publish(subject, data, reply, headers))
        except (errors.ConnectionClosedError, errors.OutboundBufferLimitError):
            raise ConnectionResetError("the connection was closed") from None

    def listen(self, subject: str, queue: str, listener: OnFrame) -> int:
        """Subscribe; returns what `mute` wants.

        Raises:
            OSError: The connection broke.
        """
        try:
            _at_once(self.subscribe(subject, queue))
        except errors.ConnectionClosedError:
            raise ConnectionResetError("the connection was closed") from None
        self._listeners[self._sid] = listener
        return self._sid

    def mute(self, sid: int, late: OnFrame | None) -> None:
        """End a subscription; what is under way to it goes to `late`, or is dropped."""
        if late is None:
            self._forget(sid)
        else:
            # `Subscription.drain` ends with a round trip, and a server may be later than that.
            self._listeners[sid] = late
            asyncio.get_running_loop().call_later(_LATE_S, self._forget, sid)
        _at_once(self._send_unsubscribe(sid))

    def _forget(self, sid: int) -> None:
        self._listeners.pop(sid, None)
        self._remove_sub(sid)

    def abort(self) -> None:
        """Hang up without sending anything more."""
        writer = getattr(self._transport, "_io_writer", None)
        if writer is not None:
            writer.transport.abort()

    async def _close(self, status: int, do_cbs: bool = True) -> None:  # noqa: FBT001, FBT002 - as in nats-py
        # nats-py would write what is unsent, which raises when the connection is gone, and waits
        # for ever when the server is frozen.
        self._pending.clear()
        self._pending_data_size = 0
        self.abort()
        self._on_lost(self)
        await super()._close(status, do_cbs)

    async def hang_up(self) -> None:
        """Let go of the connection and of what nats-py started for it; nothing more is sent."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_HANG_UP_S):
                await self.close()

    @property
    def server_name(self) -> str:
        """How the server calls itself."""
        return str(self._server_info.get("server_name", ""))


def _at_once(sending: Any) -> Any:
    """Run a coroutine that does not wait, without a task.

    What nats-py sends waits only for room in its buffers, which `Link` has left unlimited.
    """
    try:
        sending.send(None)
    except StopIteration as end:
        return end.value
    raise RuntimeError("nats-py waits where it should not")
