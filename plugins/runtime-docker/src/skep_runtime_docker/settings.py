"""What an operator may set for this plugin."""

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from skep_contracts.problems import InvalidInput

_MOST: Final = 256


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the plugin ``docker``."""

    engine: str | None = None
    """Address, such as ``unix:///run/user/1000/docker.sock``; ``DOCKER_HOST`` and its companions,
    else the usual place, when None."""
    image: str = "skep-sandbox"
    """Name of the image that ``skep sandbox build-image`` built."""
    spares: int = 2
    """Containers started ahead of need, about 17 MB each."""
    most_at_once: int = 32
    """Containers that run code at the same time; more runs wait."""
    processors: float = 1.0
    """What one container may use."""
    gvisor: Literal["auto", "required", "never"] = "auto"
    """Whether containers run under ``runsc``: where the engine offers it, always, or never."""


def read_settings(raw: Mapping[str, Any]) -> Settings:
    """Check and return the settings.

    Raises:
        InvalidInput: A name is unknown or a value is wrong.
    """
    try:
        settings = msgspec.convert(dict(raw), Settings)
    except msgspec.ValidationError as error:
        raise InvalidInput(f"The settings of the plugin docker are not valid: {error}.") from error
    if not 0 <= settings.spares <= _MOST or not 1 <= settings.most_at_once <= _MOST:
        raise InvalidInput(
            f"The plugin docker needs between 0 and {_MOST} spares, and between 1 and {_MOST} "
            "containers at once."
        )
    if not 0.01 <= settings.processors <= _MOST:
        raise InvalidInput("The plugin docker needs between 0.01 and 256 processors a container.")
    return settings
