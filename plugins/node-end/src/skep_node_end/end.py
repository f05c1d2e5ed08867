"""Collects what the run gives."""

from typing import Annotated, Any, Final

import msgspec

from skep_contracts.plugins.nodes import NodeResult, OutputSpec, PureContext
from skep_contracts.references import Reference, parse_template

_TYPES: Final[dict[type, str]] = {
    bool: "boolean",
    int: "number",
    float: "number",
    dict: "object",
}

OutputName = Annotated[
    str, msgspec.Meta(pattern=r"^(?!error$)[A-Za-z_][A-Za-z0-9_-]{0,63}$", max_length=64)
]


class EndSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The settings of an end node."""

    outputs: Annotated[
        dict[OutputName, Any],
        msgspec.Meta(
            max_length=200,
            description="Outputs of the run by name. A text that is one reference keeps its type.",
        ),
    ] = {}


class EndNode:
    """Resolves the outputs; what comes from a skipped branch is null."""

    def evaluate(self, ctx: PureContext, settings: EndSettings) -> NodeResult:
        """Return the outputs with every reference resolved."""
        return NodeResult(
            outputs={name: ctx.value(template) for name, template in settings.outputs.items()}
        )


def outputs(settings: EndSettings) -> tuple[OutputSpec, ...]:
    """Declare the outputs that the author named, with types as far as the templates show them."""
    return tuple(
        OutputSpec(name=name, type=_type_of(template))
        for name, template in settings.outputs.items()
    )


def _type_of(template: object) -> str:
    if isinstance(template, str):
        segments = parse_template(template)
        is_reference = len(segments) == 1 and isinstance(segments[0], Reference)
        return "any" if is_reference else "string"
    if isinstance(template, list):
        return "array[any]"
    return _TYPES.get(type(template), "any")
