"""The reader keeps the promises that every tool makes."""

from typing import Any, ClassVar

from skep_contracts.plugins.manifest import HttpResponse
from skep_testing.conformance.node_context import FakeHttpClient, FakePluginContext
from skep_testing.conformance.tools import ToolConformance

PAGE = HttpResponse(
    status=200,
    headers={"content-type": "text/html"},
    body=b"<title>Hives</title><p>Bees live here.",
    url="https://example.org/hives",
)


class TestConformance(ToolConformance):
    """Inherits the kit, with a page to read."""

    entry_point = "web_page"
    tool_name = "web_page"
    valid_arguments: ClassVar[dict[str, Any]] = {"url": "https://example.org/hives"}
    invalid_arguments: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"url": 5},
        {"url": "https://example.org", "offset": -1},
        {"url": "https://example.org", "max_characters": 10**9},
    )
    expected_text = "# Hives\n\nhttps://example.org/hives\n\nBees live here."

    def make_context(self) -> FakePluginContext:
        return FakePluginContext(http=FakeHttpClient([PAGE]))
