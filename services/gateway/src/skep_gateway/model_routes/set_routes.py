"""Routes in the bucket that every process follows."""

from collections.abc import Mapping

import msgspec

from skep_contracts.ids import TenantId
from skep_contracts.plugins.models import ModelKind, ProviderDescription
from skep_contracts.problems import FieldError, InvalidInput, did_you_mean, json_pointer
from skep_contracts.routing.model_routes import SETTING, ModelRoutes
from skep_contracts.topology import SETTINGS
from skep_gateway.model_routes.views import ModelRoutesView
from skep_runtime.bus import Bus
from skep_runtime.plugins import PluginHost


async def read_routes(bus: Bus, tenant: TenantId) -> ModelRoutesView:
    """Return a tenant's routes."""
    entry = await bus.bucket(SETTINGS).get(f"{tenant}.{SETTING}")
    if entry is None:
        return ModelRoutesView(models={}, credentials={})
    routes = msgspec.json.decode(entry.value, type=ModelRoutes)
    return ModelRoutesView.model_validate(msgspec.to_builtins(routes))


async def write_routes(
    bus: Bus, plugins: PluginHost, tenant: TenantId, wanted: ModelRoutesView
) -> None:
    """Set a tenant's routes.

    Raises:
        InvalidInput: A model is of a provider that is not installed, or fallbacks make no sense.
    """
    errors = [
        FieldError(pointer=json_pointer("models", *place), message=message)
        for reference, route in wanted.models.items()
        for place, message in _faults(plugins.providers, reference, route.fallbacks)
    ]
    if errors:
        raise InvalidInput("The routes make no sense.", errors=errors)
    await bus.bucket(SETTINGS).put(f"{tenant}.{SETTING}", msgspec.json.encode(wanted.to_routes()))


def _faults(
    providers: Mapping[str, ProviderDescription], reference: str, fallbacks: tuple[str, ...]
) -> list[tuple[tuple[str, ...], str]]:
    """Return what is wrong with a model and its fallbacks, and where."""
    found: list[tuple[tuple[str, ...], str]] = []
    kind = _kind(providers, reference)
    if fault := _unknown(providers, reference):
        found.append(((reference,), fault))
    if fallbacks and kind is ModelKind.EMBEDDING:
        message = "vectors of two models do not fit together, so there are no fallbacks"
        found.append(((reference, "fallbacks"), message))
    for at, fallback in enumerate(fallbacks):
        place = (reference, "fallbacks", str(at))
        other = _kind(providers, fallback)
        if fault := _unknown(providers, fallback):
            found.append((place, fault))
        elif fallback == reference or fallback in fallbacks[:at]:
            found.append((place, f"`{fallback}` stands in this route already"))
        elif kind is not None and other is not None and kind is not other:
            found.append((place, f"`{fallback}` is a model for {other}, not for {kind}"))
    return found


def _unknown(providers: Mapping[str, ProviderDescription], reference: str) -> str | None:
    provider, slash, name = reference.partition("/")
    if not slash or not name:
        return "must be written provider/name"
    if provider not in providers:
        return f"no provider `{provider}` is installed" + did_you_mean(provider, providers)
    return None


def _kind(providers: Mapping[str, ProviderDescription], reference: str) -> ModelKind | None:
    """Return what a model is for; None when the catalogue does not know it."""
    provider, _, name = reference.partition("/")
    description = providers.get(provider)
    known = () if description is None else description.models
    return next((model.kind for model in known if model.name == name), None)
