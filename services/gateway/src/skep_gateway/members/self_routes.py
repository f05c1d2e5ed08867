"""Routes of joining by a link, and of what members change of themselves."""

from typing import Annotated

from fastapi import Request, Response

from skep_contracts.ids import TenantId
from skep_contracts.problems import (
    Conflict,
    FieldError,
    Forbidden,
    InvalidInput,
    NotFound,
    RateLimited,
)
from skep_gateway.audit.record import note_member
from skep_gateway.identity.authenticator import Authenticator
from skep_gateway.identity.repository import IdentityRepository
from skep_gateway.identity.routes import signed_in_answer
from skep_gateway.identity.sign_in import SignIn, open_session
from skep_gateway.identity.views import SessionView
from skep_gateway.members.invite import Invitations, accept
from skep_gateway.members.repository import MemberRepository
from skep_gateway.members.roles import role_of
from skep_gateway.members.views import (
    JoinRequest,
    OpenedInvitationRequest,
    OpenedInvitationView,
    PasswordRequest,
    PersonView,
    SelfChanges,
)
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.web.dependencies import Caller, Work, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_runtime.database import Database

router = api_router("/api/v1", tag="members")

Links = Annotated[Invitations, provided(Invitations)]
SigningIn = Annotated[SignIn, provided(SignIn)]
Authentication = Annotated[Authenticator, provided(Authenticator)]
Data = Annotated[Database, provided(Database)]


@router.post("/invitations/openings", responses=problems(NotFound, RateLimited))
async def open_invitation(
    *, body: OpenedInvitationRequest, request: Request, links: Links, database: Data
) -> OpenedInvitationView:
    """Tell whoever holds a link what it is for."""
    row = await links.find(body.token, address=_address(request))
    async with database.reading() as session:
        repository = IdentityRepository(session, TenantId(row.tenant_id))
        tenant = await repository.tenant()
        member = await repository.member(row.member_id) if row.member_id else None
    return OpenedInvitationView(
        tenant=tenant.name,
        email=row.email,
        role=role_of(row.scopes),
        is_reset=row.member_id is not None,
        invited_by=row.invited_by,
        name=member.name if member else None,
    )


@router.post(
    "/invitations/acceptances",
    status_code=201,
    responses=problems(NotFound, Conflict, RateLimited),
)
async def accept_invitation(
    *,
    body: JoinRequest,
    request: Request,
    response: Response,
    links: Links,
    sign_in: SigningIn,
    authentication: Authentication,
    work: Work,
) -> SessionView:
    """Use a link: join with a name and a password, or set a forgotten password anew. Signs in."""
    address = _address(request)
    row = await links.find(body.token, address=address)
    if row.member_id is None and body.name is None:
        raise InvalidInput(
            "Say what you are called.", errors=[FieldError(pointer="/name", message="is needed")]
        )
    kept = await sign_in.hash_password(body.password)
    session = await work.session()
    member = await accept(session, row, name=body.name or "", password_hash=kept)
    work.after_commit(lambda: authentication.forget_member(member.id))
    opened = await open_session(session, member)
    action = "members.set_password" if row.member_id else "members.join"
    await note_member(session, member, action=action, address=address)
    tenant = await IdentityRepository(session, TenantId(member.tenant_id)).tenant()
    return signed_in_answer(opened, tenant, request, response)


@router.patch("/me", responses=problems(Forbidden))
@allow(None)
async def change_self(*, body: SelfChanges, caller: Caller, work: Work) -> PersonView:
    """Change what one is called."""
    repository = MemberRepository(await work.session(), caller.tenant)
    row = await repository.get(_member_of(caller))
    row.name = body.name
    return PersonView.of(row)


@router.put("/me/password", status_code=204, responses=problems(Forbidden, RateLimited))
@allow(None)
async def change_password(
    *,
    body: PasswordRequest,
    request: Request,
    caller: Caller,
    work: Work,
    sign_in: SigningIn,
    authentication: Authentication,
    database: Data,
) -> None:
    """Change one's password. All other sessions end."""
    member_id = _member_of(caller)
    async with database.reading() as reading:
        email = (await MemberRepository(reading, caller.tenant).get(member_id)).email
    await sign_in.confirm_password(email, body.current_password, address=_address(request))
    kept = await sign_in.hash_password(body.password)
    repository = MemberRepository(await work.session(), caller.tenant)
    row = await repository.get(member_id)
    row.password_hash = kept
    await repository.end_sessions(member_id, but=caller.id)
    work.after_commit(lambda: authentication.forget_member(member_id))


def _member_of(caller: CallerIdentity) -> str:
    if caller.member_id is None:
        raise Forbidden("An API key is nobody's own: sign in to change your account.")
    return caller.member_id


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
