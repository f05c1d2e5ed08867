"""The older transport (2024-11-05): answers come on an event stream that is opened first."""

from collections.abc import AsyncIterator, Mapping
from itertools import count
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from skep_contracts.plugins.manifest import HttpClient
from skep_contracts.problems import ProviderFailed
from skep_contracts.vendor_wire.sse import Event
from skep_toolkit_mcp import messages
from skep_toolkit_mcp.access import Access
from skep_toolkit_mcp.connection import (
    WrongTransportError,
    broken_off,
    events,
    status_problem,
)
from skep_toolkit_mcp.messages import Reply

_IDLE_S: Final = 120.0
_POST_S: Final = 30.0
_WRONG: Final = frozenset({400, 404, 405, 406})


class SseConnection:
    """One server. Each request has a stream, and with it a session, of its own."""

    def __init__(self, http: HttpClient, url: str, access: Access) -> None:
        """Open streams at `url`."""
        self._http = http
        self._url = url
        self._access = access

    async def request(self, method: str, params: Mapping[str, Any]) -> Any:
        """Return the result of a request.

        Raises:
            WrongTransportError: The server is none of this transport.
            SkepError: It refuses, or cannot be reached.
        """
        headers = await self._access.headers()
        stream = await self._http.stream(
            "GET",
            self._url,
            headers={**headers, "accept": "text/event-stream"},
            idle_timeout_s=_IDLE_S,
        )
        async with stream:
            kind = stream.headers.get("content-type", "")
            if stream.status in _WRONG or not kind.startswith("text/event-stream"):
                raise WrongTransportError
            if stream.status >= 300:
                raise status_problem(stream.status)
            session = _Session(self._http, headers, events(stream))
            await session.open(self._url)
            messages.agreed(await session.ask("initialize", messages.hello()))
            await session.tell(messages.notification("notifications/initialized"))
            return await session.ask(method, dict(params))


class _Session:
    """What is said while one stream is open."""

    def __init__(
        self, http: HttpClient, headers: dict[str, str], heard: AsyncIterator[Event]
    ) -> None:
        self._http = http
        self._headers = {**headers, "content-type": "application/json"}
        self._heard = heard
        self._numbers = count(1)
        self._url = ""

    async def open(self, url: str) -> None:
        """Hear where to send requests. A server sends nobody to another host."""
        async for event in self._heard:
            if event.type == b"endpoint":
                self._url = urljoin(url, event.data.decode(errors="replace").strip())
                if _origin(self._url) != _origin(url):
                    raise ProviderFailed(
                        "The MCP server wants its requests at another host.", code="mcp_failed"
                    )
                return
        raise broken_off()

    async def ask(self, method: str, params: dict[str, Any]) -> Any:
        number = next(self._numbers)
        await self.tell(messages.request(number, method, params))
        async for event in self._heard:
            reply = messages.read(event.data) if event.type in {b"", b"message"} else Reply()
            if reply.method is None and reply.id == number:
                if reply.error is not None:
                    raise messages.problem_of(reply.error)
                return reply.result
            answer = messages.answer_to(reply)
            if answer is not None:
                await self.tell(answer)
        raise broken_off()

    async def tell(self, message: dict[str, Any]) -> None:
        answer = await self._http.request(
            "POST",
            self._url,
            headers=self._headers,
            body=messages.encode(message),
            timeout_s=_POST_S,
            max_bytes=65_536,
            follow_redirects=False,
        )
        if answer.status >= 300:
            raise status_problem(answer.status)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
