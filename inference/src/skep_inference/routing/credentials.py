"""Credentials of tenants, sealed, as the bucket holds them."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import msgspec

from skep_contracts.problems import InvalidInput

if TYPE_CHECKING:
    from skep_runtime.vault import Vault

_LOG: Final = logging.getLogger(__name__)


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """A credential, still sealed. A change of its values is a new `revision`."""

    key: str
    provider: str
    id: str
    revision: int
    sealed: bytes


class CredentialBook:
    """Every credential, by tenant and provider; opened only when a provider object is built.

    Tools have credentials as well: theirs are of the provider ``tool:name``.
    """

    def __init__(self, vault: "Vault", *, on_change: Callable[[str], None]) -> None:
        """Use `vault`; `on_change` hears the key of a credential that changed or is gone."""
        self._vault = vault
        self._on_change = on_change
        self._by_owner: dict[tuple[str, str], tuple[Credential, ...]] = {}

    def put(self, key: str, value: bytes, revision: int) -> None:
        """Take a credential from the bucket."""
        parts = key.split(".")
        if len(parts) != 3:
            _LOG.warning("credential with a strange key", extra={"bucket_key": key})
            return
        tenant, provider, credential_id = parts[0], _provider(parts[1]), parts[2]
        credential = Credential(
            key=key, provider=provider, id=credential_id, revision=revision, sealed=value
        )
        others = [each for each in self.of(tenant, provider) if each.key != key]
        found = sorted([*others, credential], key=lambda each: each.id)
        self._by_owner[tenant, provider] = tuple(found)
        self._on_change(key)

    def remove(self, key: str) -> None:
        """Forget a credential."""
        tenant, _, rest = key.partition(".")
        owner = (tenant, _provider(rest.partition(".")[0]))
        left = tuple(each for each in self.of(*owner) if each.key != key)
        if left:
            self._by_owner[owner] = left
        else:
            self._by_owner.pop(owner, None)
        self._on_change(key)

    def of(self, tenant: str, provider: str) -> tuple[Credential, ...]:
        """Return a tenant's credentials for a provider, oldest first."""
        return self._by_owner.get((tenant, provider), ())

    def open(self, credential: Credential) -> dict[str, Any]:
        """Return a credential's values.

        Raises:
            Gone: The vault has not the key it was sealed with.
            InvalidInput: What was sealed is no credential.
        """
        plain = self._vault.open(credential.sealed, context=credential.key)
        try:
            return msgspec.json.decode(plain, type=dict[str, Any])
        except msgspec.DecodeError:
            raise InvalidInput(
                f"The stored credential {credential.id} cannot be read. Enter it again.",
                code="credential_unreadable",
            ) from None


def _provider(token: str) -> str:
    """Return whose credential a key is of; see `topology.credential_key`."""
    return token.replace("/", ":")
