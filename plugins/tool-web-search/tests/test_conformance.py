"""The search keeps the promises that every tool makes."""

from typing import Any, ClassVar

from skep_contracts.plugins.manifest import HttpResponse
from skep_testing.conformance.node_context import FakeHttpClient, FakePluginContext
from skep_testing.conformance.tools import ToolConformance

FOUND = HttpResponse(
    status=200,
    headers={"content-type": "application/json"},
    body=(
        b'{"results": [{"title": "Bees", "url": "https://bees.example", "content": "They dance."}]}'
    ),
    url="https://search.example/search",
)


class TestConformance(ToolConformance):
    """Inherits the kit, with a service that finds something."""

    entry_point = "web_search"
    tool_name = "web_search"
    credential: ClassVar[dict[str, Any]] = {"service": "tavily", "api_key": "tvly-canary"}
    valid_arguments: ClassVar[dict[str, Any]] = {"query": "bees"}
    invalid_arguments: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"query": ""},
        {"query": "x", "count": 21},
        {"query": "x", "newer_than": "decade"},
        {"query": "x", "site": "example.org"},
    )
    expected_text = "1. Bees\nhttps://bees.example\nThey dance."

    def make_context(self) -> FakePluginContext:
        return FakePluginContext(http=FakeHttpClient([FOUND]))
