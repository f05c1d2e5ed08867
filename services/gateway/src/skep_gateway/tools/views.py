"""Shapes of answers about tools and agent strategies."""

from typing import Any

from skep_contracts.plugins.agents import StrategyDescription
from skep_contracts.plugins.tools import ToolDescription, credential_owner
from skep_gateway.web.shapes import View


class ToolView(View):
    """An installed tool. `is_usable`: it needs no credential, or has one."""

    name: str
    title: str
    description: str
    parameters: dict[str, Any]
    """JSON Schema of the arguments."""
    repeatable: bool
    timeout_s: float
    credential_provider: str | None
    """What to store its credentials under; null when it takes none."""
    credential_schema: dict[str, Any]
    needs_credential: bool
    is_usable: bool

    @classmethod
    def of(cls, tool: ToolDescription, *, has_credential: bool) -> "ToolView":
        """Show a tool."""
        needs = bool(tool.credential_schema.get("required"))
        return cls(
            name=tool.name,
            title=tool.title,
            description=tool.description,
            parameters=tool.parameters,
            repeatable=tool.repeatable,
            timeout_s=tool.timeout_s,
            credential_provider=credential_owner(tool.name) if tool.credential_schema else None,
            credential_schema=tool.credential_schema,
            needs_credential=needs,
            is_usable=has_credential or not needs,
        )


class StrategyView(View):
    """An installed agent strategy."""

    name: str
    title: str
    description: str
    needs_tool_calls: bool

    @classmethod
    def of(cls, strategy: StrategyDescription) -> "StrategyView":
        """Show a strategy."""
        return cls(
            name=strategy.name,
            title=strategy.title,
            description=strategy.description,
            needs_tool_calls=strategy.needs_tool_calls,
        )
