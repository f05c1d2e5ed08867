"""Models behind any OpenAI-compatible endpoint."""

from typing import Any

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.models import Provider, ProviderDescription
from skep_model_openai.catalogue import CREDENTIAL_SCHEMA, MODELS


def _provider(context: PluginContext, credential: dict[str, Any]) -> Provider:
    from skep_model_openai.provider import OpenAIProvider

    return OpenAIProvider(context, credential)


@hookimpl
def skep_providers() -> list[ProviderDescription]:
    """Offer one provider; its credential says which endpoint it talks to."""
    return [
        ProviderDescription(
            name="openai",
            title="OpenAI and compatible",
            description=(
                "Chat, embedding and rerank models of OpenAI, or of any server that speaks its"
                " wire: set the base URL."
            ),
            credential_schema=CREDENTIAL_SCHEMA,
            models=MODELS,
            open_catalogue=True,
            factory=_provider,
        )
    ]
