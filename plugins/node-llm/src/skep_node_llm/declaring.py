"""What a model node gives, and what it refuses."""

from skep_contracts.plugins.nodes import OutputSpec
from skep_contracts.problems import FieldError, InvalidInput
from skep_node_llm.settings import LlmSettings


def outputs(settings: LlmSettings) -> tuple[OutputSpec, ...]:
    """Declare the text, which streams unless it is held against a schema first."""
    has_schema = settings.response_schema is not None
    declared = [
        OutputSpec(name="text", type="string", streams=not has_schema),
        OutputSpec(name="reasoning", type="string", description="What the model thought."),
        OutputSpec(name="finish_reason", type="string", description="`stop`, `length` or other."),
        OutputSpec(name="usage", type="object", description="Tokens."),
    ]
    if has_schema:
        what = "The value that follows the schema."
        declared.append(OutputSpec(name="structured", description=what))
    if settings.context is not None:
        what = "The passages that the answer cites."
        declared.append(OutputSpec(name="citations", type="array[object]", description=what))
    return tuple(declared)


def check(settings: LlmSettings) -> None:
    """Refuse settings with nothing to ask, or with a schema that is none.

    Raises:
        InvalidInput: With every fault.
    """
    faults = []
    is_asked = settings.prompt.strip() or settings.vision is not None
    if not is_asked and all(message.role == "system" for message in settings.messages):
        message = "say something to the model: a prompt, messages or images"
        faults.append(FieldError(pointer="/prompt", message=message))
    if settings.response_schema is not None:
        from skep_node_llm.structured import find_schema_fault

        fault = find_schema_fault(settings.response_schema)
        if fault is not None:
            faults.append(FieldError(pointer="/response_schema", message=fault))
    if faults:
        raise InvalidInput("The model cannot be asked like this.", errors=faults)
