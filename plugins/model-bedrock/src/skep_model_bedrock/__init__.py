"""Models on Amazon Bedrock."""

from typing import Any

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.models import Provider, ProviderDescription


def _provider(context: PluginContext, credential: dict[str, Any]) -> Provider:
    from skep_model_bedrock.provider import BedrockProvider

    return BedrockProvider(context, credential)


@hookimpl
def skep_providers() -> list[ProviderDescription]:
    """Offer one provider."""
    from skep_model_bedrock.access import CREDENTIAL_SCHEMA
    from skep_model_bedrock.catalogue import models

    return [
        ProviderDescription(
            name="bedrock",
            title="Amazon Bedrock",
            description="Claude, Nova, Llama, Mistral and others on AWS: chat with tools, images"
            " and reasoning, embeddings, and reranking.",
            credential_schema=CREDENTIAL_SCHEMA,
            models=models(),
            open_catalogue=True,
            factory=_provider,
        )
    ]
