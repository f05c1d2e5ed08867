"""Where a run ends: the outputs it gives."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription
from skep_node_end.end import EndNode, EndSettings, outputs


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``end``."""
    return [
        NodeDescription(
            type="end",
            title="End",
            description="Gives the outputs of the run.",
            category="flow",
            icon="flag",
            role="end",
            settings=EndSettings,
            outputs=outputs,
            factory=lambda _: EndNode(),
        )
    ]
