"""Asks a person, and goes on when they answer."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription
from skep_node_human_input.asking import HumanInputNode, check_form, outputs, ports
from skep_node_human_input.settings import HumanInputSettings


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``human-input``."""
    return [
        NodeDescription(
            type="human-input",
            title="Human input",
            description="Shows a person a form and goes on by the button they press.",
            category="flow",
            icon="person",
            effect="repeatable",
            settings=HumanInputSettings,
            outputs=outputs,
            ports=ports,
            check=check_form,
            factory=HumanInputNode,
        )
    ]
