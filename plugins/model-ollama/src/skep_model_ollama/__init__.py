"""Models on Ollama servers through their own API."""

from typing import Any

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.models import Provider, ProviderDescription


def _provider(context: PluginContext, credential: dict[str, Any]) -> Provider:
    from skep_model_ollama.provider import OllamaProvider

    return OllamaProvider(context, credential)


@hookimpl
def skep_providers() -> list[ProviderDescription]:
    """Offer one provider."""
    from skep_model_ollama.server import CREDENTIAL_SCHEMA

    return [
        ProviderDescription(
            name="ollama",
            title="Ollama",
            description="Models on a server of your own: chat with tools, images and reasoning,"
            " and embeddings.",
            credential_schema=CREDENTIAL_SCHEMA,
            open_catalogue=True,
            factory=_provider,
        )
    ]
