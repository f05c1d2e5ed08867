"""Which document runs when an app is started by its id or name: the gateway says so."""

import asyncio
from typing import Final

import msgspec

from skep_contracts.events.app import PublishedApp
from skep_contracts.ids import AppId, is_id
from skep_contracts.problems import NotFound, Unavailable
from skep_contracts.topology import APPS
from skep_runtime.bus import Bus, Deleted, Entry, Ready

_READY_S: Final = 5.0
_LATE_S: Final = (0.05, 0.2)
"""What was published just now may still be on its way."""
_decode: Final = msgspec.json.Decoder(PublishedApp).decode


class PublishedApps:
    """All tenants' apps, as the bucket has them. Follow it before anything is looked for."""

    def __init__(self, bus: Bus) -> None:
        """Read the bucket on `bus`."""
        self._bucket = bus.bucket(APPS)
        self._apps: dict[str, PublishedApp] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._is_ready = asyncio.Event()

    async def follow(self) -> None:
        """Follow the bucket until cancelled."""
        async for change in self._bucket.watch():
            match change:
                case Entry(key=key, value=value):
                    self._forget(key)
                    self._keep(key, value)
                case Deleted(key=key):
                    self._forget(key)
                case Ready():
                    self._is_ready.set()

    def _keep(self, key: str, value: bytes) -> None:
        try:
            app = _decode(value)
        except msgspec.DecodeError:
            return
        self._apps[key] = app
        self._names[key.partition(".")[0], app.name] = key

    def _forget(self, key: str) -> None:
        app = self._apps.pop(key, None)
        if app is not None and self._names.get((key.partition(".")[0], app.name)) == key:
            del self._names[key.partition(".")[0], app.name]

    async def find(self, tenant: str, ref: str) -> tuple[AppId, PublishedApp]:
        """Return a tenant's app by its id or name.

        Raises:
            NotFound: There is none, or it was never published.
            Unavailable: The bucket has not been read yet.
        """
        try:
            async with asyncio.timeout(_READY_S):
                await self._is_ready.wait()
        except TimeoutError:
            raise Unavailable("What is published is not known yet.") from None
        found = self._find(tenant, ref)
        for pause_s in _LATE_S:
            if found is not None:
                break
            await asyncio.sleep(pause_s)
            found = self._find(tenant, ref)
        if found is None:
            raise NotFound(
                f"There is no published app `{ref:.80}`. Publish it, or correct its id or name.",
                code="unknown_app",
            )
        return AppId(found.partition(".")[2]), self._apps[found]

    def _find(self, tenant: str, ref: str) -> str | None:
        key = f"{tenant}.{ref}"
        if is_id("app", ref):
            return key if key in self._apps else None
        return self._names.get((tenant, ref))
