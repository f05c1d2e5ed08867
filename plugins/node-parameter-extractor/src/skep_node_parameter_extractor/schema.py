"""From the parameters to the JSON Schema of an answer."""

from collections.abc import Sequence
from typing import Any

from skep_node_parameter_extractor.settings import Parameter


def schema_of(parameters: Sequence[Parameter]) -> dict[str, Any]:
    """Return a closed schema in which null says that the text does not hold a value."""
    return {
        "type": "object",
        "properties": {parameter.name: _property(parameter) for parameter in parameters},
        "required": [parameter.name for parameter in parameters],
        "additionalProperties": False,
    }


def _property(parameter: Parameter) -> dict[str, Any]:
    options = list(parameter.options)
    schema: dict[str, Any]
    if parameter.type.startswith("array["):
        items: dict[str, Any] = {"type": parameter.type[len("array[") : -1]}
        if options:
            items["enum"] = options
        schema = {"type": ["array", "null"], "items": items}
    else:
        schema = {"type": [parameter.type, "null"]}
        if options:
            schema["enum"] = [*options, None]
    if parameter.description:
        schema["description"] = " ".join(parameter.description.split())
    return schema
