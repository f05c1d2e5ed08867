"""Who sent a request."""

from typing import Literal

import msgspec

from skep_contracts.ids import TenantId
from skep_contracts.problems import Forbidden
from skep_gateway.web.scopes import Scope


class CallerIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """An authenticated caller. `scopes` are the effective ones."""

    tenant: TenantId
    kind: Literal["key", "session"]
    id: str
    """Of the API key or the session; never the secret."""
    member_id: str | None = None
    scopes: frozenset[Scope]

    def require(self, scope: Scope) -> None:
        """Pass when the caller has `scope`.

        Raises:
            Forbidden: It does not; the detail names the scope.
        """
        if scope not in self.scopes:
            raise Forbidden(
                f"This needs the scope {scope}, which the credential does not have.",
                code="missing_scope",
            )
