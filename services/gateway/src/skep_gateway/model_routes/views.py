"""Shapes of routes of models."""

from typing import Annotated, Literal

from pydantic import Field

from skep_contracts.routing.model_routes import CredentialLimits, ModelRoute, ModelRoutes
from skep_gateway.web.shapes import Line, View

Reference = Annotated[Line, Field(min_length=3, max_length=300)]
Seconds = Annotated[float, Field(gt=0, le=3_600, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=1_000_000_000)]
MAX_ROUTES = 500


class ModelRouteView(View):
    """How one model is called; what is left out is as the operator set it."""

    fallbacks: Annotated[tuple[Reference, ...], Field(max_length=8)] = ()
    """Models that are asked in its place, in this order, when it cannot answer."""
    hedge_after_s: Seconds | Literal["p95"] | None = None
    """Ask chat models a second time when no answer has begun after so long, and take whichever
    comes first; both are paid. `p95`: after as long as 95 of the last hundred answers took."""
    first_token_timeout_s: Seconds | None = None
    idle_timeout_s: Seconds | None = None
    """Between two pieces of an answer."""


class CredentialLimitsView(View):
    """What each process may ask of a credential; what is left out has no limit."""

    concurrent: Count | None = None
    requests_per_minute: Count | None = None
    tokens_per_minute: Count | None = None


class ModelRoutesView(View):
    """All routes of the workspace."""

    models: Annotated[
        dict[Reference, ModelRouteView], Field(max_length=MAX_ROUTES, default_factory=dict)
    ]
    """By model, as `provider/name`."""
    credentials: Annotated[
        dict[Annotated[str, Field(max_length=64)], CredentialLimitsView],
        Field(max_length=MAX_ROUTES, default_factory=dict),
    ]
    """By the credential's id."""

    def to_routes(self) -> ModelRoutes:
        """Return them as they are kept."""
        return ModelRoutes(
            models={name: ModelRoute(**route.model_dump()) for name, route in self.models.items()},
            credentials={
                name: CredentialLimits(**limits.model_dump())
                for name, limits in self.credentials.items()
            },
        )
