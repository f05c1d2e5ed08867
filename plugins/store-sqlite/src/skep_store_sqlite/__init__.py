"""A vector store in SQLite files: full text, metadata and exactly scanned vectors."""

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.stores import StoreDescription, VectorStore

_SETTINGS_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "cache_mb": {
            "type": "integer",
            "minimum": 0,
            "default": 512,
            "title": "Memory for vectors, all collections together, in MiB",
        },
        "synchronous": {
            "enum": ["full", "normal"],
            "default": "full",
            "title": "Sync every commit to disk, or leave the newest to a power cut",
        },
    },
}


def _build(context: PluginContext) -> VectorStore:
    from skep_store_sqlite.store import SqliteStore, StoreSettings

    return SqliteStore(context.data_dir, StoreSettings.read(context.settings))


@hookimpl
def skep_stores() -> list[StoreDescription]:
    """Describe the store."""
    return [
        StoreDescription(
            name="sqlite",
            title="SQLite on this machine",
            settings_schema=_SETTINGS_SCHEMA,
            factory=_build,
        )
    ]
