"""Roles: named sets of scopes."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias, cast

from skep_gateway.web.scopes import Scope, effective

Role: TypeAlias = Literal["viewer", "editor", "admin", "operator"]
ShownRole: TypeAlias = Literal["viewer", "editor", "admin", "operator", "custom"]

SCOPES_OF: Final[Mapping[Role, tuple[Scope, ...]]] = {
    "viewer": ("apps:read", "runs:read", "datasets:read"),
    "editor": ("apps:write", "runs:write", "datasets:write", "models:call"),
    "admin": ("admin",),
    "operator": ("admin", "operator"),
}
"""From the least to the most. Operators also look after the installation: its plugins."""


def role_of(scopes: Iterable[str]) -> ShownRole:
    """Return the role that allows exactly what these scopes do."""
    allowed = effective(cast("Iterable[Scope]", scopes))
    for role, granted in SCOPES_OF.items():
        if effective(granted) == allowed:
            return role
    return "custom"
