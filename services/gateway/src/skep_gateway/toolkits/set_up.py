"""Taking a toolkit in: its name, its settings against the form of its kind, sealed."""

from typing import Any, Final

import msgspec

from skep_contracts.ids import TenantId
from skep_contracts.plugins.toolkits import (
    GRANT_FIELD,
    NAME_FIELD,
    ToolkitDescription,
    is_toolkit_name,
    toolkit_owner,
)
from skep_contracts.problems import Conflict, FieldError, InvalidInput, NotFound, TooLarge
from skep_contracts.topology import credential_key
from skep_gateway.credentials.repository import CredentialRepository
from skep_gateway.credentials.seal_credential import (
    CredentialForm,
    check_values,
    hints_of,
    open_credential,
    seal_credential,
)
from skep_gateway.credentials.tables import CredentialRow
from skep_runtime.plugins import PluginHost
from skep_runtime.vault import Vault

MAX_TOOLKITS: Final = 100
MAX_SETTINGS_BYTES: Final = 384 * 1024
"""A description of an API fits, and all of it still fits into a message on the bus."""


def find_kind(plugins: PluginHost, kind: str) -> ToolkitDescription:
    """Return an installed kind.

    Raises:
        InvalidInput: None of that name is installed.
    """
    found = plugins.toolkits.get(kind)
    if found is None:
        known = ", ".join(sorted(plugins.toolkits)) or "none"
        raise InvalidInput(
            f"There is no such kind of toolkits. Installed: {known}.",
            errors=[FieldError(pointer="/kind", message="unknown kind")],
            code="unknown_toolkit_kind",
        )
    return found


async def set_up(
    repository: CredentialRepository,
    vault: Vault,
    tenant: TenantId,
    kind: ToolkitDescription,
    *,
    name: str,
    settings: dict[str, Any],
) -> CredentialRow:
    """Store a toolkit.

    Raises:
        InvalidInput: Name or settings cannot be used.
        Conflict: A toolkit of any kind has that name.
        TooLarge: There are `MAX_TOOLKITS` of them.
    """
    if not is_toolkit_name(name):
        raise InvalidInput(
            "A toolkit's name has lower-case letters, digits, and single - or _ between them.",
            errors=[FieldError(pointer="/name", message="cannot begin the name of a tool")],
        )
    present = await repository.toolkits()
    if any(row.name == name for row in present):
        raise Conflict(
            "A toolkit has that name already.",
            errors=[FieldError(pointer="/name", message="taken")],
            code="name_taken",
        )
    if len(present) >= MAX_TOOLKITS:
        raise TooLarge(f"A workspace has at most {MAX_TOOLKITS} toolkits.")
    form = _form(kind)
    _check(form, settings)
    row = seal_credential(vault, tenant, form, name=name, values={**settings, NAME_FIELD: name})
    row.hints = hints_of(form, settings)
    await repository.add(row)
    return row


async def change(
    repository: CredentialRepository,
    vault: Vault,
    row: CredentialRow,
    *,
    kind: ToolkitDescription,
    settings: dict[str, Any],
) -> None:
    """Replace some of a toolkit's settings; None removes a field.

    Raises:
        InvalidInput: What comes of it does not fit the form.
        Gone: The vault has not the key the old ones were sealed with.
    """
    kept = settings_of(vault, row)
    grant = kept.pop(GRANT_FIELD, None)
    values = {name: value for name, value in {**kept, **settings}.items() if value is not None}
    form = _form(kind)
    _check(form, values)
    hints = hints_of(form, values)
    if grant is not None and kept.get(kind.signs_in_at) == values.get(kind.signs_in_at):
        # What was granted for one address must not be sent to another.
        values[GRANT_FIELD] = grant
        hints[GRANT_FIELD] = row.hints.get(GRANT_FIELD, "")
    row.sealed = sealed_settings(vault, row, values)
    row.hints = hints
    await repository.changed(row)


def sealed_settings(vault: Vault, row: CredentialRow, settings: dict[str, Any]) -> bytes:
    """Return what is kept of a toolkit's settings."""
    key = credential_key(row.tenant_id, row.provider, row.id)
    return vault.seal(msgspec.json.encode({**settings, NAME_FIELD: row.name}), context=key)


def settings_of(vault: Vault, row: CredentialRow) -> dict[str, Any]:
    """Return a toolkit's settings.

    Raises:
        Gone: The vault has not the key they were sealed with.
    """
    values = open_credential(vault, row)
    values.pop(NAME_FIELD, None)
    return values


async def find_toolkit(repository: CredentialRepository, toolkit_id: str) -> CredentialRow:
    """Return a toolkit by id.

    Raises:
        NotFound: The tenant has none of that id.
    """
    for row in await repository.toolkits():
        if row.id == toolkit_id:
            return row
    raise NotFound("There is no such toolkit.", code="unknown_toolkit")


def _form(kind: ToolkitDescription) -> CredentialForm:
    return CredentialForm(
        provider=toolkit_owner(kind.name), title=kind.title, schema=kind.settings_schema
    )


def _check(form: CredentialForm, settings: dict[str, Any]) -> None:
    try:
        check_values(form, settings, max_bytes=MAX_SETTINGS_BYTES)
    except InvalidInput as error:
        errors = [
            FieldError(
                pointer=fault.pointer.replace("/values", "/settings", 1), message=fault.message
            )
            for fault in error.errors
        ]
        detail = f"The settings do not fit {form.title}: {errors[0].message}." if errors else ""
        raise InvalidInput(detail or error.detail, errors=errors) from error
