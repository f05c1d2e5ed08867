"""Questions about plugins, answered by every service for itself."""

from typing import ClassVar

import msgspec

from skep_contracts.envelope import Call, Reply


class LoadedPlugin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A distribution whose plugins a service has loaded; `groups` are those the service hosts."""

    name: str
    version: str = ""
    groups: tuple[str, ...] = ()


class FailedPlugin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A plugin, or one thing it offers, that a service left out; `reason` is for the operator."""

    name: str
    group: str
    reason: str


class DescribePlugins(Call, frozen=True, kw_only=True, tag="plugin.describe.v1"):
    """Ask a service what it has loaded. Every service hears it; the one that is named answers."""

    owner: ClassVar[str] = "gateway"
    imperative: ClassVar[str] = "describe_plugins"

    service: str


class DescribePluginsReply(Reply, frozen=True, kw_only=True):
    """What one process of the service has loaded, and what it could not load."""

    loaded: tuple[LoadedPlugin, ...] = ()
    failures: tuple[FailedPlugin, ...] = ()
