"""What is waited for."""

from typing import Annotated, Final

import msgspec

LONGEST_S: Final = 31_536_000.0
"""A year."""


class WaitSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The settings of a wait node: one of `seconds`, `until` and `callback`."""

    seconds: Annotated[
        float | str | None,
        msgspec.Meta(description="For so long: a number, or a reference to one."),
    ] = None
    until: Annotated[
        str | None,
        msgspec.Meta(description="Until then: `2026-01-31T09:00:00Z`, or a reference to one."),
    ] = None
    callback: Annotated[
        bool,
        msgspec.Meta(description="Until something is posted to `{{sys.callback_url}}/<place>`."),
    ] = False
    timeout_s: Annotated[
        Annotated[float, msgspec.Meta(gt=0, le=LONGEST_S)] | None,
        msgspec.Meta(description="How long to wait for a callback; then `timed_out` is true."),
    ] = None
