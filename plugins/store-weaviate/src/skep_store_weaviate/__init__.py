"""A vector store in Weaviate: tenants apart, vectors of our own, words and metadata."""

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.stores import StoreDescription, VectorStore

_SETTINGS_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["url"],
    "properties": {
        "url": {"type": "string", "title": "Address of the HTTP API, such as http://weaviate:8080"},
        "grpc_url": {
            "type": "string",
            "title": "Address of the gRPC API; the same host at port 50051 when left out",
        },
        "api_key": {"type": "string", "writeOnly": True, "title": "API key"},
        "index": {
            "enum": ["hnsw", "flat"],
            "default": "hnsw",
            "title": "Index of vectors: a graph, or a scan that is exact and slow",
        },
        "replicas": {
            "type": "integer",
            "minimum": 1,
            "default": 1,
            "title": "Copies of each tenant",
        },
    },
}


def _build(context: PluginContext) -> VectorStore:
    from skep_store_weaviate.store import StoreSettings, WeaviateStore

    return WeaviateStore(StoreSettings.read(context.settings))


@hookimpl
def skep_stores() -> list[StoreDescription]:
    """Describe the store."""
    return [
        StoreDescription(
            name="weaviate",
            title="Weaviate",
            settings_schema=_SETTINGS_SCHEMA,
            factory=_build,
        )
    ]
