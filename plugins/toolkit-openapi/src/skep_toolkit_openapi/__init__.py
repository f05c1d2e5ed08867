"""APIs that an OpenAPI document describes, as toolkits: each operation is a tool."""

from typing import Any, Final

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.toolkits import Toolkit, ToolkitDescription

_SETTINGS: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "document": {
            "type": "string",
            "title": "OpenAPI document",
            "description": "The description itself, as JSON or YAML; OpenAPI 3.0 or 3.1.",
            "format": "textarea",
            "minLength": 2,
            "maxLength": 350_000,
        },
        "document_url": {
            "type": "string",
            "title": "Address of the document",
            "description": "Where the description is, if it is not pasted.",
            "format": "uri",
            "maxLength": 2048,
        },
        "server_url": {
            "type": "string",
            "title": "Address of the API",
            "description": "Where requests go, if not to the first server of the document.",
            "format": "uri",
            "maxLength": 2048,
        },
        "token": {
            "type": "string",
            "title": "Token",
            "description": "Sent as a bearer token.",
            "writeOnly": True,
            "maxLength": 8192,
        },
        "api_key_secret": {
            "type": "string",
            "title": "API key",
            "description": "Sent in the header or query parameter named below.",
            "writeOnly": True,
            "maxLength": 8192,
        },
        "api_key_name": {
            "type": "string",
            "title": "Name of the API key's place",
            "description": "Such as X-Api-Key.",
            "pattern": "^[A-Za-z0-9_-]{1,100}$",
        },
        "api_key_in": {
            "type": "string",
            "title": "Place of the API key",
            "description": "Where the key is sent.",
            "enum": ["header", "query"],
            "default": "header",
        },
        "username": {
            "type": "string",
            "title": "User name",
            "description": "For basic authentication.",
            "maxLength": 1024,
        },
        "password_secret": {
            "type": "string",
            "title": "Password",
            "description": "For basic authentication.",
            "writeOnly": True,
            "maxLength": 8192,
        },
    },
    "anyOf": [{"required": ["document"]}, {"required": ["document_url"]}],
    "dependentRequired": {"api_key_secret": ["api_key_name"], "api_key_name": ["api_key_secret"]},
    "additionalProperties": False,
}


def _toolkit(context: PluginContext, settings: dict[str, Any]) -> Toolkit:
    from skep_toolkit_openapi.toolkit import OpenApiToolkit

    return OpenApiToolkit(context, settings)


@hookimpl
def skep_toolkits() -> list[ToolkitDescription]:
    """Describe the kind ``openapi``."""
    return [
        ToolkitDescription(
            name="openapi",
            title="API with OpenAPI",
            description="The operations of an HTTP API that an OpenAPI document describes.",
            settings_schema=_SETTINGS,
            call_timeout_s=60.0,
            factory=_toolkit,
        )
    ]
