"""Finds passages in datasets."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription, OutputSpec
from skep_node_knowledge_retrieval.retrieval import RetrievalNode
from skep_node_knowledge_retrieval.settings import RetrievalSettings


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
            outputs=lambda _: (
                OutputSpec(
                    name="passages",
                    type="array[object]",
                    description="Best first, numbered from 1.",
                ),
                OutputSpec(name="text", type="string", description="The passages as one text."),
                OutputSpec(name="count", type="number"),
            ),
            factory=lambda _: RetrievalNode(),
        )
    ]
