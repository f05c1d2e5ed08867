"""Shapes of requests and answers about plugins."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from skep_contracts.plugins.manifest import GROUPS
from skep_gateway.web.shapes import Line, View


def _distribution(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?", name):
        raise ValueError("is not the name of a distribution")
    return re.sub(r"[-_.]+", "-", name).lower()


def _groups(groups: list[str]) -> list[str]:
    unknown = sorted(set(groups) - set(GROUPS))
    if unknown:
        raise ValueError(f"no such group: {', '.join(unknown)}; known are {', '.join(GROUPS)}")
    return sorted(set(groups))


Distribution = Annotated[str, AfterValidator(_distribution)]


class PluginRequest(View):
    """Tells of a plugin whose files are in place."""

    name: Distribution
    version: Annotated[Line, Field(max_length=64)]
    groups: Annotated[list[str], Field(min_length=1, max_length=20), AfterValidator(_groups)]


class PluginView(View):
    """A plugin. `at_run_time`: it was installed into the running platform, and can be removed."""

    name: str
    version: str
    groups: list[str]
    at_run_time: bool


class FailureView(View):
    """A plugin, or a part of one, that a service could not load."""

    service: str
    name: str
    group: str
    reason: str


class LoadedView(View):
    """A plugin that a service has loaded, and what of it the service hosts."""

    name: str
    version: str
    groups: list[str]


class ServiceView(View):
    """What one process of a service has loaded; nothing is known of one that does not answer."""

    answers: bool
    loaded: list[LoadedView]


class PluginsView(View):
    """What is installed, what each service has loaded of it, and what does not load."""

    items: list[PluginView]
    services: dict[str, ServiceView]
    failures: list[FailureView]
    next_cursor: None = None
