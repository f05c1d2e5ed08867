"""Models behind any OpenAI-compatible endpoint."""

from functools import partial
from typing import TYPE_CHECKING, Any

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.models import Provider, ProviderDescription

if TYPE_CHECKING:
    from skep_model_openai.vendors.vendor import Vendor


def _provider(vendor: "Vendor", context: PluginContext, credential: dict[str, Any]) -> Provider:
    from skep_model_openai.provider import OpenAIProvider

    return OpenAIProvider(context, credential, vendor=vendor)


@hookimpl
def skep_providers() -> list[ProviderDescription]:
    """Offer a provider for each vendor in the table."""
    from skep_model_openai.vendors.table import models, vendors

    return [
        ProviderDescription(
            name=vendor.name,
            title=vendor.title,
            description=vendor.description,
            credential_schema=vendor.credential_schema(),
            models=models(vendor.name),
            open_catalogue=True,
            factory=partial(_provider, vendor),
        )
        for vendor in vendors().values()
    ]
