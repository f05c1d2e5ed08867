"""Extension point: tools that an agent or a tool node can call."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec

from skep_contracts.plugins.manifest import PluginContext, hookspec


class ToolResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a tool gave: text for the model, and structured data for the workflow."""

    text: str
    data: Any = None
    is_error: bool = False


class Tool(Protocol):
    """One callable tool."""

    async def call(self, arguments: Mapping[str, Any], *, idempotency_key: str) -> ToolResult:
        """Call the tool with arguments that follow its parameters schema."""
        ...


class ToolDescription(msgspec.Struct, frozen=True, kw_only=True):
    """A tool that a plugin offers."""

    name: str
    title: str
    description: str
    """For the model: what it does and when to use it."""
    parameters: dict[str, Any]
    """JSON Schema of the arguments, an object."""
    repeatable: bool = False
    """Whether calling it twice does no harm."""
    credential_schema: dict[str, Any] = {}
    factory: Callable[[PluginContext, dict[str, Any]], Tool]


class ToolHooks:
    """Hooks of the group ``skep.tools``."""

    @hookspec
    def skep_tools(self) -> list[ToolDescription]:  # type: ignore[empty-body]  # a specification
        """Describe the tools this plugin offers. Synchronous and cheap."""
