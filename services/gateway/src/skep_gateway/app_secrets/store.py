"""Keeps secrets sealed in the bucket that orchestrators read; nothing else holds them."""

import asyncio
import logging
from typing import Final

from skep_contracts.ids import TenantId
from skep_contracts.problems import SkepError
from skep_contracts.topology import SECRETS
from skep_gateway.apps.repository import AllApps
from skep_runtime.bus import Bus
from skep_runtime.database import Database
from skep_runtime.vault import Vault

_SOON_S: Final = 2.0
_SWEEP_S: Final = 3600.0
_AGAIN_S: Final = 5.0
_log = logging.getLogger(__name__)


class SecretStore:
    """The secrets of all apps."""

    def __init__(self, database: Database, bus: Bus, vault: Vault) -> None:
        """Keep them on `bus`, sealed by `vault`, as long as `database` has their apps."""
        self._database = database
        self._bucket = bus.bucket(SECRETS)
        self._vault = vault

    async def keep(self, tenant: TenantId, app_id: str, name: str, value: str) -> None:
        """Seal a value, bound to its key, and keep it in place of a former one."""
        key = f"{tenant}.{app_id}.{name}"
        await self._bucket.put(key, self._vault.seal(value.encode(), context=key))

    async def names(self, tenant: TenantId, app_id: str) -> set[str]:
        """Return the names of the secrets that have a value."""
        prefix = f"{tenant}.{app_id}."
        return {key.removeprefix(prefix) for key in await self._bucket.keys(prefix)}

    async def remove(self, tenant: TenantId, app_id: str, name: str) -> None:
        """Forget a value; nothing happens when there is none."""
        await self._bucket.delete(f"{tenant}.{app_id}.{name}")

    async def forget_soon(self, tenant: TenantId, app_id: str) -> None:
        """Forget all values of an app that is deleted; what that misses is swept up later."""
        try:
            async with asyncio.timeout(_SOON_S):
                for name in await self.names(tenant, app_id):
                    await self.remove(tenant, app_id, name)
        except (SkepError, TimeoutError):
            _log.warning("secrets are forgotten later", extra={"app_id": app_id})

    async def run(self) -> None:
        """Sweep at the start and every hour, until cancelled."""
        while True:
            wait_s = _SWEEP_S
            try:
                await self.sweep()
            except SkepError as error:
                _log.warning("secrets are not swept", extra={"code": error.exact_code})
                wait_s = _AGAIN_S
            await asyncio.sleep(wait_s)

    async def sweep(self) -> None:
        """Forget the values of apps that there are not any more.

        Raises:
            Unavailable: Bus or database cannot be reached.
        """
        # Keys first: an app comes before its secrets, so a key without an app has lost it.
        keys = await self._bucket.keys()
        apps = {key.rpartition(".")[0] for key in keys}
        async with self._database.reading() as session:
            present = await AllApps(session).existing({app.rpartition(".")[2] for app in apps})
        for key in keys:
            if key.rpartition(".")[0] not in present:
                await self._bucket.delete(key)
