"""The form, as the author of a workflow writes it. What a run makes of it is a `forms.Form`."""

from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from skep_contracts.form_fields.field import Accept, Bound, MaxItems, MaxLength, MaxSize
from skep_contracts.graph import VariableName
from skep_contracts.waits.forms import MAX_CONTENT, MAX_FIELDS, FormAction

AskedType: TypeAlias = Literal[
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
]
"""Of the types of fields, those that a person can fill in."""


class AskedField(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One field of the form. Texts may refer to values of the run."""

    name: Annotated[VariableName, msgspec.Meta(description="The output with what was entered.")]
    label: Annotated[str, msgspec.Meta(description="How people read it; the name when empty.")] = ""
    description: str = ""
    placeholder: str = ""
    type: AskedType = "text"
    required: bool = False
    default: Annotated[
        Any, msgspec.Meta(description="Filled in already, such as `{{draft.text}}`.")
    ] = None
    min: Bound = None
    max: Bound = None
    max_length: MaxLength = None
    options: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=1)], ...] | str,
        msgspec.Meta(description="Of a select or multi-select; or a reference to an array."),
    ] = ()
    max_items: MaxItems = None
    accept: Accept = ()
    max_size_bytes: MaxSize = None


class HumanInputSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The settings of a human-input node."""

    content: Annotated[
        str,
        msgspec.Meta(max_length=MAX_CONTENT, description="What people read: Markdown, {{…}}."),
    ] = ""
    fields: Annotated[
        tuple[AskedField, ...], msgspec.Meta(max_length=MAX_FIELDS, description="What is asked.")
    ] = ()
    actions: Annotated[
        tuple[FormAction, ...],
        msgspec.Meta(min_length=1, max_length=20, description="Buttons, each with a port."),
    ] = (FormAction(id="submit", label="Submit", style="primary"),)
    timeout_s: Annotated[
        Annotated[float, msgspec.Meta(gt=0, le=7_776_000)] | None,
        msgspec.Meta(description="How long to wait; as long as it takes when empty."),
    ] = None
    on_timeout: Annotated[
        str,
        msgspec.Meta(description="Then: `timeout`, or the action that nobody's answer stands for."),
    ] = "timeout"
