"""From what a server gives to tools and results. Nothing of it is trusted to have its shape."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from skep_contracts.plugins.toolkits import ToolkitTool
from skep_contracts.plugins.tools import ToolResult
from skep_contracts.problems import ProviderFailed

_MAX_NAME: Final = 128


def tools_of(result: Any) -> tuple[list[ToolkitTool], str | None]:
    """Return the tools of a page, and the cursor of the next.

    Raises:
        ProviderFailed: It is no list of tools.
    """
    offered = result.get("tools") if isinstance(result, dict) else None
    if not isinstance(offered, list):
        raise ProviderFailed("The MCP server gave no list of tools.", code="bad_mcp_answer")
    cursor = result.get("nextCursor")
    return list(_tools(offered)), cursor if isinstance(cursor, str) and cursor else None


def _tools(offered: list[Any]) -> Iterator[ToolkitTool]:
    for each in offered:
        if not isinstance(each, dict):
            continue
        name, schema = each.get("name"), each.get("inputSchema")
        if not isinstance(name, str) or not 0 < len(name) <= _MAX_NAME:
            continue
        hints = each.get("annotations")
        hints = hints if isinstance(hints, dict) else {}
        yield ToolkitTool(
            name=name,
            title=_text(each.get("title")) or _text(hints.get("title")),
            description=_text(each.get("description")),
            parameters=schema if isinstance(schema, dict) else {},
            repeatable=hints.get("readOnlyHint") is True or hints.get("idempotentHint") is True,
        )


def result_of(result: Any) -> ToolResult:
    """Return what a call gave.

    Raises:
        ProviderFailed: It is no result of a tool.
    """
    if not isinstance(result, dict):
        raise ProviderFailed("The MCP server gave no result.", code="bad_mcp_answer")
    kind = result.get("resultType", "complete")
    if kind != "complete":
        return ToolResult(
            text="The tool wants to ask somebody first, which is not possible here.", is_error=True
        )
    content = result.get("content")
    parts = [_said(part) for part in content if isinstance(part, dict)] if content else []
    structured = result.get("structuredContent")
    text = "\n\n".join(part for part in parts if part)
    if not text and structured is not None:
        text = msgspec.json.encode(structured).decode()
    return ToolResult(text=text, data=structured, is_error=result.get("isError") is True)


def _said(part: dict[str, Any]) -> str:
    """Return a part of a result as text; what is none is named."""
    match part.get("type"):
        case "text":
            return _text(part.get("text"))
        case "image" | "audio" as kind:
            return f"({kind} of type {_text(part.get('mimeType'))[:80]}, not shown)"
        case "resource_link":
            return f"{_text(part.get('name'))[:200]}: {_text(part.get('uri'))[:2000]}"
        case "resource":
            resource = part.get("resource")
            resource = resource if isinstance(resource, dict) else {}
            return _text(resource.get("text")) or f"(resource {_text(resource.get('uri'))[:2000]})"
        case _:
            return ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
