"""What every plugin host and every plugin share: markers, groups, context."""

import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final, Protocol, Self

import msgspec
import pluggy

PROJECT: Final = "skep"
hookspec: Final = pluggy.HookspecMarker(PROJECT)
hookimpl: Final = pluggy.HookimplMarker(PROJECT)

MODELS: Final = "skep.models"
NODES: Final = "skep.nodes"
TOOLS: Final = "skep.tools"
TOOLKITS: Final = "skep.toolkits"
GUARDRAILS: Final = "skep.guardrails"
AGENTS: Final = "skep.agents"
PARSERS: Final = "skep.parsers"
CHUNKERS: Final = "skep.chunkers"
STORES: Final = "skep.stores"
RUNTIMES: Final = "skep.runtimes"
IMPORTERS: Final = "skep.importers"
SOURCES: Final = "skep.sources"
GROUPS: Final = (
    MODELS,
    NODES,
    TOOLS,
    TOOLKITS,
    GUARDRAILS,
    AGENTS,
    PARSERS,
    CHUNKERS,
    STORES,
    RUNTIMES,
    IMPORTERS,
    SOURCES,
)
"""Entry-point groups: one per extension point, so that a service loads only what it hosts."""


def hooks_of(name: str, plugin: object, specification: type) -> pluggy.HookRelay:
    """Return the hooks of one plugin alone.

    Args:
        name: What the plugin is called in errors.
        plugin: The object an entry point leads to, usually a module.
        specification: The class with the hooks of its group.

    Raises:
        pluggy.PluginValidationError: A hook is misspelt, or takes arguments that there are not.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(specification)
    manager.register(plugin, name=name)
    manager.check_pending()
    return manager.hook


class HttpResponse(msgspec.Struct, frozen=True, kw_only=True):
    """An answer with its whole body. Header names are lower-case."""

    status: int
    headers: dict[str, str]
    body: bytes
    url: str


class HttpStream(Protocol):
    """An answer whose body is read piece by piece; leave the `async with` to close it."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Header values by lower-case name."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives, split anywhere."""
        ...

    async def read(self, max_bytes: int = 1_048_576) -> bytes:
        """Return the rest of the body, cut at `max_bytes`."""
        ...

    async def __aenter__(self) -> Self:
        """Return itself."""
        ...

    async def __aexit__(self, *exc_info: object) -> None:
        """Close the connection unless the body was read to its end."""
        ...


class HttpClient(Protocol):
    """The guarded way out: refuses private addresses unless the operator allows them.

    Raises `InvalidInput` for a URL that is refused, `ProviderTimedOut` and `ProviderFailed` for
    what the network does, `TooLarge` when a body exceeds its limit. A status of 400 and above is no
    error.
    """

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_s: float = 60.0,
        max_bytes: int = 10_485_760,
        follow_redirects: bool = True,
        verify_tls: bool = True,
    ) -> HttpResponse:
        """Send a request and return the whole answer."""
        ...

    async def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_s: float = 60.0,
        idle_timeout_s: float = 60.0,
    ) -> HttpStream:
        """Send a request, return once the status is there; `idle_timeout_s` bounds each read."""
        ...


class PluginContext(Protocol):
    """What a plugin's factory is given. Never a database session, a bus, or our settings."""

    @property
    def http(self) -> HttpClient:
        """The guarded HTTP client."""
        ...

    @property
    def logger(self) -> logging.Logger:
        """A logger named after the plugin."""
        ...

    @property
    def data_dir(self) -> str:
        """The plugin's own directory, created; survives restarts, may be shared by processes."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the operator configured for this plugin; empty when nothing."""
        ...

    def now_s(self) -> float:
        """Seconds since the Unix epoch."""
        ...
