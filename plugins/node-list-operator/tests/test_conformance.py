"""The list operator keeps the promises that every node makes."""

from typing import Any, ClassVar

from skep_testing.conformance.nodes import NodeConformance

BIG = {"field": "size", "op": "gt", "right": "{{start.least}}"}


class TestConformance(NodeConformance):
    """Inherits the kit."""

    entry_point = "list_operator"
    node_type = "list-operator"
    valid_settings: ClassVar[dict[str, Any]] = {
        "items": "{{start.rows}}",
        "filter": {"conditions": [BIG]},
        "sort": {"field": "name", "order": "desc"},
        "limit": {"count": "{{start.most}}"},
    }
    invalid_settings = (
        {},
        {"items": "text"},
        {"items": "{{a.b}}{{a.c}}"},
        {"items": {"a": 1}},
        {"items": "{{a.b}}", "filters": {}},
        {"items": "{{a.b}}", "filter": {"conditions": []}},
        {"items": "{{a.b}}", "filter": {"conditions": [{"left": "{{a.b}}", "op": "null"}]}},
        {"items": "{{a.b}}", "filter": {"conditions": [{"field": "x", "op": "eq"}]}},
        {"items": "{{a.b}}", "filter": {"conditions": [{"match": "any"}]}},
        {"items": "{{a.b}}", "pick": {"position": 0}},
        {"items": "{{a.b}}", "pick": {"position": "first"}},
        {"items": "{{a.b}}", "sort": {"order": "up"}},
        {"items": "{{a.b}}", "limit": {"count": -1}},
        {"items": "{{a.b}}", "limit": {}},
    )
    values: ClassVar[dict[str, Any]] = {
        "start": {
            "least": 1,
            "most": 2,
            "rows": [
                {"name": "a", "size": 1},
                {"name": "b", "size": 2},
                {"name": "c", "size": 3},
                {"name": "d", "size": 4},
            ],
        }
    }
    expected_outputs: ClassVar[dict[str, Any]] = {
        "result": [{"name": "d", "size": 4}, {"name": "c", "size": 3}],
        "first": {"name": "d", "size": 4},
        "last": {"name": "c", "size": 3},
        "count": 2,
    }
