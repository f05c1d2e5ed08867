"""What is known of a model: the plugin's catalogue, with the operator's corrections."""

from collections.abc import Mapping
from typing import Any

import msgspec

from skep_contracts.plugins.models import ModelInfo, ProviderDescription


class Catalogue:
    """Looks models up. Corrections are by ``provider/name`` and win over the plugin."""

    def __init__(self, overrides: Mapping[str, Mapping[str, Any]]) -> None:
        self._overrides = overrides
        self._cache: dict[str, tuple[ProviderDescription, dict[str, ModelInfo]]] = {}

    def models(self, description: ProviderDescription) -> Mapping[str, ModelInfo]:
        """Return a provider's models by name, in its own order."""
        cached = self._cache.get(description.name)
        if cached is not None and cached[0] is description:
            return cached[1]
        models = {model.name: model for model in description.models}
        for reference in self._overrides:
            provider, _, name = reference.partition("/")
            if provider == description.name:
                corrected = self._corrected(reference, models.get(name))
                if corrected is not None:
                    models[name] = corrected
        self._cache[description.name] = (description, models)
        return models

    def _corrected(self, reference: str, info: ModelInfo | None) -> ModelInfo | None:
        """Return a model with its correction; one that nobody knows needs a kind."""
        name = reference.partition("/")[2]
        known = {} if info is None else msgspec.to_builtins(info)
        changed = {**known, **self._overrides[reference], "name": name}
        return msgspec.convert(changed, ModelInfo) if "kind" in changed else None
