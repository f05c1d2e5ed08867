"""Asks a language model and streams what it says."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription, Runner
from skep_node_llm.declaring import check, outputs
from skep_node_llm.settings import LlmSettings


def _build() -> Runner:
    from skep_node_llm.node import LlmNode

    return LlmNode()


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``llm``."""
    return [
        NodeDescription(
            type="llm",
            title="Language model",
            description="Asks a language model and streams what it says.",
            category="model",
            icon="sparkles",
            effect="repeatable",
            settings=LlmSettings,
            outputs=outputs,
            raw_fields=frozenset({"response_schema"}),
            check=check,
            factory=lambda _: _build(),
        )
    ]
