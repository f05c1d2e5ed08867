"""What an agent node declares, and which settings it refuses."""

from skep_contracts.plugins.nodes import OutputSpec
from skep_contracts.problems import FieldError, InvalidInput
from skep_node_agent.settings import AgentSettings


def outputs(settings: AgentSettings) -> tuple[OutputSpec, ...]:
    """Declare the text, which streams unless it is held against a schema first."""
    return (
        OutputSpec(name="text", type="string", streams=settings.output_schema is None),
        OutputSpec(name="data", description="The value that follows the schema."),
        OutputSpec(name="steps", type="array[object]", description="What the agent did, in order."),
        OutputSpec(
            name="sources", type="array[object]", description="Passages that it found, in order."
        ),
        OutputSpec(name="usage", type="object", description="Tokens and calls of all steps."),
        OutputSpec(
            name="is_complete", type="boolean", description="False when the steps were used up."
        ),
    )


def check(settings: AgentSettings) -> None:
    """Refuse a query without words, and a schema that is none.

    Raises:
        InvalidInput: With every fault.
    """
    faults = []
    if not settings.query.strip():
        faults.append(FieldError(pointer="/query", message="ask the agent something"))
    if settings.output_schema is not None:
        from skep_node_agent.structured import find_schema_fault

        fault = find_schema_fault(settings.output_schema)
        if fault is not None:
            faults.append(FieldError(pointer="/output_schema", message=fault))
    if faults:
        raise InvalidInput("The agent cannot work like this.", errors=faults)
