"""The form, as the author of a workflow writes it."""

from typing import Annotated

import msgspec

from skep_contracts.form_fields.field import FormField


class StartSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The settings of a start node."""

    fields: Annotated[
        tuple[FormField, ...],
        msgspec.Meta(max_length=200, description="The form that a run's inputs must match."),
    ] = ()
