"""Shapes of identity's requests and answers."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from skep_contracts.money.key_limits import KeyLimits
from skep_gateway.identity.tables import ApiKeyRow, MemberRow
from skep_gateway.web.scopes import Scope
from skep_gateway.web.shapes import Line, View

_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]{1,189}\Z")


def _email(text: str) -> str:
    lowered = text.strip().lower()
    if not _EMAIL.match(lowered):
        raise ValueError("is not an e-mail address")
    return lowered


Email = Annotated[str, Field(max_length=254), AfterValidator(_email)]
NewPassword = Annotated[str, Field(min_length=10, max_length=256)]


class SetupState(View):
    """Whether the first member is still to be created."""

    needed: bool


class SetupRequest(View):
    """Creates the first member."""

    setup_token: Annotated[str, Field(max_length=256)]
    email: Email
    password: NewPassword
    name: Annotated[Line, Field(max_length=200)] = "Administrator"


class SignInRequest(View):
    """Signs a member in."""

    email: Annotated[str, Field(max_length=254)]
    password: Annotated[str, Field(max_length=256)]


class TenantView(View):
    """A tenant."""

    id: str
    name: str


class MemberView(View):
    """A member."""

    id: str
    email: str
    name: str
    created_at: datetime

    @classmethod
    def of(cls, row: MemberRow) -> "MemberView":
        """Show a row."""
        return cls(id=row.id, email=row.email, name=row.name, created_at=row.created_at)


class SessionView(View):
    """A new session. Changes made with the cookie carry `csrf_token` in the header X-Skep-CSRF."""

    id: str
    token: str
    csrf_token: str
    expires_at: datetime
    member: MemberView
    tenant: TenantView


class Me(View):
    """Who the credential belongs to. `csrf_token` is there for sessions."""

    kind: Literal["key", "session", "site"]
    id: str
    tenant: TenantView
    member: MemberView | None = None
    scopes: list[Scope]
    csrf_token: str | None = None


Rate = Annotated[int, Field(ge=1, le=1_000_000_000)]
Pattern = Annotated[Line, Field(min_length=1, max_length=300)]


class KeyLimitsView(View):
    """What a key is held to; what is left out has no limit."""

    requests_per_minute: Rate | None = None
    """Requests that call a model or start a run."""
    tokens_per_minute: Rate | None = None
    """In and out together; the request that crosses the limit is still answered."""
    concurrent: Rate | None = None
    """Requests that are open at once."""
    models: Annotated[tuple[Pattern, ...], Field(max_length=100)] = ()
    """The models and apps it may ask, as in `provider/name`, `app/name`, `default`; `*` stands for
    any characters. All of them when empty."""

    def to_limits(self) -> KeyLimits:
        """Return them as they are kept."""
        return KeyLimits(**self.model_dump())


class KeyRequest(View):
    """Makes a key."""

    name: Annotated[Line, Field(max_length=200)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=20)]
    expires_at: AwareDatetime | None = None
    limits: KeyLimitsView | None = None


class KeyChange(View):
    """Renames a key or changes its limits; what is left out stays, null takes limits away."""

    name: Annotated[Line, Field(max_length=200)] | None = None
    limits: KeyLimitsView | None = None


class KeyView(View):
    """A key, as it may be shown."""

    id: str
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    limits: KeyLimitsView | None = None

    @classmethod
    def of(cls, row: ApiKeyRow) -> "KeyView":
        """Show a row."""
        return cls(**_shown(row))


class NewKeyView(KeyView):
    """A key that was just made; `key` is shown this once."""

    key: str

    @classmethod
    def made(cls, row: ApiKeyRow, secret: str) -> "NewKeyView":
        """Show a row with its secret."""
        return cls(key=secret, **_shown(row))


def _shown(row: ApiKeyRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "prefix": row.prefix,
        "scopes": row.scopes,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "last_used_at": row.last_used_at,
        "limits": KeyLimitsView(**row.limits) if row.limits else None,
    }
