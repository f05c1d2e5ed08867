"""The template node keeps the promises that every node makes."""

from typing import Any, ClassVar

from skep_testing.conformance.nodes import NodeConformance


class TestConformance(NodeConformance):
    """Inherits the kit."""

    entry_point = "template"
    node_type = "template"
    valid_settings: ClassVar[dict[str, Any]] = {
        "template": "{% for p in ps %}{{ loop.index }}. {{ p.text|upper }}\n{% endfor %}{{ n }}",
        "inputs": {"ps": "{{search.passages}}", "n": "{{start.n}}"},
    }
    invalid_settings = (
        {},
        {"template": "{{ x }}", "input": {}},
        {"template": "{{ x", "inputs": {"x": 1}},
        {"template": "{{ y }}", "inputs": {"x": 1}},
        {"template": "{% include 'other' %}{% if %}"},
        {"template": "x", "inputs": {"not a name": 1}},
    )
    values: ClassVar[dict[str, Any]] = {
        "search": {"passages": [{"text": "a"}, {"text": "b"}]},
        "start": {"n": 7},
    }
    expected_outputs: ClassVar[dict[str, Any]] = {"text": "1. A\n2. B\n7"}
