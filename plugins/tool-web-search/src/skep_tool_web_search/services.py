"""How each search service is asked, and where its answer holds what.

Sources: api-dashboard.search.brave.com/app/documentation, docs.tavily.com, serper.dev,
docs.exa.ai/reference/search, docs.searxng.org/dev/search_api.html.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

AGES: Final[Mapping[str, int]] = {"day": 1, "week": 7, "month": 31, "year": 366}
"""In days."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for."""

    query: str
    count: int
    newer_than: str | None
    now_s: float


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request to a service: a query string, or a body."""

    params: dict[str, str] = {}
    body: dict[str, Any] | None = None


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One search service."""

    title: str
    url: str
    """Empty for one that everybody runs at an address of their own."""
    key_header: str
    """Which header carries the key, with what stands before it; empty for none."""
    ask: Callable[[Question], Asked]
    place: tuple[str, ...]
    """Where the answer holds its list of results."""
    fields: tuple[str, str, str, str]
    """What a result calls its title, address, excerpt and date."""


def _brave(question: Question) -> Asked:
    params = {"q": question.query, "count": str(question.count)}
    if question.newer_than:
        params["freshness"] = f"p{question.newer_than[0]}"
    return Asked(params=params)


def _tavily(question: Question) -> Asked:
    body: dict[str, Any] = {"query": question.query, "max_results": question.count}
    if question.newer_than:
        body["time_range"] = question.newer_than
    return Asked(body=body)


def _serper(question: Question) -> Asked:
    body: dict[str, Any] = {"q": question.query, "num": question.count}
    if question.newer_than:
        body["tbs"] = f"qdr:{question.newer_than[0]}"
    return Asked(body=body)


def _exa(question: Question) -> Asked:
    body: dict[str, Any] = {
        "query": question.query,
        "numResults": question.count,
        "contents": {"text": {"maxCharacters": 1_000}},
    }
    if question.newer_than:
        age = timedelta(days=AGES[question.newer_than])
        since = datetime.fromtimestamp(question.now_s, UTC) - age
        body["startPublishedDate"] = since.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Asked(body=body)


def _searxng(question: Question) -> Asked:
    params = {"q": question.query, "format": "json"}
    if question.newer_than:
        params["time_range"] = question.newer_than
    return Asked(params=params)


SERVICES: Final[Mapping[str, Service]] = {
    "brave": Service(
        title="Brave Search",
        url="https://api.search.brave.com/res/v1/web/search",
        key_header="x-subscription-token",
        ask=_brave,
        place=("web", "results"),
        fields=("title", "url", "description", "page_age"),
    ),
    "exa": Service(
        title="Exa",
        url="https://api.exa.ai/search",
        key_header="x-api-key",
        ask=_exa,
        place=("results",),
        fields=("title", "url", "text", "publishedDate"),
    ),
    "searxng": Service(
        title="SearXNG",
        url="",
        key_header="",
        ask=_searxng,
        place=("results",),
        fields=("title", "url", "content", "publishedDate"),
    ),
    "serper": Service(
        title="Serper",
        url="https://google.serper.dev/search",
        key_header="x-api-key",
        ask=_serper,
        place=("organic",),
        fields=("title", "link", "snippet", "date"),
    ),
    "tavily": Service(
        title="Tavily",
        url="https://api.tavily.com/search",
        key_header="authorization Bearer",
        ask=_tavily,
        place=("results",),
        fields=("title", "url", "content", "published_date"),
    ),
}
