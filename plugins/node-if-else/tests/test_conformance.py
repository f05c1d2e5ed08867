"""The if-else node keeps the promises that every node makes."""

from typing import Any, ClassVar

from skep_testing.conformance.nodes import NodeConformance


def nested(depth: int) -> dict[str, Any]:
    condition: dict[str, Any] = {"left": 1, "op": "eq", "right": 1}
    for _ in range(depth):
        condition = {"match": "all", "conditions": [condition]}
    return condition


def case(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"cases": [{"id": "a", "conditions": list(conditions)}]}


class TestConformance(NodeConformance):
    """Inherits the kit."""

    entry_point = "if_else"
    node_type = "if-else"
    valid_settings: ClassVar[dict[str, Any]] = {
        "cases": [
            {
                "id": "none",
                "match": "any",
                "conditions": [{"left": "{{search.passages}}", "op": "empty"}],
            },
            {
                "id": "delivery",
                "match": "all",
                "conditions": [
                    {"left": "{{classify.topic}}", "op": "eq", "right": "delivery"},
                    {
                        "match": "any",
                        "conditions": [
                            {"left": "{{start.weight}}", "op": "gt", "right": 20},
                            {"left": "{{start.weight}}", "op": "le", "right": "{{start.limit}}"},
                        ],
                    },
                ],
            },
        ]
    }
    invalid_settings = (
        {"cases": []},
        {"cases": [{"id": "else", "conditions": [{"left": 1, "op": "null"}]}]},
        {"cases": [{"id": "failed", "conditions": [{"left": 1, "op": "null"}]}]},
        {"cases": [{"id": "a b", "conditions": [{"left": 1, "op": "null"}]}]},
        {"cases": [{"id": "a", "conditions": []}]},
        {"cases": [*case({"left": 1, "op": "null"})["cases"]] * 2},
        case({"left": 1, "op": "matches", "right": ".*"}),
        case({"left": 1}),
        case({"op": "eq", "right": 1}),
        case({"left": 1, "op": "eq"}),
        case({"left": 1, "op": "null", "right": 1}),
        case({"left": 1, "op": "null", "match": "all", "conditions": []}),
        case({"match": "all"}),
        case({"left": [1], "op": "any_item"}),
        case({"left": [1], "op": "any_item", "conditions": [{"left": 1, "op": "null"}]}),
        case({"field": "x", "op": "null"}),
        case(nested(20)),
    )
    values: ClassVar[dict[str, Any]] = {
        "search": {"passages": [{"text": "x"}]},
        "classify": {"topic": "delivery"},
        "start": {"weight": 3, "limit": 5.5},
    }
    expected_outputs: ClassVar[dict[str, Any]] = {"case": "delivery"}
    expected_port = "delivery"
