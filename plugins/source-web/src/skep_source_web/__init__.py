"""Web pages, sites and sitemaps as documents."""

from typing import Any, Final

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.sources.kinds import Source, SourceDescription

_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "mode": {
            "title": "What to read",
            "description": "pages: these alone; site: what they link to; sitemap: what is listed",
            "enum": ["pages", "site", "sitemap"],
            "default": "pages",
        },
        "addresses": {
            "title": "Addresses",
            "description": "Of pages, of where a site begins, or of sitemaps",
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": 2000},
            "minItems": 1,
            "maxItems": 500,
        },
        "prefix": {
            "title": "Stay below",
            "description": "Of a site: the address all pages begin with; else the first's folder",
            "type": "string",
            "maxLength": 2000,
        },
        "max_pages": {
            "title": "Pages",
            "description": "How many at most; else 500",
            "type": "integer",
            "minimum": 1,
            "maximum": 10000,
        },
        "max_depth": {
            "title": "Links deep",
            "description": "How far from the start; else 5",
            "type": "integer",
            "minimum": 0,
            "maximum": 20,
        },
    },
    "required": ["addresses"],
    "additionalProperties": False,
}


def _build(context: PluginContext, settings: dict[str, Any]) -> Source:
    from skep_source_web.source import WebSource

    return WebSource(context, settings)


@hookimpl
def skep_sources() -> list[SourceDescription]:
    """Describe the source."""
    return [
        SourceDescription(
            name="web",
            title="Web pages",
            description="Single pages, a site below an address, or what sitemaps list.",
            settings_schema=_SCHEMA,
            factory=_build,
        )
    ]
