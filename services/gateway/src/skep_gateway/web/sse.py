"""Server-sent events (HTML living standard §9.2), correct behind proxies and bounded.

The stream is pulled: the next piece is asked for once the client took the last one, so a slow
reader slows its own source down and nothing piles up here. Sources keep bounded queues.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from skep_contracts.problems import Defect, SkepError

_log = logging.getLogger(__name__)
_encode: Final = msgspec.json.Encoder().encode
HEARTBEAT: Final = b": heartbeat\n\n"
HEARTBEAT_S: Final = 15.0
SEND_TIMEOUT_S: Final = 60.0
HANG_UP: Final = "skep.hang_up"
"""In a scope: breaks the connection. What waits to be written to it would wait for ever."""
Writer = Callable[[bytes], Awaitable[None]]


def sse_event(name: str, data: object, *, id: str | None = None) -> bytes:
    """Encode one event; `data` becomes a line of JSON. `name` and `id` are never the user's."""
    return sse_event_raw(name, _encode(data), id=id)


def sse_event_raw(name: str, data: bytes, *, id: str | None = None) -> bytes:
    """Encode one event whose data is JSON already, on one line, as all our encoders write it."""
    head = f"id: {id}\nevent: {name}\ndata: " if id is not None else f"event: {name}\ndata: "
    return b"".join((head.encode(), data, b"\n\n"))


class Closing(asyncio.Event):
    """Set when the process is asked to stop: event streams end, requests get a last deadline."""

    def __init__(self) -> None:
        super().__init__()
        self._deadlines: dict[asyncio.Timeout, float] = {}
        self._end_at: float | None = None

    def begin(self, grace_s: float) -> None:
        """Ask for the end; what is still being answered `grace_s` later is given up."""
        self.set()
        self._end_at = asyncio.get_running_loop().time() + grace_s
        for deadline, lead_s in self._deadlines.items():
            self._bring_forward(deadline, self._end_at - lead_s)

    def watch(self, deadline: asyncio.Timeout, *, lead_s: float = 0.0) -> None:
        """Take notice of a request that has begun, and end it so much before the others."""
        self._deadlines[deadline] = lead_s
        if self._end_at is not None:
            self._bring_forward(deadline, self._end_at - lead_s)

    def forget(self, deadline: asyncio.Timeout) -> None:
        """Take notice that it has ended."""
        self._deadlines.pop(deadline, None)

    def _bring_forward(self, deadline: asyncio.Timeout, at: float) -> None:
        when = deadline.when()
        if not deadline.expired() and (when is None or when > at):
            deadline.reschedule(at)


class EventStream(Response):
    """An SSE answer over encoded events.

    Ends when the source ends, the client goes away, stops reading for one to two minutes, or the
    process is asked to stop; the source is always closed. An error of ours in the source becomes a
    last event called ``problem``.
    """

    def __init__(
        self,
        source: AsyncIterator[bytes],
        *,
        closing: asyncio.Event,
        heartbeat_s: float = HEARTBEAT_S,
        status_code: int = 200,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Prepare the answer; `source` yields whole events, one or several at a time."""
        self.status_code = status_code
        self.background = None
        self.init_headers(
            {
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-cache, no-transform",
                "X-Accel-Buffering": "no",
                **(headers or {}),
            }
        )
        self._source = source
        self._closing = closing
        self._heartbeat_s = heartbeat_s
        self._idle = True
        self._writes = 0
        self._is_writing = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until one of the ends."""
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        try:
            is_taken = await self._stream(scope, receive, send)
        finally:
            close = getattr(self._source, "aclose", None)
            if close is not None:
                await close()
        if is_taken:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await drop(scope, receive)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Stream; tell whether the client took what it was sent."""
        writing = asyncio.Lock()

        async def write(data: bytes) -> None:
            async with writing:
                self._writes += 1
                self._is_writing = True
                await send({"type": "http.response.body", "body": data, "more_body": True})
                self._is_writing = False
            self._idle = False

        async def beat() -> None:
            await write(HEARTBEAT)
            while True:
                self._idle = True
                await asyncio.sleep(self._heartbeat_s)
                if self._idle:
                    await write(HEARTBEAT)

        async def until_gone() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        try:
            async with asyncio.TaskGroup() as tasks:
                pump = tasks.create_task(self._pump(scope, write))
                ends = {
                    pump,
                    tasks.create_task(until_gone()),
                    tasks.create_task(self._closing.wait()),
                    tasks.create_task(beat()),
                    tasks.create_task(self._until_stuck()),
                }
                _, unfinished = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
                for task in unfinished:
                    task.cancel()
        except* TimeoutError:
            is_taken = False
        else:
            is_taken = True
        return is_taken

    async def _until_stuck(self) -> None:
        """Wait for a write that takes too long; a timeout around each would cost more than it."""
        seen = -1
        while not (self._is_writing and self._writes == seen):
            seen = self._writes
            await asyncio.sleep(SEND_TIMEOUT_S)
        raise TimeoutError

    async def _pump(self, scope: Scope, write: Writer) -> None:
        try:
            async for data in self._source:
                await write(data)
        except SkepError as error:
            await write(_problem_event(error, scope))
        except TimeoutError:
            raise
        except Exception:  # noqa: BLE001  # too late for a status: the client hears of it here
            _log.exception("event stream failed")
            await write(_problem_event(Defect("The stream failed; this is ours to mend."), scope))


async def drop(scope: Scope, receive: Receive) -> None:
    """Break the connection to a client that does not take what it asked for."""
    _log.info("client dropped: it stopped reading")
    hang_up = scope.get(HANG_UP)
    if hang_up is not None:
        hang_up()
        while (await receive())["type"] != "http.disconnect":
            pass


def _problem_event(error: SkepError, scope: Scope) -> bytes:
    problem = error.to_problem(instance=scope["path"], trace_id=scope.get("skep.trace_id"))
    return sse_event("problem", {"type": problem.type, **msgspec.to_builtins(problem)})
