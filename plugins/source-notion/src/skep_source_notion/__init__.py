"""Pages and databases of Notion as documents."""

from typing import Any, Final

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.sources.kinds import Source, SourceDescription

_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "token": {
            "title": "Token",
            "description": "Of an internal integration that may read content",
            "type": "string",
            "minLength": 8,
            "maxLength": 1000,
            "writeOnly": True,
        },
        "roots": {
            "title": "Pages and databases",
            "description": "Addresses or ids: these and what is below them; else all it may read",
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": 2000},
            "maxItems": 100,
        },
        "max_pages": {
            "title": "Pages",
            "description": "How many at most; else 1,000",
            "type": "integer",
            "minimum": 1,
            "maximum": 20000,
        },
    },
    "required": ["token"],
    "additionalProperties": False,
}


def _build(context: PluginContext, settings: dict[str, Any]) -> Source:
    from skep_source_notion.source import NotionSource

    return NotionSource(context, settings)


@hookimpl
def skep_sources() -> list[SourceDescription]:
    """Describe the source."""
    return [
        SourceDescription(
            name="notion",
            title="Notion",
            description="Pages and databases that an integration may read.",
            settings_schema=_SCHEMA,
            factory=_build,
        )
    ]
