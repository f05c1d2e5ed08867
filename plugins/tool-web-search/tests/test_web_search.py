"""Each service is asked in its own way, and whatever it answers is read or told."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.plugins.manifest import HttpResponse
from skep_contracts.plugins.tools import ToolResult
from skep_contracts.problems import (
    InvalidInput,
    ProviderFailed,
    RateLimited,
    SkepError,
    Unauthenticated,
)
from skep_testing.conformance.node_context import FakeHttpClient, FakePluginContext, SentRequest
from skep_tool_web_search.services import SERVICES
from skep_tool_web_search.tool import WebSearch

KEY = "canary-key"


def answer(content: Any, status: int = 200) -> HttpResponse:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return HttpResponse(status=status, headers={}, body=body, url="https://search.example/")


def search(service: str, response: HttpResponse, **more: Any) -> tuple[ToolResult, SentRequest]:
    arguments = {"query": "bees", **more}
    http = FakeHttpClient([response])
    credential = {"service": service, "api_key": KEY}
    if service == "searxng":
        credential["url"] = "https://searx.example"
    tool = WebSearch(FakePluginContext(http=http), credential)
    result = asyncio.run(tool.call(arguments, idempotency_key="k"))
    return result, http.sent[0]


def listed(service: str, *results: Any) -> Any:
    found: Any = list(results)
    for name in reversed(SERVICES[service].place):
        found = {name: found}
    return found


def result_of(service: str, *values: str | None) -> dict[str, Any]:
    """Return a result with a title, an address, an excerpt and a date."""
    return dict(zip(SERVICES[service].fields, values, strict=True))


def json_values() -> st.SearchStrategy[Any]:
    names = st.sampled_from(["results", "title", "url", "content"])
    leaves = st.none() | st.text() | st.integers()
    return st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(names, inner))


@pytest.mark.parametrize("service", SERVICES)
def test_results_are_read(service: str) -> None:
    one = result_of(
        service, "Bees &amp; <b>wasps</b>", "https://bees.example/a", "They\n dance.", "2026"
    )
    other = result_of(service, "", "http://wasps.example", "", None)
    bad = [7, None, {}, result_of(service, "x", "javascript:alert(1)", "", None)]

    result, _ = search(service, answer(listed(service, one, *bad, other)))

    assert result.data["results"] == [
        {
            "title": "Bees & wasps",
            "url": "https://bees.example/a",
            "excerpt": "They dance.",
            "published": "2026",
        },
        {
            "title": "http://wasps.example",
            "url": "http://wasps.example",
            "excerpt": "",
            "published": None,
        },
    ]
    assert result.text.startswith("1. Bees & wasps\nhttps://bees.example/a (2026)\nThey dance.")


@pytest.mark.parametrize("service", SERVICES)
def test_no_more_than_asked_for_is_returned(service: str) -> None:
    many = [result_of(service, "t", f"https://x.example/{n}", "", None) for n in range(30)]

    assert len(search(service, answer(listed(service, *many)))[0].data["results"]) == 5
    assert len(search(service, answer(listed(service, *many)), count=7)[0].data["results"]) == 7


def test_each_service_is_asked_in_its_own_way() -> None:
    def sent(service: str) -> SentRequest:
        return search(service, answer(listed(service)), count=3, newer_than="week")[1]

    brave, tavily, serper = sent("brave"), sent("tavily"), sent("serper")
    exa, searxng = sent("exa"), sent("searxng")

    assert brave.params == {"q": "bees", "count": "3", "freshness": "pw"}
    assert brave.headers["x-subscription-token"] == KEY
    assert json.loads(tavily.body or b"") == {
        "query": "bees",
        "max_results": 3,
        "time_range": "week",
    }
    assert tavily.headers["authorization"] == f"Bearer {KEY}"
    assert json.loads(serper.body or b"") == {"q": "bees", "num": 3, "tbs": "qdr:w"}
    assert json.loads(exa.body or b"")["startPublishedDate"].endswith("Z")
    assert exa.headers["x-api-key"] == serper.headers["x-api-key"] == KEY
    assert searxng.url == "https://searx.example/search"
    assert searxng.params == {"q": "bees", "format": "json", "time_range": "week"}
    assert KEY not in str(searxng)
    assert {brave.method, searxng.method} == {"GET"}
    assert {tavily.method, serper.method, exa.method} == {"POST"}


def test_address_of_ones_own_is_asked() -> None:
    http = FakeHttpClient([answer(listed("brave"))])
    credential = {"service": "brave", "api_key": KEY, "url": "https://proxy.example/brave"}
    tool = WebSearch(FakePluginContext(http=http), credential)

    asyncio.run(tool.call({"query": "x"}, idempotency_key="k"))

    assert http.sent[0].url == "https://proxy.example/brave"


@pytest.mark.parametrize(
    ("credential", "pointer"),
    [
        ({}, "/service"),
        ({"service": "altavista"}, "/service"),
        ({"service": "brave"}, "/api_key"),
        ({"service": "brave", "api_key": "two\nlines"}, "/api_key"),
        ({"service": "searxng"}, "/url"),
    ],
)
def test_what_a_credential_lacks_is_named(credential: dict[str, str], pointer: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        WebSearch(FakePluginContext(), credential)

    assert [each.pointer for each in refused.value.errors] == [pointer]


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (answer({}, 401), Unauthenticated),
        (answer({}, 403), Unauthenticated),
        (answer({}, 429), RateLimited),
        (answer({}, 500), ProviderFailed),
        (answer({}, 302), ProviderFailed),
        (answer(b"<html>"), ProviderFailed),
        (answer(b"\xff"), ProviderFailed),
    ],
)
def test_refusals_are_told(response: HttpResponse, error: type[SkepError]) -> None:
    with pytest.raises(error) as refused:
        search("tavily", response)

    assert KEY not in str(refused.value)


def test_nothing_found_says_so() -> None:
    result, _ = search("brave", answer({"web": None}))

    assert result.text == "Nothing was found. Try other words."
    assert not result.is_error


@given(json_values())
def test_whatever_comes_is_read(content: Any) -> None:
    result, _ = search("tavily", answer(content))

    assert isinstance(result.data["results"], list)
