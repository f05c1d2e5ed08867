"""Who sent a request."""

from typing import Literal

import msgspec

from skep_contracts.ids import TenantId
from skep_contracts.money.key_limits import KeyLimits
from skep_contracts.problems import Forbidden
from skep_gateway.web.scopes import Scope


class CallerIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """An authenticated caller. `scopes` are the effective ones."""

    tenant: TenantId
    kind: Literal["key", "session", "site"]
    id: str
    """Of the API key or the session, never the secret; of a site for its visitors."""
    member_id: str | None = None
    scopes: frozenset[Scope]
    limits: KeyLimits | None = None
    """Of an API key that has some."""

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

    def check_model(self, *names: str) -> None:
        """Pass when the caller may ask the model or app that has these names.

        Raises:
            Forbidden: Its key is for others alone.
        """
        if self.limits is not None and not self.limits.allows(*names):
            raise Forbidden(
                f"This API key may not use {names[0][:200]}; what it may use is set with the key.",
                code="model_not_allowed",
            )
