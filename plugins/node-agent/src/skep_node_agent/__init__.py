"""Lets a model work on a task with tools, step by step."""

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.nodes import EffectNode, NodeDescription
from skep_node_agent.describing import check, outputs
from skep_node_agent.settings import AgentSettings


def _node(_context: PluginContext) -> EffectNode[AgentSettings]:
    from skep_node_agent.node import AgentNode

    return AgentNode()


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``agent``."""
    return [
        NodeDescription(
            type="agent",
            title="Agent",
            description="Lets a model work on a task with tools, step by step.",
            category="model",
            icon="bot",
            effect="strict",
            settings=AgentSettings,
            outputs=outputs,
            raw_fields=frozenset({"output_schema"}),
            check=check,
            factory=_node,
        )
    ]
