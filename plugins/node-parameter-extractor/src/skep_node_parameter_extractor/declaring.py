"""What an extractor gives, and what it refuses."""

from collections import Counter

from skep_contracts.plugins.nodes import ERROR, OutputSpec
from skep_contracts.problems import FieldError, InvalidInput
from skep_node_parameter_extractor.settings import ExtractorSettings

_OWN_OUTPUTS = ("is_success", "reason", "usage")


def outputs(settings: ExtractorSettings) -> tuple[OutputSpec, ...]:
    """Declare the parameters, and whether they were all there."""
    return (
        *(
            OutputSpec(name=each.name, type=each.type, description=each.description)
            for each in settings.parameters
        ),
        OutputSpec(
            name="is_success",
            type="boolean",
            description="Whether everything required was there, and of its type.",
        ),
        OutputSpec(name="reason", type="string", description="Why not; empty otherwise."),
        OutputSpec(name="usage", type="object", description="Tokens of all calls."),
    )


def check(settings: ExtractorSettings) -> None:
    """Refuse parameters that cannot be outputs side by side, and options of what has none.

    Raises:
        InvalidInput: With every fault.
    """
    count = Counter(each.name.casefold() for each in settings.parameters)
    faults = [
        FieldError(pointer=f"/parameters/{index}/{field}", message=message)
        for index, each in enumerate(settings.parameters)
        for is_bad, field, message in (
            (each.name in {ERROR, *_OWN_OUTPUTS}, "name", f"`{each.name}` is taken"),
            (
                count[each.name.casefold()] > 1,
                "name",
                f"`{each.name}` is there twice; case does not tell names apart",
            ),
            (
                bool(each.options) and each.type not in {"string", "array[string]"},
                "options",
                "only texts have options",
            ),
        )
        if is_bad
    ]
    if faults:
        raise InvalidInput("The parameters cannot be extracted like this.", errors=faults)
