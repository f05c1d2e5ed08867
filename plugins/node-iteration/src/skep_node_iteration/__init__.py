"""Does something for each item of an array."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription
from skep_node_iteration.iteration import IterationSettings, check, outputs, rounds


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``iteration``."""
    return [
        NodeDescription(
            type="iteration",
            title="Iteration",
            description="Runs the nodes inside of it once for each item of an array.",
            category="flow",
            icon="repeat",
            role="container",
            settings=IterationSettings,
            outputs=outputs,
            rounds=rounds,
            inner_fields=frozenset({"output"}),
            check=check,
        )
    ]
