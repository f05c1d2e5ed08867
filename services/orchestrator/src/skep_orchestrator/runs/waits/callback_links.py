"""Signed addresses below which a run's callbacks are posted; the gateway takes them in."""

import msgspec

from skep_contracts.waits.links import CALLBACK, RunLink
from skep_runtime.vault import Vault


class LinkSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`base_url`: where callbacks reach the gateway, such as ``https://skep.example``.

    Without it addresses are relative.
    """

    base_url: str = ""


class CallbackLinks:
    """Makes the value of ``{{sys.callback_url}}``."""

    def __init__(self, vault: Vault, settings: LinkSettings) -> None:
        """Sign with the keys of `vault`, which the gateway has as well."""
        self._vault = vault
        self._base_url = settings.base_url.rstrip("/")

    def of_callbacks(self, tenant: str, run_id: str) -> str:
        """Return the address; always the same for a run."""
        text = str(RunLink(tenant=tenant, run_id=run_id))
        return f"{self._base_url}/api/v1/callbacks/{self._vault.sign(text, purpose=CALLBACK)}"
