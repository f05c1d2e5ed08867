"""Embeddings by meaning, computed on this machine."""

from typing import Any, Final

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.models import ModelInfo, ModelKind, Provider, ProviderDescription


def _provider(_context: PluginContext, _credential: dict[str, Any]) -> Provider:
    from skep_model_local.provider import LocalProvider

    return LocalProvider()


MODELS: Final = (
    ModelInfo(
        name="wordllama-256",
        kind=ModelKind.EMBEDDING,
        title="WordLlama, 256 dimensions",
        dimensions=256,
        max_batch=256,
        input_price=0.0,
        output_price=0.0,
    ),
)


@hookimpl
def skep_providers() -> list[ProviderDescription]:
    """Offer models that run here."""
    return [
        ProviderDescription(
            name="local",
            title="On this machine",
            description=(
                "Finds texts by what they mean, without a key and without a network: thousands of"
                " passages a second on one processor. Made for English."
            ),
            needs_credential=False,
            models=MODELS,
            factory=_provider,
        )
    ]
