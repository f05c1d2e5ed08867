"""Keeps secrets sealed in the bucket that orchestrators read; nothing else holds them."""

from skep_contracts.ids import TenantId
from skep_contracts.topology import SECRETS
from skep_runtime.bus import Bus
from skep_runtime.vault import Vault


class SecretStore:
    """The secrets of all apps."""

    def __init__(self, bus: Bus, vault: Vault) -> None:
        """Keep them on `bus`, sealed by `vault`."""
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

    async def remove_all(self, tenant: TenantId, app_id: str) -> None:
        """Forget all values of an app that is deleted."""
        for name in await self.names(tenant, app_id):
            await self.remove(tenant, app_id, name)
