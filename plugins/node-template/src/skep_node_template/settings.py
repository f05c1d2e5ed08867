"""The settings of a template node."""

from typing import Annotated, Any

import msgspec

from skep_contracts.graph import VariableName

MAX_TEMPLATE_CHARS = 400_000


class TemplateSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A template, and the values it may use."""

    template: Annotated[
        str,
        msgspec.Meta(max_length=MAX_TEMPLATE_CHARS, description="Jinja, as MiniJinja reads it."),
    ]
    inputs: Annotated[
        dict[VariableName, Any],
        msgspec.Meta(
            max_length=200,
            description="Values by the name the template gives them, such as `{{node.output}}`.",
        ),
    ] = {}
