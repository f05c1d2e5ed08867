"""Runs another published app as a step of this one."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription, OutputSpec
from skep_node_sub_workflow.calling import SubWorkflowNode
from skep_node_sub_workflow.settings import SubWorkflowSettings


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``sub-workflow``."""
    return [
        NodeDescription(
            type="sub-workflow",
            title="Sub-workflow",
            description="Runs another published app and gives what it gave.",
            category="flow",
            icon="layers",
            effect="repeatable",
            settings=SubWorkflowSettings,
            outputs=lambda _: (
                OutputSpec(name="outputs", type="object", description="What its end nodes gave."),
                OutputSpec(name="answer", type="string", description="Its answer.", streams=True),
                OutputSpec(name="run_id", type="string", description="The run it was."),
            ),
            factory=lambda _: SubWorkflowNode(),
        )
    ]
