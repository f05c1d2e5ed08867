"""Taking a credential in: checked against its provider's or tool's form, sealed, never shown."""

from typing import Any, Final

import jsonschema_rs
import msgspec

from skep_contracts.ids import TenantId, new_id
from skep_contracts.plugins.tools import credential_owner
from skep_contracts.problems import FieldError, InvalidInput, ProviderFailed, json_pointer
from skep_contracts.topology import credential_key
from skep_contracts.values import check_value
from skep_gateway.credentials.tables import CredentialRow
from skep_runtime.clock import now
from skep_runtime.plugins import PluginHost
from skep_runtime.vault import Vault

_MAX_BYTES: Final = 64 * 1024
_MASK: Final = "…"
_SHOWN_TAIL: Final = 4
_LONG_ENOUGH: Final = 12


class CredentialForm(msgspec.Struct, frozen=True, kw_only=True):
    """What a model provider, or a tool, wants to know."""

    provider: str
    """Of a tool ``tool:name``."""
    title: str
    schema: dict[str, Any]


def find_form(plugins: PluginHost, name: str) -> CredentialForm:
    """Return the form of an installed provider, or of a tool that takes credentials.

    Raises:
        InvalidInput: None of that name is installed.
    """
    provider = plugins.providers.get(name)
    if provider is not None:
        return CredentialForm(
            provider=name, title=provider.title, schema=provider.credential_schema
        )
    tools = {
        credential_owner(tool.name): tool
        for tool in plugins.tools.values()
        if tool.credential_schema
    }
    tool = tools.get(name)
    if tool is None:
        known = ", ".join(sorted([*plugins.providers, *tools])) or "none"
        raise InvalidInput(
            f"No model provider or tool with credentials has that name. Installed: {known}.",
            errors=[FieldError(pointer="/provider", message="unknown provider")],
            code="unknown_provider",
        )
    return CredentialForm(provider=name, title=tool.title, schema=tool.credential_schema)


def is_of_tool(provider: str) -> bool:
    """Tell whether a credential is of a tool."""
    return provider.startswith(credential_owner(""))


def check_values(
    form: CredentialForm, values: dict[str, Any], *, max_bytes: int = _MAX_BYTES
) -> None:
    """Hold a credential against its form. No message repeats a value.

    Raises:
        InvalidInput: It does not fit; pointers begin with ``/values``.
        ProviderFailed: The form is not a JSON Schema.
    """
    check_value(values, pointer="/values", max_bytes=max_bytes)
    try:
        validator = jsonschema_rs.validator_for(form.schema, mask=_MASK)
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise ProviderFailed(
            "The plugin describes its credentials wrongly.", code="bad_plugin"
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
            f"The credential does not fit {form.title}: {errors[0].message}.", errors=errors
        )


def seal_credential(
    vault: Vault,
    tenant: TenantId,
    form: CredentialForm,
    *,
    name: str,
    values: dict[str, Any],
) -> CredentialRow:
    """Return the row of a new credential."""
    credential_id = new_id("credential")
    key = credential_key(tenant, form.provider, credential_id)
    return CredentialRow(
        id=credential_id,
        tenant_id=tenant,
        provider=form.provider,
        name=name,
        sealed=vault.seal(msgspec.json.encode(values), context=key),
        hints=hints_of(form, values),
        created_at=now(),
    )


def open_credential(vault: Vault, row: CredentialRow) -> dict[str, Any]:
    """Return a credential's values.

    Raises:
        Gone: The vault has not the key it was sealed with.
    """
    plain = vault.open(row.sealed, context=credential_key(row.tenant_id, row.provider, row.id))
    return msgspec.json.decode(plain, type=dict[str, Any])


def hints_of(form: CredentialForm, values: dict[str, Any]) -> dict[str, str]:
    """Return what may be shown: open fields as they are, of secrets the last characters at most."""
    properties = form.schema.get("properties", {})
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
