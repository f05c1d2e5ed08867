"""Joins branches: gives the first value that was produced."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription
from skep_node_variable_aggregator.aggregator import AggregatorNode, check, outputs
from skep_node_variable_aggregator.settings import AggregatorSettings


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``variable-aggregator``."""
    return [
        NodeDescription(
            type="variable-aggregator",
            title="Variable aggregator",
            description="Gives the first of several values that was produced, as branches join.",
            category="flow",
            icon="merge",
            settings=AggregatorSettings,
            outputs=outputs,
            check=check,
            factory=lambda _: AggregatorNode(),
        )
    ]
