"""HTTP/1.1 as a scripted server speaks it: what came in, what goes out, the connection between."""

import asyncio
import inspect
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final, Protocol, TypeAlias
from urllib.parse import parse_qsl, unquote

import msgspec

MAX_BODY_BYTES: Final = 256 * 1024 * 1024


class Pause(msgspec.Struct, frozen=True):
    """Send nothing for a while."""

    seconds: float


class Drop(msgspec.Struct, frozen=True):
    """Close the connection here, in the middle of the answer; `reset` sends RST instead of FIN."""

    reset: bool = False


Step: TypeAlias = bytes | Pause | Drop


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What to send. A body of bytes gets its length; one of steps is sent chunk by chunk.

    `split` cuts the body into pieces of so many bytes, `gap_s` apart. `delay_s` comes before the
    status line. With `is_raw` the body is the whole answer, status line included, sent as it is.
    """

    status: int = 200
    headers: Mapping[str, str] = {}
    body: bytes | Iterable[Step] = b""
    json: Any = msgspec.UNSET
    delay_s: float = 0.0
    split: int | None = None
    gap_s: float = 0.0
    is_raw: bool = False
    on_end: Callable[[bool], None] | None = None
    """Called once, on the server's thread: true just before the last bytes leave, false when the
    connection ends before that."""


class Received(msgspec.Struct, kw_only=True):
    """A request as it came in. Header names are lower-case.

    `is_answered`: everything was sent. `is_aborted`: the client went away before that. `is_ended`:
    nothing more will be sent, for whatever reason.
    """

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""
    at_s: float = 0.0
    is_answered: bool = False
    is_aborted: bool = False
    is_ended: bool = False

    @property
    def path(self) -> str:
        """The decoded path, without the query."""
        return unquote(self.target.partition("?")[0])

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters; the last of several values."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    def json(self) -> Any:
        """Return the body, decoded."""
        return json.loads(self.body)


class Host(Protocol):
    """Whoever decides what to send."""

    connections: int
    errors: list[Exception]

    def record(self, request: Received) -> None:
        """Note a request that came in."""
        ...

    def answer(self, request: Received) -> Answer | Awaitable[Answer]:
        """Choose what to send for a request."""
        ...


class Connection(asyncio.Protocol):
    """One connection: HTTP/1.1 with keep-alive, one request at a time."""

    def __init__(
        self, server: Host, tasks: asyncio.TaskGroup, connections: "set[Connection]"
    ) -> None:
        self._server = server
        self._tasks = tasks
        self._connections = connections
        self._buffer = bytearray()
        self._request: Received | None = None
        self._missing = 0  # bytes of the body still to come; -1: it is chunked
        self._task: asyncio.Task[None] | None = None
        self._writable = asyncio.Event()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin a connection."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._writable.set()
        self._connections.add(self)
        self._server.connections += 1

    def connection_lost(self, exc: Exception | None) -> None:
        """Note a client that left before its answer was complete."""
        self._connections.discard(self)
        if self._task is not None:
            if self._request is not None:
                self._request.is_aborted = True
            self._task.cancel()

    def abort(self) -> None:
        """Close at once, whatever is being sent."""
        self._transport.abort()

    def pause_writing(self) -> None:
        """Wait: the client reads slower than we write."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Go on."""
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        """Answer what is complete, one request after the other."""
        self._buffer += data
        while self._task is None and self._read_request():
            request, self._missing = self._request, 0
            assert request is not None
            self._handle(request)

    def _read_request(self) -> bool:
        """Take one whole request out of the buffer; False when more bytes are needed."""
        if self._request is None or self._request.is_ended:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return False
            self._request, self._missing = _parse_head(bytes(self._buffer[:end]))
            del self._buffer[: end + 4]
            if self._request.headers.get("expect", "").lower() == "100-continue":
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if self._missing < 0:
            body = _take_chunked(self._buffer)
            if body is None:
                return False
            self._request.body = body
        elif self._missing > len(self._buffer):
            return False
        elif self._missing:
            self._request.body = bytes(self._buffer[: self._missing])
            del self._buffer[: self._missing]
        return True

    def _handle(self, request: Received) -> None:
        self._server.record(request)
        try:
            answer = self._server.answer(request)
        except Exception as error:  # noqa: BLE001  # kept for `stop`, which raises it
            self._server.errors.append(error)
            answer = Answer(status=500, body=b"the handler failed")
        if isinstance(answer, Answer) and not answer.delay_s and answer.split is None:
            body = _plain_body(answer)
            if body is not None and not answer.is_raw:
                # The quick way: everything is known, nothing to wait for.
                head = _head(answer, len(body))
                _note_end(request, answer, is_whole=True)
                self._transport.write(head if request.method == "HEAD" else head + body)
                self._finish(request)
                return
        self._task = self._tasks.create_task(self._send(request, answer))

    async def _send(self, request: Received, pending: Answer | Awaitable[Answer]) -> None:
        answer = pending if isinstance(pending, Answer) else None
        try:
            if inspect.isawaitable(pending):
                answer = await pending
            assert answer is not None
            if answer.delay_s:
                await asyncio.sleep(answer.delay_s)
            last: Step = b""
            for part in _parts(answer):
                await self._step(last)
                last = part
            _note_end(request, answer, is_whole=True)
            await self._step(last)
        except _DroppedError:
            return
        except asyncio.CancelledError:
            if not self._transport.is_closing():
                raise
            return  # the client went away
        except Exception as error:  # noqa: BLE001  # kept for `stop`, which raises it
            self._server.errors.append(error)
            self._transport.abort()
            return
        finally:
            self._task = None
            _note_end(request, answer, is_whole=False)
        self._finish(request)
        if answer.is_raw:
            self._transport.close()
        else:
            self.data_received(b"")  # a request that came meanwhile

    async def _step(self, part: Step) -> None:
        match part:
            case Pause(seconds):
                await asyncio.sleep(seconds)
            case Drop(reset):
                if reset:
                    self._transport.abort()
                else:
                    self._transport.close()
                raise _DroppedError
            case _ if part:
                self._transport.write(part)
                if not self._writable.is_set():
                    await self._writable.wait()

    def _finish(self, request: Received) -> None:
        if request.headers.get("connection", "").lower() == "close":
            self._transport.close()


class _DroppedError(Exception):
    """The script closed the connection."""


def _note_end(request: Received, answer: Answer | None, *, is_whole: bool) -> None:
    """Note how an answer ends; the first time counts."""
    if request.is_ended:
        return
    request.is_ended = True
    request.is_answered = is_whole
    if answer is not None and answer.on_end is not None:
        answer.on_end(is_whole)


def _parse_head(head: bytes) -> tuple[Received, int]:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    request = Received(method=method, target=target, headers=headers, at_s=time.monotonic())
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return request, -1
    return request, min(int(headers.get("content-length", 0)), MAX_BODY_BYTES)


def _take_chunked(buffer: bytearray) -> bytes | None:
    """Take a chunked body out of the buffer, once it is there as a whole."""
    body, position = bytearray(), 0
    while True:
        end = buffer.find(b"\r\n", position)
        if end < 0:
            return None
        size = int(bytes(buffer[position:end]).partition(b";")[0], 16)
        position = end + 2
        if len(buffer) < position + size + 2:
            return None
        body += buffer[position : position + size]
        position += size + 2
        if size == 0:
            del buffer[:position]
            return bytes(body)


def _plain_body(answer: Answer) -> bytes | None:
    if answer.json is not msgspec.UNSET:
        return json.dumps(answer.json, ensure_ascii=False).encode()
    return answer.body if isinstance(answer.body, bytes) else None


def _head(answer: Answer, length: int | None) -> bytes:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    if answer.json is not msgspec.UNSET:
        headers.setdefault("content-type", "application/json")
    if length is None:
        headers.setdefault("transfer-encoding", "chunked")
    else:
        headers.setdefault("content-length", str(length))
    reason = _REASONS.get(answer.status, "Unknown")
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {answer.status} {reason}\r\n{lines}\r\n".encode("latin-1")


_REASONS: Final = {status.value: status.phrase for status in HTTPStatus}


def _parts(answer: Answer) -> Iterator[Step]:
    """Yield what goes over the wire, piece by piece."""
    plain = _plain_body(answer)
    if answer.is_raw:
        yield from _pieces(answer, [plain] if plain is not None else answer.body)
        return
    yield _head(answer, None if plain is None else len(plain))
    if plain is not None:
        yield from _pieces(answer, [plain])
        return
    for part in _pieces(answer, answer.body):
        if isinstance(part, bytes):
            if part:
                yield b"%x\r\n%b\r\n" % (len(part), part)
        else:
            yield part
    yield b"0\r\n\r\n"


def _pieces(answer: Answer, steps: Iterable[Any]) -> Iterator[Step]:
    for step in steps:
        if not isinstance(step, bytes) or answer.split is None:
            yield step
            continue
        for start in range(0, len(step), answer.split):
            if start:
                yield Pause(answer.gap_s)
            yield step[start : start + answer.split]
