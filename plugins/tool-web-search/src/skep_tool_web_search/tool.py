"""Asks a search service and reads its answer."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from skep_contracts.plugins.manifest import HttpResponse, PluginContext
from skep_contracts.plugins.tools import ToolResult
from skep_contracts.problems import (
    FieldError,
    InvalidInput,
    ProviderFailed,
    RateLimited,
    Unauthenticated,
)
from skep_tool_web_search.services import AGES, SERVICES, Question, Service

MAX_BYTES: Final = 2 * 1024 * 1024
_ASK_S: Final = 20.0
_COUNT: Final = 5
_MAX_CHARS: Final = 1_000
_OK: Final = 200
_REFUSED: Final = frozenset({401, 402, 403})
_TOO_MANY: Final = 429
_TAG: Final = re.compile(r"<[^<>]{0,200}>")
_SPACES: Final = re.compile(r"[\s\x00-\x1f\x7f]+")


class WebSearch:
    """Searches through the service that a credential names."""

    def __init__(self, context: PluginContext, credential: Mapping[str, Any]) -> None:
        """Read the credential.

        Raises:
            InvalidInput: It names no service, or lacks what the service needs.
        """
        self._context = context
        self._service = _service(credential)
        self._url, self._headers = _address(self._service, credential)

    async def call(self, arguments: Mapping[str, Any], *, idempotency_key: str) -> ToolResult:
        """Return what is found for ``query``.

        Raises:
            Unauthenticated: The service refuses the key.
            RateLimited: It is asked too often.
            ProviderFailed: It answers with something else than results.
            ProviderTimedOut: It does not answer in time.
        """
        question = Question(
            query=_sound(str(arguments["query"])),
            count=int(arguments.get("count", _COUNT)),
            newer_than=newer if (newer := arguments.get("newer_than")) in AGES else None,
            now_s=self._context.now_s(),
        )
        asked = self._service.ask(question)
        headers = {"accept": "application/json", **self._headers}
        if asked.body is not None:
            headers["content-type"] = "application/json"
        response = await self._context.http.request(
            "GET" if asked.body is None else "POST",
            self._url,
            headers=headers,
            params=asked.params or None,
            body=None if asked.body is None else msgspec.json.encode(asked.body),
            timeout_s=_ASK_S,
            max_bytes=MAX_BYTES,
            follow_redirects=False,
        )
        results = [*_results(self._service, _answer(self._service, response))][: question.count]
        return _told(question.query, results)


def _service(credential: Mapping[str, Any]) -> Service:
    found = SERVICES.get(str(credential.get("service", "")))
    if found is None:
        raise InvalidInput(
            f"Choose a search service: {', '.join(SERVICES)}.",
            errors=[FieldError(pointer="/service", message="unknown service")],
        )
    return found


def _address(service: Service, credential: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    url = str(credential.get("url") or "").strip()
    if not url and not service.url:
        raise InvalidInput(
            f"{service.title} needs the address of your own.",
            errors=[FieldError(pointer="/url", message="is needed")],
        )
    if url and not service.url and not urlsplit(url).path.strip("/"):
        url = f"{url.rstrip('/')}/search"
    key = str(credential.get("api_key") or "").strip()
    if not service.key_header:
        return url or service.url, {}
    if not key or not key.isascii() or not key.isprintable():
        raise InvalidInput(
            f"{service.title} needs an API key.",
            errors=[FieldError(pointer="/api_key", message="is needed")],
        )
    header, _, before = service.key_header.partition(" ")
    return url or service.url, {header: f"{before} {key}".strip()}


def _answer(service: Service, response: HttpResponse) -> Any:
    if response.status in _REFUSED:
        raise Unauthenticated(
            f"{service.title} refuses the key (status {response.status}).",
            code="credential_refused",
        )
    if response.status == _TOO_MANY:
        raise RateLimited(f"{service.title} is asked too often.")
    if response.status != _OK:
        raise ProviderFailed(f"{service.title} answered with status {response.status}.")
    try:
        found: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ProviderFailed(f"{service.title} answered with no JSON.") from None
    return found


def _results(service: Service, answer: Any) -> Iterator[dict[str, str | None]]:
    """Yield what can be read of an answer; a service's own mistakes cost single results."""
    for name in service.place:
        answer = answer.get(name) if isinstance(answer, dict) else None
    for each in answer if isinstance(answer, list) else ():
        if not isinstance(each, dict):
            continue
        title, url, excerpt, published = (_text(each.get(name)) for name in service.fields)
        if url.startswith(("https://", "http://")):
            yield {
                "title": title or url,
                "url": url,
                "excerpt": excerpt,
                "published": published or None,
            }


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    plain = html.unescape(_TAG.sub("", value[: 4 * _MAX_CHARS]))
    return _SPACES.sub(" ", _sound(plain)).strip()[:_MAX_CHARS]


def _sound(text: str) -> str:
    """Return a text without half characters."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _told(query: str, results: list[dict[str, str | None]]) -> ToolResult:
    data = {"query": query, "results": results}
    if not results:
        return ToolResult(text="Nothing was found. Try other words.", data=data)
    parts = [
        f"{number}. {each['title']}\n{each['url']}"
        + (f" ({each['published']})" if each["published"] else "")
        + (f"\n{each['excerpt']}" if each["excerpt"] else "")
        for number, each in enumerate(results, start=1)
    ]
    return ToolResult(text="\n\n".join(parts), data=data)
