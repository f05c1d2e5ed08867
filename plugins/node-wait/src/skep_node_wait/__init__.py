"""Waits until a time, for a while, or until somebody calls back."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription, OutputSpec
from skep_node_wait.settings import WaitSettings
from skep_node_wait.waiting import WaitNode, check_wait


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``wait``."""
    return [
        NodeDescription(
            type="wait",
            title="Wait",
            description="Waits until a time, for a while, or until somebody calls back.",
            category="flow",
            icon="clock",
            effect="repeatable",
            settings=WaitSettings,
            outputs=lambda _: (
                OutputSpec(name="answer", description="What was sent to the callback."),
                OutputSpec(
                    name="timed_out", type="boolean", description="Nobody called back in time."
                ),
            ),
            check=check_wait,
            factory=WaitNode,
        )
    ]
