"""MCP servers as toolkits: their tools, for agents and workflows."""

from typing import Any, Final

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.toolkits import Toolkit, ToolkitDescription

_SETTINGS: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "url": {
            "type": "string",
            "title": "Address",
            "description": "Where the server is, such as https://host/mcp.",
            "format": "uri",
            "minLength": 8,
            "maxLength": 2048,
        },
        "token": {
            "type": "string",
            "title": "Token",
            "description": "Sent as a bearer token, where the server wants one.",
            "writeOnly": True,
            "maxLength": 8192,
        },
        "headers": {
            "type": "object",
            "title": "Headers",
            "description": "More headers of each request.",
            "writeOnly": True,
            "additionalProperties": {"type": "string", "maxLength": 8192},
            "maxProperties": 20,
        },
        "transport": {
            "type": "string",
            "title": "Transport",
            "description": "How the server speaks; auto finds out.",
            "enum": ["auto", "http", "sse"],
            "default": "auto",
        },
        "oauth_token_url": {
            "type": "string",
            "title": "Token address",
            "description": "OAuth 2: where a token is had for id and secret, without a person.",
            "maxLength": 2048,
        },
        "oauth_client_id": {
            "type": "string",
            "title": "Client id",
            "description": "OAuth 2: as whom Skep is known there; without one it registers itself.",
            "maxLength": 1024,
        },
        "oauth_client_secret": {
            "type": "string",
            "title": "Client secret",
            "description": "OAuth 2: what proves it.",
            "writeOnly": True,
            "maxLength": 8192,
        },
        "oauth_scope": {
            "type": "string",
            "title": "Scope",
            "description": "OAuth 2: what the token is to allow.",
            "maxLength": 1024,
        },
    },
    "required": ["url"],
    "additionalProperties": False,
    "dependentRequired": {
        "oauth_token_url": ["oauth_client_id", "oauth_client_secret"],
        "oauth_client_secret": ["oauth_client_id"],
    },
}


def _toolkit(context: PluginContext, settings: dict[str, Any]) -> Toolkit:
    from skep_toolkit_mcp.toolkit import McpToolkit

    return McpToolkit(context, settings)


@hookimpl
def skep_toolkits() -> list[ToolkitDescription]:
    """Describe the kind ``mcp``."""
    return [
        ToolkitDescription(
            name="mcp",
            title="MCP server",
            description="The tools of a server that speaks the Model Context Protocol over HTTP.",
            settings_schema=_SETTINGS,
            signs_in_at="url",
            factory=_toolkit,
        )
    ]
