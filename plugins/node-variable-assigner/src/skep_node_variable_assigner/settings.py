"""What is changed and how, as the author writes it."""

from typing import Annotated, Any

import msgspec

from skep_contracts.assignments import Operation


class Change(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One change to one variable."""

    target: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^[A-Za-z0-9_-]{1,64}\.[A-Za-z_][A-Za-z0-9_]{0,63}$",
            description="`conversation.name`, or `loop_id.name` inside of that loop; no braces.",
        ),
    ]
    operation: Operation = "set"
    value: Annotated[
        Any, msgspec.Meta(description="A value, or a text with references, which may be null.")
    ] = msgspec.UNSET
    skip_null: Annotated[
        bool, msgspec.Meta(description="Leave the variable as it is when the value is null.")
    ] = False


class AssignerSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Changes in the order in which they are made."""

    changes: Annotated[tuple[Change, ...], msgspec.Meta(min_length=1, max_length=200)]
