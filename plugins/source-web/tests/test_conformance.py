"""The source keeps the promises that every source makes."""

from typing import Any, ClassVar

from skep_contracts.plugins.manifest import HttpResponse
from skep_testing.conformance.node_context import FakeHttpClient, FakePluginContext
from skep_testing.conformance.sources import SourceConformance

PAGE = HttpResponse(
    status=200,
    headers={"content-type": "text/html"},
    body=b"<title>Hives</title><p>Bees live here.",
    url="https://example.org/hives",
)


class TestConformance(SourceConformance):
    entry_point = "web"
    kind = "web"
    invalid_settings: ClassVar = (
        {},
        {"addresses": []},
        {"addresses": ["javascript:alert(1)"]},
        {"addresses": ["https://user:secret@example.org/"]},
        {"addresses": ["https://example.org/"], "more": 1},
        {"addresses": ["https://example.org/"], "max_pages": 0},
        {"mode": "site", "addresses": ["https://a.example/x"], "prefix": "https://b.example/"},
    )

    def settings(self) -> dict[str, Any]:
        return {"addresses": ["https://example.org/hives"]}

    def make_context(self) -> FakePluginContext:
        return FakePluginContext(http=FakeHttpClient([PAGE]))
