"""Signed addresses: made for whoever may answer, and read from whoever comes."""

from typing import Final

import msgspec

from skep_contracts.ids import TenantId
from skep_contracts.waits.links import CALLBACK, FORM, RunLink, read_link
from skep_gateway.identity.attempt_limits import AttemptLimits
from skep_runtime.vault import Vault

_FORGED: Final = 30
_POSTED: Final = 120
_WINDOW_S: Final = 60.0


class LinkSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`base_url`: where people and callbacks reach the gateway, such as ``https://skep.example``.

    Without it addresses are relative.
    """

    base_url: str = ""


class Addresses:
    """Makes and reads addresses. Who guesses is slowed down, and so is who posts too much."""

    def __init__(self, vault: Vault, settings: LinkSettings) -> None:
        self._vault = vault
        self._base_url = settings.base_url.rstrip("/")
        self._forged = AttemptLimits(attempts=_FORGED, window_s=_WINDOW_S)
        self._posted = AttemptLimits(attempts=_POSTED, window_s=_WINDOW_S)

    def of_form(self, tenant: TenantId, run_id: str, place: str, number: int) -> str:
        """Return the address of the page where people answer a form."""
        link = RunLink(tenant=tenant, run_id=run_id, place=place, number=number)
        return f"{self._base_url}/forms/{self._vault.sign(str(link), purpose=FORM)}"

    def of_callbacks(self, tenant: TenantId, run_id: str) -> str:
        """Return the address that callbacks of a run are posted below."""
        text = str(RunLink(tenant=tenant, run_id=run_id))
        return f"{self._base_url}/api/v1/callbacks/{self._vault.sign(text, purpose=CALLBACK)}"

    def read_form(self, token: str, *, client: str) -> RunLink:
        """Return which wait a form's token is for.

        Raises:
            NotFound: It was not made here.
            RateLimited: Too many wrong ones, or too many requests, came lately.
        """
        return self._read(token, FORM, client)

    def read_callback(self, token: str, *, client: str) -> RunLink:
        """Return which run a callback's token is for; raises as `read_form`."""
        return self._read(token, CALLBACK, client)

    def _read(self, token: str, purpose: str, client: str) -> RunLink:
        self._forged.take(client)
        link = read_link(self._vault.verify(token, purpose=purpose))
        self._forged.forgive(client)
        self._posted.take(link.run_id)
        return link
