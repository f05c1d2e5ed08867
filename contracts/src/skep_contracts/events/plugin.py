"""Facts about plugins; they concern the whole platform, so their tenant is ``_``."""

from typing import ClassVar

from skep_contracts.envelope import Event


class PluginInstalled(Event, frozen=True, kw_only=True, tag="plugin.installed.v1"):
    """A plugin distribution can be loaded."""

    noun_id_field: ClassVar[str] = "name"

    name: str
    """Of the distribution, with hyphens."""
    version: str
    groups: tuple[str, ...]
    """Entry-point groups it has something in, such as ``skep.nodes``."""


class PluginRemoved(Event, frozen=True, kw_only=True, tag="plugin.removed.v1"):
    """A plugin distribution was taken out."""

    noun_id_field: ClassVar[str] = "name"

    name: str
