"""Repeats nodes until conditions hold, and ends a repetition early."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription
from skep_node_loop.ending import BreakNode, BreakSettings
from skep_node_loop.loop import check, outputs, rounds
from skep_node_loop.settings import LoopSettings


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node types ``loop`` and ``loop-break``."""
    return [
        NodeDescription(
            type="loop",
            title="Loop",
            description="Runs the nodes inside of it again and again until its conditions hold.",
            category="flow",
            icon="refresh",
            role="container",
            settings=LoopSettings,
            outputs=outputs,
            rounds=rounds,
            inner_fields=frozenset({"until", "output"}),
            check=check,
        ),
        NodeDescription(
            type="loop-break",
            title="End of a loop",
            description="Ends the loop or iteration it stands in, with the present round.",
            category="flow",
            icon="stop",
            role="break",
            settings=BreakSettings,
            outputs=lambda _: (),
            factory=lambda _: BreakNode(),
        ),
    ]
