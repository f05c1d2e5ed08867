"""What a retrieval gives."""

from skep_contracts.plugins.nodes import OutputSpec
from skep_node_knowledge_retrieval.settings import RetrievalSettings


def outputs(settings: RetrievalSettings) -> tuple[OutputSpec, ...]:
    """Declare the passages; and the filter, when a model writes one."""
    declared = (
        OutputSpec(
            name="passages", type="array[object]", description="Best first, numbered from 1."
        ),
        OutputSpec(name="text", type="string", description="The passages as one text."),
        OutputSpec(name="count", type="number"),
    )
    if settings.automatic_filter is None:
        return declared
    return (
        *declared,
        OutputSpec(name="filter", type="object", description="What the model wrote; may be null."),
        OutputSpec(name="usage", type="object", description="Tokens it took."),
    )
