"""Asks Notion's API, not faster than it likes it, and says what its refusals mean."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec

from skep_contracts.plugins.manifest import HttpClient, HttpResponse
from skep_contracts.problems import (
    Forbidden,
    InvalidInput,
    NotFound,
    ProviderFailed,
    RateLimited,
    SkepError,
    Unauthenticated,
)

API_URL: Final = "https://api.notion.com"
VERSION: Final = "2022-06-28"
_TIMEOUT_S: Final = 60.0
_MAX_BYTES: Final = 20 * 1024 * 1024
_PAGE_SIZE: Final = 100
_MOST_WAITS: Final = 5
_LONGEST_WAIT_S: Final = 60.0
_DEFAULT_WAIT_S: Final = 1.0
_OK: Final = 200
_TOO_MANY: Final = 429


class NotionApi:
    """Asks with one token."""

    def __init__(
        self,
        http: HttpClient,
        token: str,
        *,
        url: str = API_URL,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Ask at `url`; `sleep` waits when there were too many requests."""
        self._http = http
        self._url = url.rstrip("/")
        self._sleep = sleep
        self._headers = {
            "authorization": f"Bearer {token}",
            "notion-version": VERSION,
            "content-type": "application/json",
            "accept": "application/json",
        }

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return what is at a path.

        Raises:
            NotFound: It is not there, or is not shared with the integration.
            SkepError: It cannot be had.
        """
        return await self._ask("GET", path, params=params)

    async def listed(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield the results of a list, over all of its pages.

        Raises:
            SkepError: It cannot be had.
        """
        cursor: str | None = None
        while True:
            more: dict[str, Any] = {"page_size": _PAGE_SIZE}
            if cursor is not None:
                more["start_cursor"] = cursor
            if method == "GET":
                params = {name: str(value) for name, value in more.items()}
                page = await self._ask("GET", path, params=params)
            else:
                page = await self._ask(method, path, body={**(body or {}), **more})
            for result in page.get("results") or ():
                if isinstance(result, dict):
                    yield result
            following = page.get("next_cursor")
            if not page.get("has_more") or not isinstance(following, str) or following == cursor:
                return
            cursor = following

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        answer = await self._send(method, path, params, body)
        waits = 0
        while answer.status == _TOO_MANY and waits < _MOST_WAITS:
            wait_s = _wait_s(answer)
            if wait_s > _LONGEST_WAIT_S:
                break
            await self._sleep(wait_s)
            waits += 1
            answer = await self._send(method, path, params, body)
        if answer.status != _OK:
            raise _refusal(answer)
        try:
            return msgspec.json.decode(answer.body, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise ProviderFailed("Notion answered with something that is not JSON.") from None

    async def _send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
    ) -> HttpResponse:
        return await self._http.request(
            method,
            f"{self._url}/v1/{path}",
            headers=self._headers,
            params=params,
            body=None if body is None else msgspec.json.encode(body),
            timeout_s=_TIMEOUT_S,
            max_bytes=_MAX_BYTES,
            follow_redirects=False,
        )


def _wait_s(answer: HttpResponse) -> float:
    value = answer.headers.get("retry-after", "").strip()
    return float(value) if value.isdigit() and len(value) < 6 else _DEFAULT_WAIT_S


def _refusal(answer: HttpResponse) -> SkepError:
    status = answer.status
    if status == 401:
        return Unauthenticated("Notion does not accept the token.", code="bad_token")
    if status == 403:
        return Forbidden("The integration of Notion may not read content.", code="no_capability")
    if status == 404:
        return NotFound("It is not in Notion, or not connected with the integration.")
    if status == _TOO_MANY:
        return RateLimited("Notion asks for fewer requests.", retry_after_s=_wait_s(answer))
    if status == 400:
        return InvalidInput("Notion does not understand what it was asked.", code="notion_refused")
    return ProviderFailed(f"Notion answered with HTTP {status}.")
