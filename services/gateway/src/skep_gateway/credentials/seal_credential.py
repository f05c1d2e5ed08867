"""Taking a credential in: checked against the provider's form, sealed, never shown again."""

from typing import Any, Final

import jsonschema_rs
import msgspec

from skep_contracts.ids import TenantId, new_id
from skep_contracts.plugins.models import ProviderDescription
from skep_contracts.problems import FieldError, InvalidInput, ProviderFailed, json_pointer
from skep_contracts.values import check_value
from skep_gateway.credentials.repository import bucket_key
from skep_gateway.credentials.tables import CredentialRow
from skep_runtime.clock import now
from skep_runtime.plugins import PluginHost
from skep_runtime.vault import Vault

_MAX_BYTES: Final = 64 * 1024
_MASK: Final = "…"
_SHOWN_TAIL: Final = 4
_LONG_ENOUGH: Final = 12


def find_provider(plugins: PluginHost, name: str) -> ProviderDescription:
    """Return an installed provider.

    Raises:
        InvalidInput: None of that name is installed.
    """
    found = plugins.providers.get(name)
    if found is None:
        known = ", ".join(sorted(plugins.providers)) or "none"
        raise InvalidInput(
            f"No model provider of that name is installed. Installed: {known}.",
            errors=[FieldError(pointer="/provider", message="unknown provider")],
            code="unknown_provider",
        )
    return found


def check_values(provider: ProviderDescription, values: dict[str, Any]) -> None:
    """Hold a credential against its provider's form. No message repeats a value.

    Raises:
        InvalidInput: It does not fit; pointers begin with ``/values``.
        ProviderFailed: The provider's form is not a JSON Schema.
    """
    check_value(values, pointer="/values", max_bytes=_MAX_BYTES)
    try:
        validator = jsonschema_rs.validator_for(provider.credential_schema, mask=_MASK)
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise ProviderFailed(
            "The provider's plugin describes its credentials wrongly.", code="bad_plugin"
        ) from error
    errors = [
        FieldError(
            pointer="/values" + json_pointer(*fault.instance_path),
            message=fault.message,
        )
        for fault in validator.iter_errors(values)
    ]
    if errors:
        raise InvalidInput(
            f"The credential does not fit {provider.title}: {errors[0].message}.", errors=errors
        )


def seal_credential(
    vault: Vault,
    tenant: TenantId,
    provider: ProviderDescription,
    *,
    name: str,
    values: dict[str, Any],
) -> CredentialRow:
    """Return the row of a new credential."""
    credential_id = new_id("credential")
    key = bucket_key(tenant, provider.name, credential_id)
    return CredentialRow(
        id=credential_id,
        tenant_id=tenant,
        provider=provider.name,
        name=name,
        sealed=vault.seal(msgspec.json.encode(values), context=key),
        hints=_hints(provider, values),
        created_at=now(),
    )


def open_credential(vault: Vault, row: CredentialRow) -> dict[str, Any]:
    """Return a credential's values.

    Raises:
        Gone: The vault has not the key it was sealed with.
    """
    plain = vault.open(row.sealed, context=bucket_key(row.tenant_id, row.provider, row.id))
    return msgspec.json.decode(plain, type=dict[str, Any])


def _hints(provider: ProviderDescription, values: dict[str, Any]) -> dict[str, str]:
    """Return what may be shown: open fields as they are, of secrets the last characters at most."""
    properties = provider.credential_schema.get("properties", {})
    hints = {}
    for name, value in values.items():
        is_secret = name not in properties or bool(properties[name].get("writeOnly"))
        hints[name] = _hint(value, is_secret=is_secret)
    return hints


def _hint(value: object, *, is_secret: bool) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    if not is_secret and "@" not in text:
        return text[:200]
    return _MASK + (text[-_SHOWN_TAIL:] if is_secret and len(text) >= _LONG_ENOUGH else "")
