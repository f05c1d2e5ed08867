"""Which plugins there are: those of the environment, and those installed at run time."""

import importlib.metadata
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from skep_contracts.events.plugin import PluginInstalled, PluginRemoved
from skep_contracts.plugins.manifest import GROUPS
from skep_contracts.problems import NotFound
from skep_contracts.subjects import PLATFORM
from skep_contracts.topology import PLUGINS
from skep_gateway.plugins.views import PluginRequest, PluginView
from skep_runtime.bus import Bus

_ENTRY: Final = msgspec.json.Decoder(dict[str, Any])


class InstalledPlugins:
    """Records plugins where every service hears of them."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._bucket = bus.bucket(PLUGINS)

    async def list(self) -> list[PluginView]:
        """Return all plugins by name; one of the running platform hides one of the environment."""
        found = {plugin.name: plugin for plugin in _in_environment()}
        for key in await self._bucket.keys():
            entry = await self._bucket.get(key)
            if entry is not None:
                recorded = _ENTRY.decode(entry.value)
                found[key] = PluginView(
                    name=key,
                    version=str(recorded.get("version", "")),
                    groups=[str(group) for group in recorded.get("groups", ())],
                    at_run_time=True,
                )
        return [found[name] for name in sorted(found)]

    async def record(self, plugin: PluginRequest) -> PluginView:
        """Tell every service that a plugin's files are in place; safe to repeat.

        Raises:
            Unavailable: The bus cannot be reached.
        """
        installed = PluginInstalled(
            name=plugin.name, version=plugin.version, groups=tuple(plugin.groups)
        )
        await self._bucket.put(
            plugin.name, msgspec.json.encode({"version": plugin.version, "groups": plugin.groups})
        )
        await self._bus.publish(installed, tenant=PLATFORM)
        return PluginView(
            name=plugin.name, version=plugin.version, groups=plugin.groups, at_run_time=True
        )

    async def remove(self, name: str) -> None:
        """Tell every service that a plugin is gone.

        Raises:
            NotFound: None of that name was installed at run time.
            Unavailable: The bus cannot be reached.
        """
        if await self._bucket.get(name) is None:
            raise NotFound("No plugin of that name was installed at run time.")
        await self._bucket.delete(name)
        await self._bus.publish(PluginRemoved(name=name), tenant=PLATFORM)


def _in_environment() -> Iterator[PluginView]:
    for distribution in importlib.metadata.distributions():
        groups = sorted({e.group for e in distribution.entry_points if e.group in GROUPS})
        if groups:
            yield PluginView(
                name=re.sub(r"[-_.]+", "-", distribution.name).lower(),
                version=distribution.version,
                groups=groups,
                at_run_time=False,
            )
