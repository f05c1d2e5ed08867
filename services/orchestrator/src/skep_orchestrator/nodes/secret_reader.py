"""Reads the secrets of apps, which the gateway keeps sealed in a bucket."""

import logging
from collections.abc import Iterable

from skep_contracts.graph import WorkflowDocument
from skep_contracts.problems import Gone
from skep_contracts.topology import SECRETS
from skep_orchestrator.nodes.secrets import NO_SECRETS, Secrets, token_of
from skep_runtime.bus import Bus
from skep_runtime.vault import Vault

logger = logging.getLogger(__name__)
_PURPOSE = "secret"


class SecretReader:
    """Opens what a run may use."""

    def __init__(self, bus: Bus, vault: Vault) -> None:
        """Read from `bus` what `vault` sealed."""
        self._bucket = bus.bucket(SECRETS)
        self._vault = vault

    async def load(self, tenant: str, app_id: str, document: WorkflowDocument) -> Secrets:
        """Return the secrets that a document declares, with the values they have now.

        Raises:
            Unavailable: The bus cannot be reached.
        """
        names = [variable.name for variable in document.environment if variable.type == "secret"]
        if not names:
            return NO_SECRETS
        tokens = {name: self._token(tenant, app_id, name) for name in names}
        return Secrets(tokens, await self._values(tenant, app_id, names))

    def _token(self, tenant: str, app_id: str, name: str) -> str:
        # The same in every run of the app, so that a record can serve another run.
        return token_of(name, self._vault.sign(f"{tenant}.{app_id}.{name}", purpose=_PURPOSE))

    async def _values(self, tenant: str, app_id: str, names: Iterable[str]) -> dict[str, str]:
        values: dict[str, str] = {}
        for name in names:
            key = f"{tenant}.{app_id}.{name}"
            entry = await self._bucket.get(key)
            if entry is None:
                continue
            try:
                values[name] = self._vault.open(entry.value, context=key).decode()
            except Gone:
                logger.warning("secret cannot be opened", extra={"app_id": app_id, "secret": name})
        return values
