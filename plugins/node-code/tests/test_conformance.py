"""The code node keeps the promises that every node makes."""

from typing import Any, ClassVar

from skep_contracts.plugins.runtimes import CodeResult
from skep_testing.conformance.nodes import FakeNodeContext, NodeConformance

CODE = "def main(weight):\n    return {'price': weight * 2}\n"


class TestConformance(NodeConformance):
    entry_point = "code"
    node_type = "code"
    valid_settings: ClassVar[dict[str, Any]] = {
        "inputs": {"weight": "{{start.kg}}"},
        "code": CODE,
        "outputs": {"price": "number", "tags": "array[string]"},
        "limits": {"timeout_s": 2, "memory_mb": 64},
    }
    invalid_settings = (
        {},
        {"code": ""},
        {"code": "  \n"},
        {"code": CODE, "language": "Python 3"},
        {"code": CODE, "inputs": {"a-b": 1}},
        {"code": CODE, "inputs": {"class": 1}},
        {"code": CODE, "outputs": {"error": "string"}},
        {"code": CODE, "outputs": {"a": "text"}},
        {"code": CODE, "outputs": {"a": "array[array[string]]"}},
        {"code": CODE, "outputs": {"a b": "string"}},
        {"code": CODE, "limits": {"timeout_s": 0}},
        {"code": CODE, "limits": {"wall_s": 1}},
        {"code": CODE, "environments": "pandas"},
    )
    values: ClassVar[dict[str, Any]] = {"start": {"kg": 3}}
    expected_outputs: ClassVar[dict[str, Any]] = {"price": 6, "tags": ["a"]}

    def make_context(self, **changes: Any) -> FakeNodeContext:
        result = CodeResult(result={"price": 6, "tags": ["a"]}, stdout="hello\n")
        return super().make_context(**{"code": result, **changes})
