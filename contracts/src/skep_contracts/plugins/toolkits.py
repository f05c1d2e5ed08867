"""Extension point: kinds of toolkits, whose tools another system describes when it is asked.

A tool is described by its plugin. The tools of a toolkit are known only when somebody has set one
up: which MCP server, which API. A workspace may have many toolkits of one kind.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

import msgspec

from skep_contracts.plugins.manifest import PluginContext, hookspec
from skep_contracts.plugins.tools import ToolResult

SEPARATOR: Final = "__"
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9]|[-_](?![_-])){0,30}(?<![-_])\Z")
_OWNER: Final = "toolkit:"
NAME_FIELD: Final = "$name"
"""Where the values that are sealed hold the toolkit's name."""


GRANT_FIELD: Final = "$grant"
"""Where they hold what somebody granted by signing in: a `Grant`."""


class Grant(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody let Skep do with their account at the other side (OAuth 2.1).

    Plugins use `access_token`; the rest is for having a new one, which the gateway does in time.
    """

    access_token: str
    expires_at: datetime | None = None
    refresh_token: str = ""
    token_endpoint: str
    client_id: str
    client_secret: str = ""
    resource: str
    """The address it is for. It is sent nowhere else."""
    claimed_until: datetime | None = None
    """Until then, one gateway is about having a new one."""


class ToolkitTool(msgspec.Struct, frozen=True, kw_only=True):
    """A tool as the other side describes it. What it says is not trusted."""

    name: str
    title: str = ""
    description: str = ""
    parameters: dict[str, Any] = {}
    """JSON Schema of the arguments."""
    repeatable: bool = False
    """Whether calling it twice does no harm."""


class Toolkit(Protocol):
    """One toolkit that is set up. Concurrent calls are allowed; it reconnects by itself.

    It raises only the classes of `skep_contracts.problems`, as tools do.
    """

    async def list_tools(self) -> Sequence[ToolkitTool]:
        """Ask the other side what there is."""
        ...

    async def call(
        self, name: str, arguments: Mapping[str, Any], *, idempotency_key: str
    ) -> ToolResult:
        """Call a tool by the name the other side gave it."""
        ...


class ToolkitDescription(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of toolkits that a plugin offers."""

    name: str
    """The kind, such as ``mcp``."""
    title: str
    description: str
    """For people."""
    settings_schema: dict[str, Any]
    """JSON Schema of what to enter for one; secret fields carry ``"writeOnly": true``."""
    signs_in_at: str = ""
    """The setting with the address where people sign in by OAuth; empty when nobody does.

    The settings then hold a `Grant` in `GRANT_FIELD`, as plain data.
    """
    list_timeout_s: float = 15.0
    call_timeout_s: float = 120.0
    factory: Callable[[PluginContext, dict[str, Any]], Toolkit]
    """Builds a toolkit from a context and its settings, without asking the other side."""


def toolkit_owner(kind: str) -> str:
    """Return what stands in place of a provider where a toolkit's settings are kept."""
    return f"{_OWNER}{kind}"


def toolkit_kind(owner: str) -> str | None:
    """Return the kind of toolkit whose settings an owner's are, None for what is no toolkit."""
    return owner.removeprefix(_OWNER) if owner.startswith(_OWNER) else None


def is_toolkit_name(name: str) -> bool:
    """Tell whether a toolkit may be called that: it begins the names of its tools."""
    return _NAME.match(name) is not None


def toolkit_of(tool: str) -> tuple[str, str] | None:
    """Return the toolkit and the rest of a tool's name, None for a tool of no toolkit."""
    toolkit, found, name = tool.partition(SEPARATOR)
    return (toolkit, name) if found and name and is_toolkit_name(toolkit) else None


class ToolkitHooks:
    """Hooks of the group ``skep.toolkits``."""

    @hookspec
    def skep_toolkits(self) -> list[ToolkitDescription]:  # type: ignore[empty-body]  # a specification
        """Describe the kinds of toolkits this plugin offers. Synchronous and cheap."""
