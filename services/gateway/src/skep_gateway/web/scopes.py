"""What a credential allows."""

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias, get_args

Scope: TypeAlias = Literal[
    "admin",
    "apps:read",
    "apps:write",
    "runs:read",
    "runs:write",
    "datasets:read",
    "datasets:write",
    "models:call",
    "keys",
    "operator",
]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
OPERATOR: Final[Scope] = "operator"
"""What concerns the whole platform: plugins. No other scope includes it."""

_INCLUDED: Final[dict[Scope, tuple[Scope, ...]]] = {
    "admin": tuple(scope for scope in SCOPES if scope != OPERATOR),
    "apps:write": ("apps:read",),
    "runs:write": ("runs:read",),
    "datasets:write": ("datasets:read",),
}


def effective(granted: Iterable[Scope]) -> frozenset[Scope]:
    """Return the scopes granted and those they include: writing includes reading."""
    return frozenset(
        included for scope in granted for included in (scope, *_INCLUDED.get(scope, ()))
    )
