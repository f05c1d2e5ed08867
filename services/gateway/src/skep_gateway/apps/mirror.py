"""Keeps the bucket that tells other services what is published as the rows say."""

import asyncio
import logging
from typing import Final

import msgspec

from skep_contracts.events.app import PublishedApp
from skep_contracts.ids import TenantId
from skep_contracts.problems import SkepError
from skep_contracts.topology import APPS
from skep_gateway.apps.repository import AllApps
from skep_runtime.bus import Bus
from skep_runtime.database import Database

_AGAIN_S: Final = 5.0
_COMPARE_S: Final = 60.0
_SOON_S: Final = 2.0
_log = logging.getLogger(__name__)


class AppMirror:
    """Mirrors a change at its commit, and whatever that missed within a minute."""

    def __init__(self, database: Database, bus: Bus) -> None:
        """Read rows from `database`, write to a bucket on `bus`."""
        self._database = database
        self._bucket = bus.bucket(APPS)

    async def run(self) -> None:
        """Compare everything, at the start and every minute, until cancelled."""
        while True:
            wait_s = _COMPARE_S
            try:
                await self.compare()
            except SkepError as error:
                _log.warning("published apps are not mirrored", extra={"code": error.exact_code})
                wait_s = _AGAIN_S
            await asyncio.sleep(wait_s)

    async def mirror_soon(self, tenant: TenantId, app_id: str) -> None:
        """Mirror one app now; when the bus is away, `run` does it later."""
        try:
            async with asyncio.timeout(_SOON_S):
                await self._mirror(f"{tenant}.{app_id}")
        except (SkepError, TimeoutError):
            _log.warning("published app is mirrored later", extra={"app_id": app_id})

    async def compare(self) -> None:
        """Mirror every app whose entry is not what its row says.

        Raises:
            Unavailable: Bus or database cannot be reached.
        """
        # Keys first: rows come before their keys, so a key without a row has lost it.
        keys = set(await self._bucket.keys())
        async with self._database.reading() as session:
            published = await AllApps(session).published()
        for key, app in published.items():
            entry = await self._bucket.get(key) if key in keys else None
            if entry is None or entry.value != _encoded(app):
                await self._mirror(key)
        for key in keys - published.keys():
            await self._mirror(key)

    async def _mirror(self, key: str) -> None:
        app = await self._row(key)
        while True:
            if app is None:
                await self._bucket.delete(key)
            else:
                await self._bucket.put(key, _encoded(app))
            # Somebody else may have written meanwhile: only who sees the row unchanged is done.
            present = await self._row(key)
            if present == app:
                return
            app = present

    async def _row(self, key: str) -> PublishedApp | None:
        async with self._database.reading() as session:
            return (await AllApps(session).published(key.rpartition(".")[2])).get(key)


def _encoded(app: PublishedApp) -> bytes:
    return msgspec.json.encode(app)
