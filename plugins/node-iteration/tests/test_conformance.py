"""The iteration keeps the promises that every container makes."""

from typing import Any, ClassVar

from skep_contracts.plugins.nodes import Rounds
from skep_testing.conformance.nodes import ContainerConformance


class TestConformance(ContainerConformance):
    """Inherits the kit."""

    entry_point = "iteration"
    node_type = "iteration"
    valid_settings: ClassVar[dict[str, Any]] = {
        "items": "{{search.passages}}",
        "output": "{{shorten.text}}",
        "parallel": 4,
        "on_failed_round": "drop",
        "max_items": 50,
    }
    invalid_settings = (
        {},
        {"items": "{{a.b}} and more"},
        {"items": "text"},
        {"items": {"a": 1}},
        {"items": 3},
        {"items": None},
        {"items": [0] * 100_001},
        {"items": "{{a.b}}", "parallel": 0},
        {"items": "{{a.b}}", "parallel": 101},
        {"items": "{{a.b}}", "on_failed_round": "retry"},
        {"items": "{{a.b}}", "max_items": 1_000_000},
        {"items": "{{a.b}}", "output_selector": "x"},
    )
    expected_rounds = Rounds(
        items="{{search.passages}}",
        output="{{shorten.text}}",
        parallel=4,
        on_failed_round="drop",
        max_rounds=50,
        flatten=True,
    )
