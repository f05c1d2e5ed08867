"""Which route an attempt takes: the model's own first, then those of its fallbacks."""

import logging
from collections.abc import Callable
from typing import Final

from skep_contracts.plugins.models import ModelKind
from skep_contracts.problems import (
    Forbidden,
    InvalidInput,
    NotFound,
    SkepError,
    TooLarge,
    Unauthenticated,
)
from skep_contracts.routing.model_routes import CredentialLimits, ModelRoute
from skep_inference.routing.router import Route, Router
from skep_inference.routing.rules import RouteRules
from skep_inference.routing.traffic import Traffic
from skep_inference.scope import ResolvedModel

_LOG: Final = logging.getLogger(__name__)
_OF_ROUTE: Final = frozenset({"quota_exhausted", "model_not_found"})


class Plan:
    """The routes of one call. Each attempt takes one, and none twice while others are left."""

    def __init__(
        self,
        routes: tuple[Route, ...],
        *,
        traffic: Traffic,
        limits: Callable[[Route], CredentialLimits],
    ) -> None:
        """Take none yet."""
        self._routes = routes
        self._traffic = traffic
        self._limits = limits
        self._left = list(routes)
        self.taken = 0
        """How often a route was taken."""

    def __len__(self) -> int:
        """Return how many routes there are."""
        return len(self._routes)

    @property
    def has_other(self) -> bool:
        """Whether there is a route that was not taken yet."""
        return self.taken < len(self._routes)

    def may_help(self, error: SkepError, failed: Route) -> bool:
        """Tell whether an error, which the same route would give again, another may not give."""
        match error:
            case Unauthenticated():
                return self.has_other
            case Forbidden() | NotFound():
                return self.has_other and error.exact_code in _OF_ROUTE
            case TooLarge():
                others = (route.model.reference != failed.model.reference for route in self._left)
                return self.has_other and any(others)
        return False

    def take(self) -> Route:
        """Return the next route: one that neither rests nor is at its limit, if there is any."""
        self.taken += 1
        if len(self._routes) == 1:
            return self._routes[0]
        if not self._left:
            self._left = list(self._routes)
        free = (route for route in self._left if self._is_free(route))
        route = next(free, None) or self._left[0]
        self._left.remove(route)
        return route

    def _is_free(self, route: Route) -> bool:
        return not self._traffic.is_resting(route) and not self.wait_s(route)

    def wait_s(self, route: Route) -> float:
        """Return how long until the limits of a route's credential let an attempt pass."""
        return self._traffic.wait_s(route, self._limits(route))

    def has_limits(self, route: Route) -> bool:
        """Tell whether what is asked on a route has to be counted."""
        limits = self._limits(route)
        return not (limits.requests_per_minute is limits.tokens_per_minute is None)


class Planner:
    """Plans calls by what tenants set and what happened."""

    def __init__(self, router: Router, rules: RouteRules, traffic: Traffic) -> None:
        """Ask `router` where models are."""
        self._router = router
        self._rules = rules
        self.traffic = traffic

    def plan(self, model: ResolvedModel, kind: ModelKind, rule: ModelRoute, *, tenant: str) -> Plan:
        """Return the routes of a call of a model; fallbacks that cannot be called are left out."""
        routes = self._traffic_of(model, tenant)
        # Vectors of two models do not fit together.
        fallbacks = rule.fallbacks if kind is not ModelKind.EMBEDDING else ()
        for reference in fallbacks:
            try:
                other = self._router.resolve(reference, kind, tenant=tenant)
            except InvalidInput as error:
                _LOG.warning(
                    "fallback cannot be called",
                    extra={"model": reference, "code": error.exact_code},
                )
                continue
            routes += self._traffic_of(other, tenant)
        return Plan(routes, traffic=self.traffic, limits=self._rules.limits)

    def _traffic_of(self, model: ResolvedModel, tenant: str) -> tuple[Route, ...]:
        return self.traffic.in_turn(self._router.routes(model, tenant=tenant))

    def rule(self, tenant: str, model: ResolvedModel) -> ModelRoute:
        """Return what a tenant set for a model."""
        return self._rules.of(tenant, model.reference)
