"""One field of a form, as data."""

from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec

from skep_contracts.graph import VariableName

FieldType: TypeAlias = Literal[
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
MAX_OPTIONS: Final = 1000
VALUE_TYPES: Final[dict[FieldType, str]] = {
    "text": "string",
    "paragraph": "string",
    "number": "number",
    "checkbox": "boolean",
    "select": "string",
    "multi-select": "array[string]",
    "date": "string",
    "datetime": "string",
    "file": "file",
    "files": "array[file]",
    "object": "object",
    "json": "any",
}
"""What a value of each type of field is."""

Bound: TypeAlias = Annotated[int | float | None, msgspec.Meta(description="Of a number.")]
MaxLength: TypeAlias = Annotated[
    Annotated[int, msgspec.Meta(ge=1)] | None,
    msgspec.Meta(description="Characters of a text or paragraph."),
]
MaxItems: TypeAlias = Annotated[
    Annotated[int, msgspec.Meta(ge=1)] | None,
    msgspec.Meta(description="Files, or choices of a multi-select."),
]
Accept: TypeAlias = Annotated[
    tuple[
        Annotated[
            str, msgspec.Meta(pattern=r"^(\.[^./]+|[^/]+/[^/]+|image|audio|video|document)$")
        ],
        ...,
    ],
    msgspec.Meta(
        description="Of files: `.pdf`, `text/plain`, `image/*`, or one of `image`, `audio`, "
        "`video`, `document`. Empty for all."
    ),
]
MaxSize: TypeAlias = Annotated[
    Annotated[int, msgspec.Meta(ge=1)] | None, msgspec.Meta(description="Of each file.")
]


class FormField(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One field of a form, and what a value must be to fit it."""

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
    min: Bound = None
    max: Bound = None
    max_length: MaxLength = None
    options: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=1)], ...],
        msgspec.Meta(max_length=MAX_OPTIONS, description="Of a select or multi-select."),
    ] = ()
    max_items: MaxItems = None
    accept: Accept = ()
    max_size_bytes: MaxSize = None
    schema: Annotated[
        dict[str, Any] | None, msgspec.Meta(description="JSON Schema of an object or json field.")
    ] = None
