"""Asking a provider with one credential: does it work, which models are there?"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import msgspec

from skep_contracts.plugins.models import ModelInfo, Provider, ProviderDescription
from skep_contracts.problems import ProviderFailed, ProviderTimedOut, SkepError
from skep_gateway.credentials.repository import bucket_key
from skep_gateway.credentials.tables import CredentialRow
from skep_runtime.plugins import PluginHost
from skep_runtime.vault import Vault

_CHECK_S: Final = 20.0
_LIST_S: Final = 5.0
_LISTED_FOR_S: Final = 60.0
_MAX_LISTED: Final = 1000
_log = logging.getLogger(__name__)


class Vendors:
    """Builds providers for a moment; runs go through inference instead."""

    def __init__(self, plugins: PluginHost, vault: Vault) -> None:
        self._plugins = plugins
        self._vault = vault
        self._listed: dict[str, tuple[float, tuple[ModelInfo, ...]]] = {}

    async def check(self, description: ProviderDescription, row: CredentialRow) -> None:
        """Make the cheapest call that shows whether the credential works.

        Raises:
            Unauthenticated: The vendor refuses it.
            ProviderFailed: The vendor, or its plugin, failed.
            ProviderTimedOut: The vendor did not answer in time.
            Gone: The vault has not the key it was sealed with.
        """
        async with self._provider(description, row, timeout_s=_CHECK_S) as provider:
            await provider.check()

    async def models(
        self, description: ProviderDescription, rows: Sequence[CredentialRow]
    ) -> tuple[ModelInfo, ...]:
        """Return a provider's models: its catalogue, and what the vendor lists where it can tell.

        A vendor that does not answer costs five seconds, and is not asked again for a minute.
        """
        found = {model.name: model for model in description.models}
        if description.open_catalogue:
            for row in rows:
                for model in await self._list(description, row):
                    found.setdefault(model.name, model)
        return tuple(found.values())

    async def _list(
        self, description: ProviderDescription, row: CredentialRow
    ) -> tuple[ModelInfo, ...]:
        known = self._listed.get(row.id)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        models: tuple[ModelInfo, ...] = ()
        try:
            async with self._provider(description, row, timeout_s=_LIST_S) as provider:
                models = tuple(await provider.list_models())[:_MAX_LISTED]
        except SkepError as error:
            _log.info(
                "vendor lists no models",
                extra={"provider": description.name, "code": error.exact_code},
            )
        if len(self._listed) >= _MAX_LISTED:
            self._listed.clear()
        self._listed[row.id] = (time.monotonic() + _LISTED_FOR_S, models)
        return models

    @contextlib.asynccontextmanager
    async def _provider(
        self, description: ProviderDescription, row: CredentialRow, *, timeout_s: float
    ) -> AsyncIterator[Provider]:
        key = bucket_key(row.tenant_id, row.provider, row.id)
        opened = self._vault.open(row.sealed, context=key)
        values: dict[str, Any] = msgspec.json.decode(opened, type=dict[str, Any])
        try:
            async with asyncio.timeout(timeout_s):
                provider = description.factory(self._plugins.context(description.name), values)
                try:
                    yield provider
                finally:
                    await provider.close()
        except TimeoutError:
            raise ProviderTimedOut(
                f"{description.title} did not answer within {timeout_s:g} s."
            ) from None
        except SkepError:
            raise
        except Exception as error:  # noqa: BLE001  # a stranger's plugin may raise anything
            # Not logged with its text: that may hold the credential.
            _log.error("provider plugin failed", extra={"kind": type(error).__name__})
            raise ProviderFailed(
                f"The plugin of {description.title} failed.", code="plugin_failed"
            ) from None
