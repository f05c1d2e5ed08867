"""Which models a tenant can choose."""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Final

from skep_contracts.plugins.models import ModelInfo, ProviderDescription
from skep_inference.routing.pool import ProviderPool
from skep_inference.routing.router import Route, Router
from skep_inference.scope import AvailableModel, ResolvedModel

_LOG: Final = logging.getLogger(__name__)
ASK_S: Final = 5.0
KEPT_S: Final = 300.0
_MAX_KEPT: Final = 1_000
_MAX_LISTED: Final = 2_000


class ModelLister:
    """Joins what is known of models with what vendors list for a credential."""

    def __init__(self, router: Router, pool: ProviderPool) -> None:
        self._router = router
        self._pool = pool
        self._kept: dict[tuple[str, int], tuple[float, tuple[ModelInfo, ...]]] = {}

    async def models(
        self, descriptions: Sequence[ProviderDescription], *, tenant: str
    ) -> list[AvailableModel]:
        """Return models by provider, in each provider's order."""
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(self._of_provider(description, tenant))
                for description in descriptions
            ]
        return [model for task in running for model in task.result()]

    async def _of_provider(
        self, description: ProviderDescription, tenant: str
    ) -> list[AvailableModel]:
        models = {model.name: model for model in self._router.catalogue_of(description)}
        is_ready = self._router.has_credential(description, tenant)
        if is_ready and description.open_catalogue:
            listed = {model.name: model for model in await self._ask(description, tenant)}
            if listed:
                # What the vendor does not list, the credential cannot use. Those that the catalogue
                # knows come first, in its order.
                known = {name: model for name, model in models.items() if name in listed}
                models = known | {n: model for n, model in listed.items() if n not in known}
        return [
            AvailableModel(
                reference=f"{description.name}/{model.name}",
                provider=description.name,
                info=model,
                is_ready=is_ready,
            )
            for model in models.values()
        ]

    async def _ask(self, description: ProviderDescription, tenant: str) -> tuple[ModelInfo, ...]:
        """Return what the vendor lists; nothing when it does not answer."""
        any_model = ResolvedModel(provider=description.name, name="-")
        route = self._router.routes(any_model, tenant=tenant)[0]
        key = _key(route)
        kept = self._kept.get(key)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        found: tuple[ModelInfo, ...] = ()
        try:
            async with asyncio.timeout(ASK_S), self._pool.lease(route, until=None) as provider:
                found = tuple(await provider.list_models())[:_MAX_LISTED]
        except Exception as error:  # noqa: BLE001  # the catalogue is there without it
            _LOG.info(
                "vendor lists no models",
                extra={"provider": description.name, "error": type(error).__name__},
            )
        if len(self._kept) >= _MAX_KEPT:
            self._kept.clear()
        self._kept[key] = (time.monotonic() + KEPT_S, found)
        return found


def _key(route: Route) -> tuple[str, int]:
    credential = route.credential
    if credential is None:
        return route.description.name, 0
    return credential.key, credential.revision
