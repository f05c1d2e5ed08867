"""Shapes of requests and answers about members."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from skep_gateway.identity.tables import MemberRow
from skep_gateway.identity.views import Email, NewPassword
from skep_gateway.members.roles import Role, ShownRole, role_of
from skep_gateway.members.tables import InvitationRow
from skep_gateway.web.shapes import Line, View

Token = Annotated[str, Field(min_length=20, max_length=200)]
Name = Annotated[Line, Field(min_length=1, max_length=200)]


class PersonView(View):
    """A member, with their role."""

    id: str
    email: str
    name: str
    role: ShownRole
    created_at: datetime

    @classmethod
    def of(cls, row: MemberRow) -> "PersonView":
        """Show a row."""
        return cls(
            id=row.id,
            email=row.email,
            name=row.name,
            role=role_of(row.scopes),
            created_at=row.created_at,
        )


class MemberChanges(View):
    """Gives a member another role."""

    role: Role


class InvitationRequest(View):
    """Invites somebody."""

    email: Email
    role: Role


class InvitationView(View):
    """A link that nobody has used yet. `is_reset`: it sets a member's password anew."""

    id: str
    email: str
    role: ShownRole
    is_reset: bool
    invited_by: str
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, row: InvitationRow) -> "InvitationView":
        """Show a row."""
        return cls(
            id=row.id,
            email=row.email,
            role=role_of(row.scopes),
            is_reset=row.member_id is not None,
            invited_by=row.invited_by,
            created_at=row.created_at,
            expires_at=row.expires_at,
        )


class NewInvitationView(InvitationView):
    """An invitation that was just made; `token` is shown this once."""

    token: str

    @classmethod
    def made(cls, row: InvitationRow, token: str) -> "NewInvitationView":
        """Show a row with its token."""
        return cls(token=token, **InvitationView.of(row).model_dump())


class OpenedInvitationRequest(View):
    """Asks what a link is for."""

    token: Token


class OpenedInvitationView(View):
    """What a link is for. `name`: of the member whose password it sets anew."""

    tenant: str
    email: str
    role: ShownRole
    is_reset: bool
    invited_by: str
    name: str | None


class JoinRequest(View):
    """Uses a link. `name` is asked of new members only."""

    token: Token
    password: NewPassword
    name: Name | None = None


class SelfChanges(View):
    """Changes what one is called."""

    name: Name


class PasswordRequest(View):
    """Changes one's password."""

    current_password: Annotated[str, Field(max_length=256)]
    password: NewPassword
