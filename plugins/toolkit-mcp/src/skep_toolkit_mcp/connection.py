"""Streamable HTTP: each request is a POST, answered as JSON or as a stream of events."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from itertools import count
from typing import Any, Final

from skep_contracts.plugins.manifest import HttpClient, HttpStream
from skep_contracts.problems import (
    ProviderFailed,
    RateLimited,
    SkepError,
    TooLarge,
    Unauthenticated,
)
from skep_contracts.vendor_wire.sse import Event, EventParser, EventTooLargeError
from skep_toolkit_mcp import messages
from skep_toolkit_mcp.access import Access
from skep_toolkit_mcp.messages import Reply

MAX_BYTES: Final = 8 * 1024 * 1024
_IDLE_S: Final = 120.0
_ACCEPT: Final = "application/json, text/event-stream"
_SESSION: Final = "mcp-session-id"
_VERSION: Final = "mcp-protocol-version"
_MAX_REFUSAL: Final = 65_536
_REFUSED: Final = 300
_NOT_FOUND: Final = 404
_TOO_MANY: Final = 429
_NOT_ALLOWED: Final = frozenset({401, 403})
_OF_ANOTHER_TRANSPORT: Final = frozenset({400, 404, 405})


class WrongTransportError(Exception):
    """The address does not take the requests of this transport."""


class SessionLostError(Exception):
    """The server has forgotten the session; nothing of the request was done."""


class HttpConnection:
    """One server. Sessions begin when they are needed, and anew when the server lost them."""

    def __init__(self, http: HttpClient, url: str, access: Access) -> None:
        """Speak to `url`."""
        self._http = http
        self._url = url
        self._access = access
        self._numbers = count(1)
        self._version = ""
        self._session: str | None = None
        self._beginning = asyncio.Lock()

    async def request(self, method: str, params: Mapping[str, Any]) -> Any:
        """Return the result of a request.

        Raises:
            WrongTransportError: The server is none of this transport.
            SkepError: It refuses, or cannot be reached.
        """
        try:
            return await self._begun(method, params)
        except SessionLostError:
            self._version, self._session = "", None
        except Unauthenticated:
            if not self._access.forget():
                raise
        try:
            return await self._begun(method, params)
        except SessionLostError:
            raise ProviderFailed(
                "The MCP server forgets its sessions at once.", code="mcp_failed"
            ) from None

    async def _begun(self, method: str, params: Mapping[str, Any]) -> Any:
        async with self._beginning:
            if not self._version:
                await self._begin()
        headers, sent = self._headers_of(self._version), dict(params)
        if self._version == messages.ENVELOPE:
            headers["mcp-method"] = method
            if method == "tools/call":
                headers["mcp-name"] = str(params["name"])
            sent = messages.with_envelope(sent)
        reply, _ = await self._exchange(method, sent, headers)
        return _result(reply)

    async def _begin(self) -> None:
        reply, session = await self._exchange("initialize", messages.hello(), {})
        if reply.error is not None and reply.error.code == messages.UNSUPPORTED_VERSION:
            self._version = messages.ENVELOPE
            return
        version = messages.agreed(_result(reply))
        self._session = session
        await self._tell(
            messages.notification("notifications/initialized"), self._headers_of(version)
        )
        self._version = version

    def _headers_of(self, version: str) -> dict[str, str]:
        headers = {_VERSION: version}
        if self._session:
            headers[_SESSION] = self._session
        return headers

    async def _exchange(
        self, method: str, params: dict[str, Any], headers: dict[str, str]
    ) -> tuple[Reply, str | None]:
        """Send a request; return the answer to it, and the session that the server names."""
        number = next(self._numbers)
        async with await self._post(messages.request(number, method, params), headers) as stream:
            session = stream.headers.get(_SESSION)
            if stream.status >= _REFUSED:
                return await self._refusal(stream, headers), session
            kind = stream.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind == "text/event-stream":
                return await self._among_events(stream, number, headers), session
            return messages.read(await whole(stream)), session

    async def _tell(self, message: dict[str, Any], headers: dict[str, str]) -> None:
        """Send what has no answer; that it did not arrive is found out by the next request."""
        async with await self._post(message, headers):
            pass

    async def _post(self, message: dict[str, Any], headers: dict[str, str]) -> HttpStream:
        ours = {"accept": _ACCEPT, "content-type": "application/json"}
        return await self._http.stream(
            "POST",
            self._url,
            headers={**await self._access.headers(), **ours, **headers},
            body=messages.encode(message),
            idle_timeout_s=_IDLE_S,
        )

    async def _refusal(self, stream: HttpStream, headers: dict[str, str]) -> Reply:
        status = stream.status
        if status == _NOT_FOUND and _SESSION in headers:
            raise SessionLostError
        body = await stream.read(_MAX_REFUSAL)
        if body[:1] == b"{" and b'"jsonrpc"' in body and status not in _NOT_ALLOWED:
            return messages.read(body)
        if not self._version and status in _OF_ANOTHER_TRANSPORT:
            raise WrongTransportError
        raise status_problem(status)

    async def _among_events(
        self, stream: HttpStream, wanted: int, headers: dict[str, str]
    ) -> Reply:
        async for event in events(stream):
            reply = messages.read(event.data)
            if reply.method is None and reply.id == wanted:
                return reply
            answer = messages.answer_to(reply)
            if answer is not None:
                await self._tell(answer, headers)
        raise broken_off()


def _result(reply: Reply) -> Any:
    if reply.error is not None:
        raise messages.problem_of(reply.error)
    return reply.result


async def events(stream: HttpStream) -> AsyncIterator[Event]:
    """Yield the events of a stream, so many bytes of them at the most.

    Raises:
        TooLarge: There are more.
    """
    parser = EventParser()
    size = 0
    async for piece in stream.chunks():
        size += len(piece)
        if size > MAX_BYTES:
            raise _too_large()
        try:
            found = parser.feed(piece)
        except EventTooLargeError:
            raise _too_large() from None
        for event in found:
            yield event
    for event in parser.end():
        yield event


async def whole(stream: HttpStream) -> bytes:
    """Return a body.

    Raises:
        TooLarge: It takes more than `MAX_BYTES`.
    """
    body = await stream.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise _too_large()
    return body


def status_problem(status: int) -> SkepError:
    """Return what a refusal by its status alone means."""
    if status in _NOT_ALLOWED:
        return Unauthenticated(
            f"The MCP server refuses the credential (status {status}). Sign in to it, or check"
            " token and headers.",
            code="credential_refused",
        )
    if status == _TOO_MANY:
        return RateLimited("The MCP server is asked too often.")
    return ProviderFailed(f"The MCP server answered with status {status}.", code="mcp_failed")


def broken_off() -> SkepError:
    """Return what an answer is that ends before the result."""
    return ProviderFailed(
        "The MCP server ended its answer before the result.", code="mcp_broke_off"
    )


def _too_large() -> SkepError:
    return TooLarge(f"The MCP server sent more than {MAX_BYTES:,} bytes.", code="mcp_too_large")
