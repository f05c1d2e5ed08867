"""Calls a tool with arguments from the run."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription, OutputSpec
from skep_node_tool.node import ToolNode, ToolSettings


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``tool``."""
    return [
        NodeDescription(
            type="tool",
            title="Tool",
            description="Calls a tool with arguments from the run.",
            category="tool",
            icon="wrench",
            effect="strict",
            settings=ToolSettings,
            outputs=lambda _: (
                OutputSpec(name="text", type="string", description="What the tool says."),
                OutputSpec(name="data", description="The same as values, where it gives some."),
                OutputSpec(
                    name="is_error", type="boolean", description="The tool says that it failed."
                ),
            ),
            factory=lambda _: ToolNode(),
        )
    ]
