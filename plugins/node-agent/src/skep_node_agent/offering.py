"""From the tools of the settings to what the model is told about them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from skep_contracts.plugins.models import ToolSpec
from skep_contracts.plugins.nodes import NodeContext
from skep_contracts.plugins.tools import ToolDescription
from skep_contracts.problems import FieldError, InvalidInput, did_you_mean, json_pointer
from skep_node_agent.settings import ToolUse

_UNSPEAKABLE: Final = re.compile(r"[^a-zA-Z0-9_-]")
_LONGEST_NAME: Final = 64


class OfferedTool(msgspec.Struct, frozen=True, kw_only=True):
    """A tool as the model knows it, and as it is called."""

    spec: ToolSpec
    tool: str
    """Its name where it is installed."""
    fixed: dict[str, Any]
    """Arguments that the workflow sets, whatever the model says."""


def offer_tools(ctx: NodeContext, uses: Sequence[ToolUse]) -> dict[str, OfferedTool]:
    """Return the tools by the names that the model is to use.

    Raises:
        InvalidInput: A tool is not installed, or does not take an argument that is fixed.
    """
    installed = {tool.name: tool for tool in ctx.tools()} if uses else {}
    offered: dict[str, OfferedTool] = {}
    faults = []
    for place, use in enumerate(uses):
        tool = installed.get(use.name)
        if tool is None:
            message = f"no tool of that name is installed{did_you_mean(use.name, installed)}"
            pointer = json_pointer("tools", place, "name")
            faults.append(FieldError(pointer=pointer, message=message))
            continue
        unknown = _unknown_arguments(tool, use.arguments)
        faults += [
            FieldError(
                pointer=json_pointer("tools", place, "arguments", name),
                message=f"is no argument of {tool.name}",
            )
            for name in unknown
        ]
        name = _free_name(use.name, offered)
        offered[name] = _offer(ctx, name, tool, use)
    if faults:
        raise InvalidInput(
            f"The agent cannot use its tools: {faults[0].pointer}: {faults[0].message}.",
            errors=faults,
            code="bad_agent_tools",
        )
    return offered


def _offer(ctx: NodeContext, name: str, tool: ToolDescription, use: ToolUse) -> OfferedTool:
    fixed: Any = ctx.value(use.arguments)
    return OfferedTool(
        spec=ToolSpec(
            name=name,
            description=ctx.text(use.description).strip() or tool.description,
            parameters=_without(tool.parameters, fixed),
        ),
        tool=tool.name,
        fixed=fixed,
    )


def _unknown_arguments(tool: ToolDescription, arguments: Mapping[str, Any]) -> list[str]:
    if tool.parameters.get("additionalProperties") is not False:
        return []
    known = tool.parameters.get("properties", {})
    return [name for name in arguments if name not in known]


def _free_name(wanted: str, taken: Mapping[str, object]) -> str:
    """Return a name that every model can say and that no other tool has."""
    name = _UNSPEAKABLE.sub("_", wanted)[:_LONGEST_NAME]
    number = 1
    while name in taken:
        number += 1
        name = f"{_UNSPEAKABLE.sub('_', wanted)[: _LONGEST_NAME - 4]}_{number}"
    return name


def _without(parameters: Mapping[str, Any], fixed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema that says nothing of the arguments that are fixed."""
    if not fixed:
        return dict(parameters)
    left = dict(parameters)
    properties = parameters.get("properties")
    if isinstance(properties, Mapping):
        left["properties"] = {k: v for k, v in properties.items() if k not in fixed}
    required = parameters.get("required")
    if isinstance(required, Sequence):
        left["required"] = [name for name in required if name not in fixed]
    return left
