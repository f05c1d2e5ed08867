"""Chooses the way on by conditions over values."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription, OutputSpec
from skep_node_if_else.branch import IfElseNode, check_cases, ports
from skep_node_if_else.settings import IfElseSettings


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``if-else``."""
    return [
        NodeDescription(
            type="if-else",
            title="If / else",
            description="Takes the first case whose conditions hold, and else the way out.",
            category="flow",
            icon="branch",
            settings=IfElseSettings,
            outputs=lambda _: (
                OutputSpec(name="case", type="string", description="Id of the case, or `else`."),
            ),
            ports=ports,
            check=check_cases,
            factory=lambda _: IfElseNode(),
        )
    ]
