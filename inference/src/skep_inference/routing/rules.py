"""The routes that each tenant set."""

import logging
from typing import Final

import msgspec

from skep_contracts.routing.model_routes import (
    NO_LIMITS,
    NO_ROUTE,
    SETTING,
    CredentialLimits,
    ModelRoute,
    ModelRoutes,
)
from skep_inference.routing.router import Route

_LOG: Final = logging.getLogger(__name__)
_decode: Final = msgspec.json.Decoder(ModelRoutes).decode


class RouteRules:
    """Follows the bucket's keys ``{tenant}.model_routes``."""

    def __init__(self) -> None:
        """Know none."""
        self._routes: dict[str, ModelRoutes] = {}

    def put(self, key: str, value: bytes, revision: int) -> None:
        """Take a tenant's routes; other settings in the bucket are not ours."""
        tenant, _, name = key.partition(".")
        if name != SETTING:
            return
        try:
            self._routes[tenant] = _decode(value)
        except msgspec.DecodeError:
            _LOG.warning("routes of models cannot be read", extra={"tenant": tenant})
            self._routes.pop(tenant, None)

    def remove(self, key: str) -> None:
        """Forget a tenant's routes."""
        tenant, _, name = key.partition(".")
        if name == SETTING:
            self._routes.pop(tenant, None)

    def of(self, tenant: str, reference: str) -> ModelRoute:
        """Return how a model is called."""
        routes = self._routes.get(tenant)
        return NO_ROUTE if routes is None else routes.models.get(reference, NO_ROUTE)

    def limits(self, route: Route) -> CredentialLimits:
        """Return what this process may ask of the credential of a route."""
        credential = route.credential
        if credential is None or not self._routes:
            return NO_LIMITS
        routes = self._routes.get(credential.key.partition(".")[0])
        return NO_LIMITS if routes is None else routes.credentials.get(credential.id, NO_LIMITS)
