"""The form, as the author of a workflow writes it."""

from typing import Annotated, Any, Literal

import msgspec

from skep_contracts.graph import VariableName

FieldType = Literal[
    "text",
    "paragraph",
    "number",
    "checkbox",
    "select",
    "multi-select",
    "date",
    "datetime",
    "file",
    "files",
    "object",
    "json",
]


class FormField(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One field of the form, and what a value must be to fit it."""

    name: Annotated[VariableName, msgspec.Meta(description="How references call it.")]
    label: Annotated[str, msgspec.Meta(description="How people read it; the name when empty.")] = ""
    description: Annotated[str, msgspec.Meta(description="Help for whoever fills it in.")] = ""
    placeholder: Annotated[str, msgspec.Meta(description="Shown while it is empty.")] = ""
    type: FieldType = "text"
    required: bool = False
    allow_empty: Annotated[
        bool, msgspec.Meta(description="An empty text counts as given, if the field is required.")
    ] = False
    hidden: Annotated[bool, msgspec.Meta(description="Set through the API, never shown.")] = False
    default: Annotated[Any, msgspec.Meta(description="Taken when nothing is given.")] = None
    min: Annotated[int | float | None, msgspec.Meta(description="Of a number.")] = None
    max: Annotated[int | float | None, msgspec.Meta(description="Of a number.")] = None
    max_length: Annotated[
        Annotated[int, msgspec.Meta(ge=1)] | None,
        msgspec.Meta(description="Characters of a text or paragraph."),
    ] = None
    options: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=1)], ...],
        msgspec.Meta(max_length=1000, description="Of a select or multi-select."),
    ] = ()
    max_items: Annotated[
        Annotated[int, msgspec.Meta(ge=1)] | None,
        msgspec.Meta(description="Files, or choices of a multi-select."),
    ] = None
    accept: Annotated[
        tuple[
            Annotated[
                str,
                msgspec.Meta(pattern=r"^(\.[^./]+|[^/]+/[^/]+|image|audio|video|document)$"),
            ],
            ...,
        ],
        msgspec.Meta(
            description="Of files: `.pdf`, `text/plain`, `image/*`, or one of `image`, `audio`, "
            "`video`, `document`. Empty for all."
        ),
    ] = ()
    max_size_bytes: Annotated[
        Annotated[int, msgspec.Meta(ge=1)] | None, msgspec.Meta(description="Of each file.")
    ] = None
    schema: Annotated[
        dict[str, Any] | None, msgspec.Meta(description="JSON Schema of an object or json field.")
    ] = None


class StartSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The settings of a start node."""

    fields: Annotated[
        tuple[FormField, ...],
        msgspec.Meta(max_length=200, description="The form that a run's inputs must match."),
    ] = ()
