"""Who a visitor is, and how much one may ask. A visitor is a random id that the gateway signed."""

from typing import Final

from starlette.requests import Request

from skep_contracts.ids import TenantId, new_ulid
from skep_contracts.problems import NotFound, Unauthenticated
from skep_gateway.identity.attempt_limits import AttemptLimits
from skep_gateway.sites.tables import SiteRow
from skep_gateway.web.caller import CallerIdentity
from skep_runtime.vault import Vault

HEADER: Final = "x-skep-visitor"
_PURPOSE: Final = "visitor"
_LOOKS: Final = 120
_NEW: Final = 20
_RUNS: Final = 20
_RUNS_OF_SITE: Final = 240
_WINDOW_S: Final = 60.0


class Visitors:
    """Makes and reads visitors' tokens. Limits hold for each process, a minute at a time."""

    def __init__(self, vault: Vault) -> None:
        """Sign with `vault`."""
        self._vault = vault
        self._looks = AttemptLimits(attempts=_LOOKS, window_s=_WINDOW_S)
        self._new = AttemptLimits(attempts=_NEW, window_s=_WINDOW_S)
        self._runs = AttemptLimits(attempts=_RUNS, window_s=_WINDOW_S)
        self._of_site = AttemptLimits(attempts=_RUNS_OF_SITE, window_s=_WINDOW_S)

    def count_look(self, request: Request) -> None:
        """Count that somebody looks a page up.

        Raises:
            RateLimited: They do so too often; it would be a way to guess addresses.
        """
        self._looks.take(_client(request))

    def new(self, request: Request, site: SiteRow) -> str:
        """Return the token of a new visitor of a site.

        Raises:
            RateLimited: Too many come from one place.
        """
        self._new.take(_client(request))
        return self._vault.sign(f"{site.app_id} visitor_{new_ulid()}", purpose=_PURPOSE)

    def read(self, request: Request, site: SiteRow) -> str:
        """Return the id of the visitor who sent a request.

        Raises:
            Unauthenticated: The token is missing, or was not made for this site.
        """
        try:
            text = self._vault.verify(request.headers.get(HEADER, ""), purpose=_PURPOSE)
        except NotFound:
            text = ""
        app_id, _, visitor = text.partition(" ")
        if app_id != site.app_id or not visitor:
            raise Unauthenticated(
                "Ask for a visitor's token first, and send it as X-Skep-Visitor.",
                code="unknown_visitor",
            )
        return visitor

    def count_run(self, request: Request, site: SiteRow, visitor: str) -> None:
        """Count that a visitor starts a run.

        Raises:
            RateLimited: They, or all of a site's visitors together, start too many.
        """
        self._runs.take(visitor, _client(request))
        self._of_site.take(site.app_id)


def caller_of(site: SiteRow) -> CallerIdentity:
    """Return the caller that a site's visitors are to the rest of the gateway."""
    return CallerIdentity(
        tenant=TenantId(site.tenant_id),
        kind="site",
        id=f"site_{site.app_id}",
        scopes=frozenset({"runs:read", "runs:write"}),
    )


def _client(request: Request) -> str:
    return request.client.host if request.client else "unknown"
