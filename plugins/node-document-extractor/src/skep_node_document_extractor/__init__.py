"""Reads the text out of files."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription, OutputSpec, Runner
from skep_node_document_extractor.settings import ExtractorSettings


def _build() -> Runner:
    from skep_node_document_extractor.extraction import ExtractorNode

    return ExtractorNode()


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``document-extractor``."""
    return [
        NodeDescription(
            type="document-extractor",
            title="Document extractor",
            description="Reads the text out of a file, or out of each file of a list.",
            category="transform",
            icon="file-text",
            effect="repeatable",
            settings=ExtractorSettings,
            outputs=lambda _: (
                OutputSpec(
                    name="text",
                    description="Markdown: a text for a file, a list of texts for a list of files.",
                ),
            ),
            factory=lambda _: _build(),
        )
    ]
