"""Routes of setting up, signing in, and API keys."""

from typing import Annotated

from fastapi import Path, Request, Response

from skep_contracts.ids import TenantId
from skep_contracts.problems import Conflict, Forbidden, NotFound, RateLimited
from skep_gateway.audit.record import note_member
from skep_gateway.identity.api_keys import check_may_limit, create_key, kept
from skep_gateway.identity.authenticator import COOKIE, Authenticator, presented_csrf_token
from skep_gateway.identity.repository import IdentityRepository
from skep_gateway.identity.set_up import SetUp
from skep_gateway.identity.sign_in import SESSION_LIFETIME, SignedIn, SignIn, open_session
from skep_gateway.identity.tables import TenantRow
from skep_gateway.identity.tokens import csrf_token
from skep_gateway.identity.views import (
    KeyChange,
    KeyRequest,
    KeyView,
    Me,
    MemberView,
    NewKeyView,
    SessionView,
    SetupRequest,
    SetupState,
    SignInRequest,
    TenantView,
)
from skep_gateway.web.dependencies import Caller, Session, Tenant, Work, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.pages import Cursors, Page, Paging
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_runtime.clock import now

router = api_router("/api/v1", tag="identity")

Id = Annotated[str, Path(max_length=64)]
Authentication = Annotated[Authenticator, provided(Authenticator)]
SettingUp = Annotated[SetUp, provided(SetUp)]
SigningIn = Annotated[SignIn, provided(SignIn)]
Pages = Annotated[Cursors, provided(Cursors)]


@router.get("/setup", responses=problems())
async def show_setup(set_up: SettingUp) -> SetupState:
    """Tell whether the first member is still to be created."""
    return SetupState(needed=await set_up.is_needed())


@router.post("/setup", status_code=201, responses=problems(Forbidden, Conflict, RateLimited))
async def set_up_first_member(
    *, body: SetupRequest, request: Request, response: Response, work: Work, set_up: SettingUp
) -> SessionView:
    """Create the first member with the setup token and sign them in. Works once."""
    await set_up.admit(body.setup_token, address=_address(request))
    kept = await set_up.hash_password(body.password)
    session = await work.session()
    tenant, member = await set_up.create_first_member(
        session, email=body.email, name=body.name, password_hash=kept
    )
    opened = await open_session(session, member)
    await note_member(session, member, action="identity.set_up", address=_address(request))
    return signed_in_answer(opened, tenant, request, response)


@router.post("/sessions", status_code=201, responses=problems(RateLimited))
async def sign_in(
    *, body: SignInRequest, request: Request, response: Response, work: Work, sign_in: SigningIn
) -> SessionView:
    """Sign in with e-mail address and password."""
    member = await sign_in.check_password(
        body.email.strip().lower(), body.password, address=_address(request)
    )
    session = await work.session()
    signed_in = await open_session(session, member)
    await note_member(session, member, action="identity.sign_in", address=_address(request))
    tenant = await IdentityRepository(session, TenantId(member.tenant_id)).tenant()
    return signed_in_answer(signed_in, tenant, request, response)


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def signed_in_answer(
    signed_in: SignedIn, tenant: TenantRow, request: Request, response: Response
) -> SessionView:
    """Answer somebody who has just signed in, and give their browser its cookie."""
    response.set_cookie(
        COOKIE,
        signed_in.token,
        max_age=int(SESSION_LIFETIME.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return SessionView(
        id=signed_in.session.id,
        token=signed_in.token,
        csrf_token=csrf_token(signed_in.token),
        expires_at=signed_in.session.expires_at,
        member=MemberView.of(signed_in.member),
        tenant=TenantView(id=tenant.id, name=tenant.name),
    )


@router.delete("/sessions/current", status_code=204, responses=problems(Forbidden))
@allow(None)
async def sign_out(
    *,
    caller: Caller,
    response: Response,
    session: Session,
    work: Work,
    authentication: Authentication,
) -> None:
    """End the session; it is worthless at once."""
    if caller.kind != "session":
        raise Forbidden("An API key is no session; revoke it with DELETE /api/v1/keys/{id}.")
    await IdentityRepository(session, caller.tenant).end_session(caller.id)
    work.after_commit(lambda: authentication.forget(caller.id))
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


@router.get("/me", responses=problems())
@allow(None)
async def show_me(caller: Caller, session: Session, request: Request) -> Me:
    """Tell whose credential it is and what it may do."""
    repository = IdentityRepository(session, caller.tenant)
    tenant = await repository.tenant()
    member = await repository.member(caller.member_id) if caller.member_id else None
    return Me(
        kind=caller.kind,
        id=caller.id,
        tenant=TenantView(id=tenant.id, name=tenant.name),
        member=MemberView.of(member) if member else None,
        scopes=sorted(caller.scopes),
        csrf_token=presented_csrf_token(request) if caller.kind == "session" else None,
    )


@router.post("/keys", status_code=201, responses=problems(Forbidden, Conflict))
@allow("keys")
async def make_key(body: KeyRequest, caller: Caller, session: Session) -> NewKeyView:
    """Make an API key. It is shown in this answer and never again."""
    row, secret = await create_key(
        IdentityRepository(session, caller.tenant),
        caller,
        name=body.name,
        scopes=body.scopes,
        expires_at=body.expires_at,
        limits=None if body.limits is None else body.limits.to_limits(),
    )
    return NewKeyView.made(row, secret)


@router.get("/keys", responses=problems(Forbidden))
@allow("keys")
async def list_keys(
    tenant: Tenant, session: Session, paging: Paging, cursors: Pages
) -> Page[KeyView]:
    """List the keys in force, newest first."""
    before = cursors.open(paging.cursor, tenant=tenant, listing="keys")
    rows = await IdentityRepository(session, tenant).keys(before=before, limit=paging.limit + 1)
    shown, cursor = cursors.page(rows, paging, tenant=tenant, listing="keys")
    return Page(items=[KeyView.of(row) for row in shown], next_cursor=cursor)


@router.patch("/keys/{key_id}", responses=problems(Forbidden, NotFound))
@allow("keys")
async def change_key(
    *,
    key_id: Id,
    body: KeyChange,
    caller: Caller,
    session: Session,
    work: Work,
    authentication: Authentication,
) -> KeyView:
    """Rename a key, or hold it to other limits; they hold within seconds."""
    row = await IdentityRepository(session, caller.tenant).key(key_id)
    if row is None:
        raise NotFound("There is no such key, or it was revoked already.")
    check_may_limit(caller)
    if body.name is not None:
        row.name = body.name
    if "limits" in body.model_fields_set:
        row.limits = kept(None if body.limits is None else body.limits.to_limits())
    work.after_commit(lambda: authentication.forget(key_id))
    return KeyView.of(row)


@router.delete("/keys/{key_id}", status_code=204, responses=problems(Forbidden, NotFound))
@allow("keys")
async def revoke_key(
    *, key_id: Id, tenant: Tenant, session: Session, work: Work, authentication: Authentication
) -> None:
    """Make a key worthless at once."""
    if not await IdentityRepository(session, tenant).revoke_key(key_id, now()):
        raise NotFound("There is no such key, or it was revoked already.")
    work.after_commit(lambda: authentication.forget(key_id))
