"""Extension point: tools that an agent or a tool node can call."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec

from skep_contracts.plugins.manifest import PluginContext, hookspec


class ToolResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a tool gave: text for the model, and structured data for the workflow."""

    text: str
    """The host cuts what is very long."""
    data: Any = None
    """JSON values."""
    is_error: bool = False
    """The tool did its work, and what came of it is a refusal: no such page, no such order."""


class Tool(Protocol):
    """One callable tool, with one credential where it takes one. Concurrent calls are allowed.

    It raises only the classes of `skep_contracts.problems`: `InvalidInput` with pointers relative
    to the arguments, `Unauthenticated` for a refused credential, `ProviderFailed` and the like for
    what happens outside. What a model is to learn from goes into the detail. It never retries.
    """

    async def call(self, arguments: Mapping[str, Any], *, idempotency_key: str) -> ToolResult:
        """Call the tool with arguments that follow its parameters schema.

        `idempotency_key` is the same when a call is repeated because its worker was lost.
        """
        ...


class ToolDescription(msgspec.Struct, frozen=True, kw_only=True):
    """A tool that a plugin offers."""

    name: str
    """Letters, digits, ``_`` and ``-``, so that every model can say it."""
    title: str
    description: str
    """For the model: what it does and when to use it."""
    parameters: dict[str, Any]
    """JSON Schema of the arguments, an object. References within it only; nothing is fetched."""
    repeatable: bool = False
    """Whether calling it twice does no harm."""
    timeout_s: float = 60.0
    """How long one call may take."""
    credential_schema: dict[str, Any] = {}
    """JSON Schema of the credential form; secret fields carry ``"writeOnly": true``. With required
    fields, the tool cannot be called without a credential."""
    factory: Callable[[PluginContext, dict[str, Any]], Tool]
    """Builds a tool from a context and one credential's values, empty where there is none."""


def credential_owner(tool: str) -> str:
    """Return what stands in place of a provider where a tool's credential is kept."""
    return f"tool:{tool}"


class ToolHooks:
    """Hooks of the group ``skep.tools``."""

    @hookspec
    def skep_tools(self) -> list[ToolDescription]:  # type: ignore[empty-body]  # a specification
        """Describe the tools this plugin offers. Synchronous and cheap."""
