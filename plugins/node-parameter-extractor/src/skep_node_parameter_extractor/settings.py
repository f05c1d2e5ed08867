"""The settings of a parameter extractor."""

from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from skep_contracts.asking.memory import Memory
from skep_contracts.asking.vision import Vision
from skep_contracts.graph import VariableName

ParameterType: TypeAlias = Literal[
    "string",
    "number",
    "boolean",
    "object",
    "array[string]",
    "array[number]",
    "array[boolean]",
    "array[object]",
]


class Parameter(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A value to read out of the text; it becomes an output of that name."""

    name: VariableName
    type: ParameterType = "string"
    description: Annotated[str, msgspec.Meta(description="What it is, for the model.")] = ""
    required: Annotated[bool, msgspec.Meta(description="Without it nothing is a success.")] = False
    options: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=1)], ...],
        msgspec.Meta(max_length=200, description="Of texts: the only ones there may be."),
    ] = ()


class ExtractorSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What to read out of which text, and by which model."""

    model: Annotated[
        str, msgspec.Meta(min_length=1, max_length=300, description="`provider/name` or `default`.")
    ] = "default"
    query: Annotated[
        str, msgspec.Meta(min_length=1, description="The text to read, with references.")
    ]
    parameters: Annotated[tuple[Parameter, ...], msgspec.Meta(min_length=1, max_length=100)]
    instruction: Annotated[str, msgspec.Meta(description="How to read it.")] = ""
    mode: Annotated[
        Literal["schema", "tools", "prompt"],
        msgspec.Meta(
            description="By a schema for the answer, by a tool the model has to call, or by words."
        ),
    ] = "schema"
    memory: Memory | None = None
    vision: Vision | None = None
    on_missing: Annotated[
        Literal["defaults", "fail"],
        msgspec.Meta(
            description="Of what is required and not there: go on with empty values, or fail."
        ),
    ] = "defaults"
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = None
    extra: Annotated[
        dict[str, Any], msgspec.Meta(description="Parameters of the vendor, sent as they are.")
    ] = {}
