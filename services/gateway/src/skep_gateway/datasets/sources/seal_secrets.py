"""Seals the secret settings of a source before they leave the gateway."""

from typing import Any

import msgspec

from skep_contracts.calls.source import source_seal_context
from skep_contracts.plugins.sources.kinds import SourceDescription
from skep_contracts.problems import FieldError, InvalidInput, did_you_mean
from skep_runtime.plugins import PluginHost
from skep_runtime.vault import Vault


def find_kind(plugins: PluginHost, name: str) -> SourceDescription:
    """Return an installed kind.

    Raises:
        InvalidInput: None of that name is installed.
    """
    kind = plugins.sources.get(name)
    if kind is None:
        known = sorted(plugins.sources)
        listed = ", ".join(known) or "none"
        raise InvalidInput(
            f"There is no such kind of sources; installed: {listed}{did_you_mean(name, known)}",
            errors=[FieldError(pointer="/kind", message="unknown kind")],
            code="unknown_source_kind",
        )
    return kind


def parted(
    vault: Vault,
    kind: SourceDescription,
    settings: dict[str, Any],
    *,
    tenant: str,
    source_id: str,
) -> tuple[dict[str, Any], bytes | None]:
    """Return the open settings, and the secret ones sealed for this source alone.

    What the kind's form does not know counts as secret: it may be one of another kind's.
    """
    properties = kind.settings_schema.get("properties", {})
    secrets = {
        name: value
        for name, value in settings.items()
        if name not in properties or properties[name].get("writeOnly") is True
    }
    shown = {name: value for name, value in settings.items() if name not in secrets}
    if not secrets:
        return shown, None
    context = source_seal_context(tenant, source_id)
    return shown, vault.seal(msgspec.json.encode(secrets), context=context)
