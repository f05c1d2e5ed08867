"""Changes variables of a conversation or of a loop."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription
from skep_node_variable_assigner.assigner import AssignerNode, check, writes
from skep_node_variable_assigner.settings import AssignerSettings


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``variable-assigner``."""
    return [
        NodeDescription(
            type="variable-assigner",
            title="Variable assigner",
            description="Changes variables of the conversation or of a loop around it.",
            category="transform",
            icon="pencil",
            settings=AssignerSettings,
            outputs=lambda _: (),
            writes=writes,
            check=check,
            factory=lambda _: AssignerNode(),
        )
    ]
