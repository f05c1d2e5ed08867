"""Which app runs, and what it is given."""

from typing import Annotated, Any

import msgspec


class SubWorkflowSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The settings of a sub-workflow node."""

    app: Annotated[
        str, msgspec.Meta(min_length=1, max_length=200, description="The app's id, or its name.")
    ]
    inputs: Annotated[
        dict[str, Any], msgspec.Meta(max_length=200, description="For its start form, by field.")
    ] = {}
    query: Annotated[str | None, msgspec.Meta(description="The message, for a chat app.")] = None
