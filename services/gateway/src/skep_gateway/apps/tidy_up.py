"""What a deleted app leaves behind in buckets."""

import asyncio

from skep_contracts.ids import TenantId
from skep_gateway.app_secrets.store import SecretStore
from skep_gateway.apps.mirror import AppMirror


async def tidy_up(
    tenant: TenantId, app_id: str, *, mirror: AppMirror, secrets: SecretStore
) -> None:
    """Remove it side by side: with the bus away, each takes its patience before it gives up."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(mirror.mirror_soon(tenant, app_id))
        tasks.create_task(secrets.forget_soon(tenant, app_id))
