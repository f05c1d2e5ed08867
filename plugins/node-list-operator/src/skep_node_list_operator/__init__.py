"""Filters, picks, sorts and cuts an array."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription, OutputSpec
from skep_node_list_operator.operator import ListOperatorNode, check
from skep_node_list_operator.settings import ListOperatorSettings


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``list-operator``."""
    return [
        NodeDescription(
            type="list-operator",
            title="List operator",
            description="Filters an array, picks one of its items, sorts it, and cuts it.",
            category="transform",
            icon="list",
            settings=ListOperatorSettings,
            outputs=lambda _: (
                OutputSpec(name="result", type="array[any]", description="What is left."),
                OutputSpec(name="first", description="Null when nothing is left."),
                OutputSpec(name="last", description="Null when nothing is left."),
                OutputSpec(name="count", type="number", description="Of what is left."),
            ),
            check=check,
            factory=lambda _: ListOperatorNode(),
        )
    ]
