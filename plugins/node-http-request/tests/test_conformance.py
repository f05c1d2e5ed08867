"""The HTTP node keeps the promises that every node makes."""

from typing import Any, ClassVar

from skep_contracts.plugins.manifest import HttpResponse
from skep_testing.conformance.nodes import FakeNodeContext, NodeConformance


class TestConformance(NodeConformance):
    """Inherits the kit."""

    entry_point = "http_request"
    node_type = "http-request"
    valid_settings: ClassVar[dict[str, Any]] = {
        "method": "POST",
        "url": "https://example.org/orders/{{start.id}}",
        "params": {"verbose": True, "tag": ["a", "{{start.tag}}"], "none": None},
        "headers": {"X-Trace": "{{start.id}}"},
        "auth": {"type": "bearer", "token": "{{env.TOKEN}}"},
        "body": {"type": "json", "value": {"order": "{{start.order}}", "n": 1}},
        "timeout_s": 10,
    }
    invalid_settings = (
        {},
        {"url": "ftp://example.org/"},
        {"url": "https://example.org/", "method": "get"},
        {"url": "https://example.org/", "headers": {"bad name": "x"}},
        {"url": "https://example.org/", "headers": {"Host": "x"}},
        {"url": "https://example.org/", "headers": {"X": "y"}, "auth": {"type": "digest"}},
        {"url": "https://example.org/", "auth": {"type": "header", "name": "a:b", "value": "x"}},
        {"url": "https://example.org/", "body": {"type": "json", "value": 1}},
        {"url": "https://example.org/", "method": "POST", "body": {"type": "xml"}},
        {"url": "https://example.org/", "timeout_s": 0},
        {"url": "https://example.org/", "idempotency_header": "a b"},
        {"url": "https://example.org/", "headers": [{"name": "bad name", "value": "x"}]},
        {"url": "https://example.org/", "headers": [{"value": "x"}]},
        {"url": "https://example.org/", "headers": [{"name": "X", "value": "x"}] * 101},
        {"url": "https://example.org/", "auth": {"type": "query", "name": "", "value": "x"}},
        {"url": "https://example.org/", "retry_statuses": [200]},
        {"url": "https://example.org/", "retry_statuses": [503], "fail_on_status": False},
        {"url": "https://example.org/", "method": "POST", "body": {"type": "json"}},
        {"url": "https://x.org/", "method": "POST", "body": {"type": "json", "text": "{{{a.b}}"}},
        {
            "url": "https://x.org/",
            "method": "POST",
            "body": {"type": "json", "text": "{}", "value": 1},
        },
    )
    values: ClassVar[dict[str, Any]] = {
        "start": {"id": 7, "tag": "b", "order": {"items": [1]}},
        "env": {"TOKEN": "t0ken"},
    }
    expected_outputs: ClassVar[dict[str, Any]] = {
        "status": 201,
        "headers": {"content-type": "application/json"},
        "body": '{"ok": true}',
        "json": {"ok": True},
        "file": None,
    }

    def make_context(self, **changes: Any) -> FakeNodeContext:
        """Answer with JSON."""
        answer = HttpResponse(
            status=201,
            headers={"content-type": "application/json"},
            body=b'{"ok": true}',
            url="https://example.org/orders/7",
        )
        return super().make_context(**{"http": [answer], **changes})
