"""The loop keeps the promises of containers, and its end those of every node."""

from typing import Any, ClassVar

import msgspec

from skep_contracts.conditions import Condition
from skep_contracts.plugins.nodes import LoopVariable, Rounds
from skep_testing.conformance.nodes import ContainerConformance, NodeConformance

ENOUGH: dict[str, Any] = {"left": "{{critic.score}}", "op": "ge", "right": 8}


class TestLoop(ContainerConformance):
    """Inherits the kit for containers."""

    entry_point = "loop"
    node_type = "loop"
    valid_settings: ClassVar[dict[str, Any]] = {
        "variables": [
            {"name": "draft", "type": "string", "value": "{{write.text}}"},
            {"name": "notes", "type": "array[string]", "value": []},
        ],
        "until": [ENOUGH],
        "match": "any",
        "max_rounds": 5,
        "output": "{{critic.text}}",
    }
    invalid_settings = (
        {"max_rounds": 0},
        {"max_rounds": 1001},
        {"rounds": 3},
        {"variables": [{"name": "not a name"}]},
        {"variables": [{"name": "a"}, {"name": "a"}]},
        {"variables": [{"name": "index"}]},
        {"variables": [{"name": "output"}]},
        {"variables": [{"name": "a", "type": "text"}]},
        {"variables": [{"name": "a", "type": "number", "value": "3"}]},
        {"variables": [{"name": "a", "type": "array[string]", "value": [1]}]},
        {"variables": [{"name": "a", "type": "object", "value": ["{{a.b}}"]}]},
        {"until": [{"left": 1}]},
        {"until": [{"left": 1, "op": "matches", "right": "x"}]},
        {"until": [ENOUGH, {"match": "any", "conditions": [{"left": 1, "op": "eq"}]}]},
        {"until": [ENOUGH], "match": "some"},
    )
    expected_rounds = Rounds(
        variables=(
            LoopVariable(name="draft", type="string", value="{{write.text}}"),
            LoopVariable(name="notes", type="array[string]", value=[]),
        ),
        max_rounds=5,
        output="{{critic.text}}",
        until=(msgspec.convert(ENOUGH, Condition),),
        until_match="any",
    )


class TestBreak(NodeConformance):
    """Inherits the kit for nodes."""

    entry_point = "loop"
    node_type = "loop-break"
    valid_settings: ClassVar[dict[str, Any]] = {}
    invalid_settings: ClassVar[dict[str, Any]] = {"when": "x"}
    expected_outputs: ClassVar[dict[str, Any]] = {}
