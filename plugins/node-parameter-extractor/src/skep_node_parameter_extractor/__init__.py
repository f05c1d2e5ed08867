"""Reads typed values out of a text with a language model."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription, Runner
from skep_node_parameter_extractor.declaring import check, outputs
from skep_node_parameter_extractor.settings import ExtractorSettings


def _build() -> Runner:
    from skep_node_parameter_extractor.node import ExtractorNode

    return ExtractorNode()


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``parameter-extractor``."""
    return [
        NodeDescription(
            type="parameter-extractor",
            title="Parameter extractor",
            description="Lets a model read typed values out of a text.",
            category="model",
            icon="list-checks",
            effect="repeatable",
            settings=ExtractorSettings,
            outputs=outputs,
            check=check,
            factory=lambda _: _build(),
        )
    ]
