"""The source keeps the promises that every source makes."""

import json
from typing import Any, ClassVar

from skep_contracts.plugins.manifest import HttpResponse
from skep_testing.conformance.node_context import FakeHttpClient, FakePluginContext
from skep_testing.conformance.sources import SourceConformance

PAGE_ID = "01234567-89ab-cdef-0123-456789abcdef"
PAGE = {
    "object": "page",
    "id": PAGE_ID,
    "last_edited_time": "2023-05-01T10:00:00.000Z",
    "url": "https://www.notion.so/Bees-0123456789abcdef0123456789abcdef",
    "properties": {"title": {"type": "title", "title": [{"plain_text": "Bees"}]}},
}
BLOCK = {"id": "b", "type": "paragraph", "paragraph": {"rich_text": [{"plain_text": "Buzz."}]}}


def _answer(body: object, url: str) -> HttpResponse:
    return HttpResponse(status=200, headers={}, body=json.dumps(body).encode(), url=url)


def _script(sent: Any) -> HttpResponse:
    if "/blocks/" in sent.url:
        return _answer({"results": [BLOCK], "has_more": False}, sent.url)
    return _answer(PAGE, sent.url)


class TestConformance(SourceConformance):
    entry_point = "notion"
    kind = "notion"
    invalid_settings: ClassVar = (
        {},
        {"token": ""},
        {"token": "ntn\ntoken"},
        {"token": "ntn_tökén"},
        {"token": "ntn_token", "roots": ["https://www.notion.so/Bees"]},
        {"token": "ntn_token", "roots": ["javascript:alert(1)"]},
        {"token": "ntn_token", "max_pages": 0},
        {"token": "ntn_token", "more": 1},
    )

    def settings(self) -> dict[str, Any]:
        return {"token": "ntn_token", "roots": [PAGE["url"]]}

    def make_context(self) -> FakePluginContext:
        return FakePluginContext(http=FakeHttpClient([_script]))
