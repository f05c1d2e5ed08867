"""Cohere's models through its own API."""

from typing import Any

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.models import Provider, ProviderDescription


def _provider(context: PluginContext, credential: dict[str, Any]) -> Provider:
    from skep_model_cohere.provider import CohereProvider

    return CohereProvider(context, credential)


@hookimpl
def skep_providers() -> list[ProviderDescription]:
    """Offer one provider."""
    from skep_model_cohere.catalogue import CREDENTIAL_SCHEMA, models

    return [
        ProviderDescription(
            name="cohere",
            title="Cohere",
            description="Command, Embed and Rerank: chat with tools, embeddings, and reranking.",
            credential_schema=CREDENTIAL_SCHEMA,
            models=models(),
            open_catalogue=True,
            factory=_provider,
        )
    ]
