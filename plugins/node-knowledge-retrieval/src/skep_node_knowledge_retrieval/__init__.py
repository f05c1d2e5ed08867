"""Finds passages in datasets."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription, Runner
from skep_node_knowledge_retrieval.declaring import outputs
from skep_node_knowledge_retrieval.settings import RetrievalSettings


def _build() -> Runner:
    from skep_node_knowledge_retrieval.retrieval import RetrievalNode

    return RetrievalNode()


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``knowledge-retrieval``."""
    return [
        NodeDescription(
            type="knowledge-retrieval",
            title="Knowledge retrieval",
            description="Finds the passages of datasets that answer a query.",
            category="knowledge",
            icon="search",
            effect="repeatable",
            settings=RetrievalSettings,
            outputs=outputs,
            factory=lambda _: _build(),
        )
    ]
