"""Gemini models through Google's own API."""

from typing import Any

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.models import Provider, ProviderDescription


def _provider(context: PluginContext, credential: dict[str, Any]) -> Provider:
    from skep_model_gemini.provider import GeminiProvider

    return GeminiProvider(context, credential)


@hookimpl
def skep_providers() -> list[ProviderDescription]:
    """Offer one provider."""
    from skep_model_gemini.catalogue import CREDENTIAL_SCHEMA, models

    return [
        ProviderDescription(
            name="gemini",
            title="Google Gemini",
            description="Gemini models: chat with tools, images and reasoning, and embeddings.",
            credential_schema=CREDENTIAL_SCHEMA,
            models=models(),
            open_catalogue=True,
            factory=_provider,
        )
    ]
