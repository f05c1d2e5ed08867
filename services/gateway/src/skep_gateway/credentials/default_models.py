"""What ``default`` means, kept in the bucket that every service reads."""

from typing import Final

import msgspec

from skep_contracts.ids import TenantId
from skep_contracts.problems import FieldError, InvalidInput, did_you_mean
from skep_contracts.topology import SETTINGS
from skep_gateway.credentials.views import DefaultModels
from skep_runtime.bus import Bus
from skep_runtime.plugins import PluginHost

_NAME: Final = "default_models"


async def read_defaults(bus: Bus, tenant: TenantId) -> DefaultModels:
    """Return a tenant's choice."""
    entry = await bus.bucket(SETTINGS).get(f"{tenant}.{_NAME}")
    if entry is None:
        return DefaultModels()
    chosen = msgspec.json.decode(entry.value, type=dict[str, str | None])
    return DefaultModels(**{kind: chosen.get(kind) for kind in DefaultModels.model_fields})


async def write_defaults(
    bus: Bus, plugins: PluginHost, tenant: TenantId, chosen: DefaultModels
) -> None:
    """Set a tenant's choice.

    Raises:
        InvalidInput: A provider is not installed, or has no such model of that kind.
    """
    values = chosen.model_dump(exclude_none=True)
    errors = [
        FieldError(pointer=f"/{kind}", message=message)
        for kind, reference in values.items()
        if (message := _fault(plugins, kind, reference))
    ]
    if errors:
        raise InvalidInput("A model cannot be used as a default.", errors=errors)
    await bus.bucket(SETTINGS).put(f"{tenant}.{_NAME}", msgspec.json.encode(values))


def _fault(plugins: PluginHost, kind: str, reference: str) -> str | None:
    provider_name, _, model_name = reference.partition("/")
    provider = plugins.providers.get(provider_name)
    if provider is None:
        return f"no provider `{provider_name}` is installed" + did_you_mean(
            provider_name, plugins.providers
        )
    known = {model.name: str(model.kind) for model in provider.models}
    if model_name in known:
        return None if known[model_name] == kind else f"is a model for {known[model_name]}"
    if provider.open_catalogue:
        return None
    return f"{provider.title} has no model `{model_name}`" + did_you_mean(model_name, known)
