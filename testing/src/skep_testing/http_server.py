"""A loopback HTTP server that does what a script says, also what no server should do.

It runs in a thread of its own, so it serves tests with and without an event loop::

    with ScriptedServer() as server:
        server.enqueue("/hook", Answer(status=503), Answer(json={"ok": True}))
        ...  # call server.url + "/hook" twice
        assert server.requests[0].json() == {"hello": "world"}
"""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Final, Self, TypeAlias

from skep_testing.http_wire import Answer, Connection, Drop, Pause, Received, Step

__all__ = ["Answer", "Drop", "Handler", "Pause", "Received", "ScriptedServer", "Step"]
_START_S: Final = 10.0


Handler: TypeAlias = Callable[[Received], Answer | Awaitable[Answer]]


class ScriptedServer:
    """Answers by path: first what was enqueued, then what is served always, then `handler`.

    A path without any is answered 404 and noted in `unexpected`. An exception in a handler is
    answered 500 and raised by `stop`.
    """

    def __init__(
        self, handler: Handler | None = None, *, port: int = 0, keep_requests: int = 10_000
    ) -> None:
        self.requests: deque[Received] = deque(maxlen=keep_requests)
        self.unexpected: list[Received] = []
        self.errors: list[Exception] = []
        self.connections = 0
        self._handler = handler
        self._port = port
        self._queues: dict[str, deque[Answer]] = {}
        self._always: dict[str, Answer | Handler] = {}
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._started = threading.Event()
        self._failure: BaseException | None = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._port

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    def enqueue(self, path: str, *answers: Answer) -> None:
        """Give these answers to the next requests for `path`, each once, in order."""
        self._queues.setdefault(path, deque()).extend(answers)

    def serve(self, path: str, answer: Answer | Handler) -> None:
        """Give this answer to every request for `path` that nothing is enqueued for."""
        self._always[path] = answer

    def handle_with(self, handler: Handler) -> None:
        """Give every other request to this handler from now on."""
        self._handler = handler

    def requests_to(self, path: str) -> list[Received]:
        """Return the requests for one path, oldest first."""
        return [request for request in self.requests if request.path == path]

    def start(self) -> Self:
        """Listen; returns once connections are accepted."""
        self._thread = threading.Thread(target=self._run, name="scripted-server", daemon=True)
        self._thread.start()
        if not self._started.wait(_START_S):
            raise TimeoutError("The scripted server did not start.")
        if self._failure is not None:
            raise self._failure
        return self

    def stop(self) -> None:
        """Close every connection and raise what a handler raised."""
        self._halt()
        if self.errors:
            raise self.errors[0]

    def _halt(self) -> None:
        if self._loop is not None and self._stopping is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._stopping.set)
        if self._thread is not None:
            self._thread.join(_START_S)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._halt()
        if error is None and self.errors:
            raise self.errors[0]

    async def __aenter__(self) -> Self:
        return self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self._halt)
        if error is None and self.errors:
            raise self.errors[0]

    def _run(self) -> None:
        try:
            asyncio.run(self.main())
        except Exception as error:  # noqa: BLE001  # handed to the thread that called `start`
            self._failure = error
            self._started.set()

    async def main(self, on_listening: Callable[[], object] | None = None) -> None:
        """Serve on the running loop until `stop`; `start` runs this in a thread."""
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        open_connections: set[Connection] = set()
        async with asyncio.TaskGroup() as tasks:
            server = await self._loop.create_server(
                lambda: Connection(self, tasks, open_connections), "127.0.0.1", self._port
            )
            self._port = server.sockets[0].getsockname()[1]
            self._started.set()
            if on_listening is not None:
                on_listening()
            await self._stopping.wait()
            server.close()
            for connection in tuple(open_connections):
                connection.abort()

    def answer(self, request: Received) -> Answer | Awaitable[Answer]:
        """Choose what to send for a request; subclasses may decide otherwise."""
        queue = self._queues.get(request.path)
        if queue:
            return queue.popleft()
        chosen = self._always.get(request.path, self._handler)
        if chosen is None:
            self.unexpected.append(request)
            return Answer(status=404, body=f"nothing is scripted for {request.path}".encode())
        return chosen if isinstance(chosen, Answer) else chosen(request)

    def record(self, request: Received) -> None:
        """Note a request that came in."""
        self.requests.append(request)
