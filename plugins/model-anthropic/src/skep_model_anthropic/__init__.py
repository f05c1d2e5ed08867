"""Claude models through Anthropic's own API."""

from typing import Any

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.models import Provider, ProviderDescription


def _provider(context: PluginContext, credential: dict[str, Any]) -> Provider:
    from skep_model_anthropic.provider import AnthropicProvider

    return AnthropicProvider(context, credential)


@hookimpl
def skep_providers() -> list[ProviderDescription]:
    """Offer one provider."""
    from skep_model_anthropic.catalogue import CREDENTIAL_SCHEMA, models

    return [
        ProviderDescription(
            name="anthropic",
            title="Anthropic",
            description="Claude models: chat with tools, images and reasoning.",
            credential_schema=CREDENTIAL_SCHEMA,
            models=models(),
            open_catalogue=True,
            factory=_provider,
        )
    ]
