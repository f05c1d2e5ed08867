"""Where a run begins: the form that a run's inputs must match."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription
from skep_node_start.form import StartNode, check_form, outputs
from skep_node_start.settings import StartSettings


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``start``."""
    return [
        NodeDescription(
            type="start",
            title="Start",
            description="Begins the workflow with the values of its form.",
            category="flow",
            icon="play",
            role="start",
            settings=StartSettings,
            outputs=outputs,
            check=check_form,
            factory=lambda _: StartNode(),
        )
    ]
