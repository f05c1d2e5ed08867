"""What an operator may set for this plugin."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.problems import InvalidInput, Unavailable

_LEAST: Final = 128 * 1024 * 1024


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the plugin ``bubblewrap``."""

    bubblewrap: str | None = None
    """Path of ``bwrap``; found on the search path when None."""
    python: str | None = None
    """The interpreter that runs user code; the one that runs the service when None."""
    spares: int = 2
    """Children forked ahead of need, about 1 MB each."""
    servers: int = 8
    """Fork-servers at the same time: one for each language and package environment in use."""
    idle_s: float = 600.0
    """A fork-server that nobody has asked for in so long is stopped; Python's own is kept."""
    environments: str | None = None
    """The folder of package environments; ``environments`` in the plugin's own when None."""
    total_memory_bytes: int | None = None
    """What all runs together may use, where control groups can be made; None for 3/4 of it all."""
    total_processes: int = 4_096
    uid: int = 65_533
    """The user that root becomes before a sandbox starts; it has no account and owns nothing."""


def read_settings(raw: Mapping[str, Any]) -> Settings:
    """Check and return the settings.

    Raises:
        InvalidInput: A name is unknown or a value has the wrong type.
    """
    try:
        settings = msgspec.convert(dict(raw), Settings)
    except msgspec.ValidationError as error:
        raise InvalidInput(
            f"The settings of the plugin bubblewrap are not valid: {error}."
        ) from error
    if settings.total_processes < 16 or (settings.total_memory_bytes or _LEAST) < _LEAST:
        raise InvalidInput(
            "The plugin bubblewrap needs 16 processes and 128 MiB in total at least."
        )
    if settings.servers < 2 or not settings.idle_s > 0:
        raise InvalidInput("The plugin bubblewrap needs 2 servers at least, and idle_s above 0.")
    if settings.uid <= 0 or not 0 <= settings.spares <= 64:
        raise InvalidInput("The plugin bubblewrap needs a uid above 0 and between 0 and 64 spares.")
    return settings


def with_folder(settings: Settings, context: PluginContext) -> Settings:
    """Return settings that name a folder of environments, if the plugin has a place for one."""
    if settings.environments is not None:
        return settings
    try:
        folder = str(Path(context.data_dir) / "environments")
    except Unavailable:
        return settings
    return msgspec.structs.replace(settings, environments=folder)
