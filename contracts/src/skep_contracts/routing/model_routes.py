"""Routes of models, as a tenant sets them: the setting `SETTING` of the bucket `SETTINGS`."""

from typing import Annotated, Final, Literal

import msgspec

SETTING: Final = "model_routes"
Seconds = Annotated[float, msgspec.Meta(gt=0, le=3_600)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]


class ModelRoute(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How one model is called. What is None is as the operator set it."""

    fallbacks: tuple[str, ...] = ()
    """Models that are asked in its place, in this order, when it cannot answer."""
    hedge_after_s: Seconds | Literal["p95"] | None = None
    """Ask a second time when there is no first piece of an answer after so long, and take whichever
    comes first. ``p95``: after as long as 95 of the last hundred answers took."""
    first_token_timeout_s: Seconds | None = None
    idle_timeout_s: Seconds | None = None
    """Between two pieces of an answer."""


class CredentialLimits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one process may ask of one credential. None is no limit."""

    concurrent: Count | None = None
    requests_per_minute: Count | None = None
    tokens_per_minute: Count | None = None


class ModelRoutes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All routes of a tenant."""

    models: dict[str, ModelRoute] = {}
    """By reference, as in ``openai/gpt-4o``."""
    credentials: dict[str, CredentialLimits] = {}
    """By the credential's id."""


NO_ROUTE: Final = ModelRoute()
NO_LIMITS: Final = CredentialLimits()
