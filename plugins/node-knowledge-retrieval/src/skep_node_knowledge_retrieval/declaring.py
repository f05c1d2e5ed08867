"""What a retrieval gives."""

from skep_contracts.plugins.nodes import OutputSpec
from skep_node_knowledge_retrieval.settings import RetrievalSettings


def outputs(settings: RetrievalSettings) -> tuple[OutputSpec, ...]:
    """Declare the passages; and what a model writes."""
    declared = (
        OutputSpec(
            name="passages", type="array[object]", description="Best first, numbered from 1."
        ),
        OutputSpec(name="text", type="string", description="The passages as one text."),
        OutputSpec(name="count", type="number"),
    )
    filters = OutputSpec(
        name="filter", type="object", description="What the model wrote; may be null."
    )
    wordings = OutputSpec(
        name="wordings", type="array[string]", description="What was searched for beside the query."
    )
    usage = OutputSpec(name="usage", type="object", description="Tokens it took.")
    written = (
        *((filters,) if settings.automatic_filter is not None else ()),
        *((wordings,) if settings.other_wordings is not None else ()),
    )
    return (*declared, *written, usage) if written else declared
