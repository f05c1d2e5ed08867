"""A small client of the gateway's API, for the command line."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final, Self

import aiohttp
import click
import msgspec

from skep_cli.sse import ServerEvent, read_events
from skep_cli.stack.layout import Layout, default_data_dir
from skep_contracts.problems import Problem, Retry

EXIT_FAILED: Final = 1
"""The request was understood and failed: a failed run, a document that could not be indexed."""
EXIT_USAGE: Final = 2
"""The command line or what it sent is wrong; click uses the same."""
EXIT_NO_STACK: Final = 3
"""Nothing answers at the address."""
EXIT_DENIED: Final = 4
"""The key is missing, wrong, or not allowed to do this."""
EXIT_CANCELLED: Final = 5
"""The run was cancelled."""
TERMINAL_EVENTS: Final = ("run.succeeded", "run.failed", "run.cancelled")

_MOST_RECONNECTS: Final = 60


class ApiProblem(click.ClickException):
    """The gateway refused, and said why."""

    def __init__(self, problem: Problem) -> None:
        """Keep the problem; the exit code follows its status."""
        super().__init__(problem.detail)
        self.problem = problem
        if problem.status in {401, 403}:
            code = EXIT_DENIED
        elif problem.status in {400, 404, 405, 409, 413, 422}:
            code = EXIT_USAGE
        else:
            code = EXIT_FAILED
        self.__dict__["exit_code"] = code  # click declares it on the class and reads it here

    def format_message(self) -> str:
        """Return the detail and each fault with its place."""
        lines = [self.problem.detail]
        lines += [f"  {error.pointer or '/'}: {error.message}" for error in self.problem.errors]
        if self.problem.trace_id and self.problem.status >= 500:
            lines.append(f"  trace: {self.problem.trace_id}")
        return "\n".join(lines)


class NoStackError(click.ClickException):
    """Nothing answers at the address."""

    exit_code = EXIT_NO_STACK


class Api:
    """Speaks to one gateway with one key."""

    def __init__(self, url: str, key: str) -> None:
        """Use the gateway at `url`; nothing is sent before the first request."""
        self.url = url.rstrip("/")
        self._key = key
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the connection pool."""
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {self._key}"},
            timeout=aiohttp.ClientTimeout(total=None, connect=5, sock_read=120),
        )
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close every connection."""
        if self._session:
            await self._session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open session."""
        if self._session is None:
            raise RuntimeError("use `async with Api(…)`")
        return self._session

    async def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        data: bytes | aiohttp.FormData | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Send a request and return the decoded JSON answer, None when there is none.

        Raises:
            ApiProblem: The gateway answered with a problem.
            NoStackError: Nothing answers.
        """
        sent = dict(headers or {})
        if body is not None:
            data = msgspec.json.encode(body)
            sent["Content-Type"] = "application/json"
        try:
            async with self.session.request(
                method, f"{self.url}{path}", data=data, params=params, headers=sent
            ) as answer:
                content = await answer.read()
                if answer.status >= 400:
                    raise ApiProblem(read_problem(content, answer.status))
                return msgspec.json.decode(content) if content else None
        except (aiohttp.ClientConnectionError, TimeoutError) as error:
            raise _no_stack(self.url) from error

    async def pages(
        self, path: str, *, limit: int, params: Mapping[str, str] | None = None
    ) -> list[dict[str, Any]]:
        """Return up to `limit` items of a list, over as many pages as that takes."""
        items: list[dict[str, Any]] = []
        query = dict(params or {})
        while len(items) < limit:
            query["limit"] = str(min(limit - len(items), 100))
            page = await self.request("GET", path, params=query)
            items += page["items"]
            if not page.get("next_cursor"):
                break
            query["cursor"] = page["next_cursor"]
        return items

    async def download(self, path: str, file: Path) -> None:
        """Write what an address gives to a file, in pieces.

        Raises:
            ApiProblem: The gateway answered with a problem; there is no file then.
            NoStackError: Nothing answers, or it broke off; what came is removed then.
        """
        try:
            async with self.session.request("GET", f"{self.url}{path}") as answer:
                if answer.status >= 400:
                    raise ApiProblem(read_problem(await answer.read(), answer.status))
                with file.open("wb") as written:
                    async for piece in answer.content.iter_any():
                        written.write(piece)
        except (aiohttp.ClientError, TimeoutError) as error:
            file.unlink(missing_ok=True)  # noqa: ASYNC240  # nobody else waits for this loop
            raise _no_stack(self.url) from error

    async def stream(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[ServerEvent]:
        """Send a request and yield the events of its SSE answer until the server ends it."""
        sent = {"Accept": "text/event-stream", **(headers or {})}
        data = None
        if body is not None:
            data = msgspec.json.encode(body)
            sent["Content-Type"] = "application/json"
        async with self.session.request(
            method, f"{self.url}{path}", data=data, params=params, headers=sent
        ) as answer:
            if answer.status >= 400:
                raise ApiProblem(read_problem(await answer.read(), answer.status))
            async for event in read_events(answer.content.iter_any()):
                yield event

    async def follow(
        self, path: str, *, last_id: str = "", params: Mapping[str, str] | None = None
    ) -> AsyncIterator[ServerEvent]:
        """Yield an SSE resource's events, connecting again wherever it breaks; ends with a run.

        Raises:
            NoStackError: The gateway stayed away for minutes.
        """
        failures = 0
        while True:
            try:
                headers = {"Last-Event-ID": last_id} if last_id else {}
                async for event in self.stream("GET", path, params=params, headers=headers):
                    failures = 0
                    last_id = event.id or last_id
                    yield event
                    if event.event in TERMINAL_EVENTS and path.startswith("/api/v1/runs/"):
                        return
            except (aiohttp.ClientError, TimeoutError) as error:
                if failures >= _MOST_RECONNECTS:
                    raise _no_stack(self.url) from error
            failures += 1
            await asyncio.sleep(min(0.2 * failures, 2.0))

    def follow_run(self, run_id: str, *, last_id: str = "") -> AsyncIterator[ServerEvent]:
        """Yield a run's events to its end; `last_id` is the last one seen already."""
        return self.follow(f"/api/v1/runs/{run_id}/events", last_id=last_id)

    async def upload(
        self, path: str, file: Path, name: str, fields: Mapping[str, str] | None = None
    ) -> Any:
        """Send a file as a multipart form, `fields` before it, and return the decoded answer."""
        with file.open("rb") as content:
            # Quoted, a name with other letters than English ones would arrive as %C3%9C.
            form = aiohttp.FormData(dict(fields or {}), quote_fields=False)
            form.add_field("file", content, filename=name)
            return await self.request("POST", path, data=form)


def _no_stack(url: str) -> NoStackError:
    return NoStackError(f"Nothing answers at {url}. Start Skep with `skep up`, or set SKEP_URL.")


def read_problem(content: bytes, status: int) -> Problem:
    """Return the problem an answer holds, or a plain one when it holds none."""
    try:
        return msgspec.json.decode(content, type=Problem)
    except msgspec.DecodeError:
        text = content[:200].decode(errors="replace")
        return Problem(
            code="unexpected_answer",
            title="Unexpected answer",
            status=status,
            detail=f"The gateway answered {status}: {text}",
            retry=Retry.LATER,
        )


def find_gateway() -> tuple[str, str] | None:
    """Return URL and key from the environment or of the stack that runs here; None without one."""
    layout = Layout(default_data_dir())
    state = layout.read_state()
    url = os.environ.get("SKEP_URL") or (state.url if state else "")
    if not url:
        return None
    key = os.environ.get("SKEP_API_KEY") or ""
    if not key and state and url == state.url:
        key = layout.cli_key.read_text().strip()
    return url, key


def connect() -> Api:
    """Return a client for ``$SKEP_URL`` and ``$SKEP_API_KEY``, or for the stack that runs here.

    Raises:
        NoStackError: Neither is there.
    """
    found = find_gateway()
    if found is None:
        raise NoStackError(
            "No stack runs here. Start one with `skep up`, or set SKEP_URL and SKEP_API_KEY."
        )
    return Api(*found)
