"""Routes of members and invitations."""

from typing import Annotated

from fastapi import Path

from skep_contracts.problems import Conflict, Forbidden, NotFound
from skep_gateway.identity.authenticator import Authenticator
from skep_gateway.identity.repository import IdentityRepository
from skep_gateway.members.invite import invite, offer_new_password
from skep_gateway.members.manage import change_role, remove_member, require_all
from skep_gateway.members.repository import MemberRepository
from skep_gateway.members.roles import SCOPES_OF
from skep_gateway.members.views import (
    InvitationRequest,
    InvitationView,
    MemberChanges,
    NewInvitationView,
    PersonView,
)
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.web.dependencies import Caller, Session, Tenant, Work, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.pages import Cursors, Page, Paging
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_runtime.clock import now

router = api_router("/api/v1", tag="members")

Id = Annotated[str, Path(max_length=64)]
Authentication = Annotated[Authenticator, provided(Authenticator)]
Pages = Annotated[Cursors, provided(Cursors)]


@router.get("/members", responses=problems(Forbidden))
@allow("admin")
async def list_members(
    *, tenant: Tenant, session: Session, paging: Paging, cursors: Pages
) -> Page[PersonView]:
    """List the people of the workspace, the longest there first."""
    after = cursors.open(paging.cursor, tenant=tenant, listing="members")
    rows = await MemberRepository(session, tenant).page(after=after, limit=paging.limit + 1)
    shown, cursor = cursors.page(rows, paging, tenant=tenant, listing="members")
    return Page(items=[PersonView.of(row) for row in shown], next_cursor=cursor)


@router.patch("/members/{member_id}", responses=problems(Forbidden, NotFound, Conflict))
@allow("admin")
async def change_member(
    *,
    member_id: Id,
    body: MemberChanges,
    caller: Caller,
    work: Work,
    authentication: Authentication,
) -> PersonView:
    """Give a member another role; it holds at once."""
    repository = MemberRepository(await work.session(), caller.tenant)
    row = await change_role(repository, caller, member_id, body.role)
    work.after_commit(lambda: authentication.forget_member(member_id))
    return PersonView.of(row)


@router.delete(
    "/members/{member_id}", status_code=204, responses=problems(Forbidden, NotFound, Conflict)
)
@allow("admin")
async def delete_member(
    *, member_id: Id, caller: Caller, work: Work, authentication: Authentication
) -> None:
    """Remove a member; their sessions end. API keys they made stay: revoke those you distrust."""
    await remove_member(MemberRepository(await work.session(), caller.tenant), caller, member_id)
    work.after_commit(lambda: authentication.forget_member(member_id))


@router.post(
    "/members/{member_id}/password-links",
    status_code=201,
    responses=problems(Forbidden, NotFound),
)
@allow("admin")
async def offer_password(*, member_id: Id, caller: Caller, session: Session) -> NewInvitationView:
    """Make a link with which a member sets a password anew. Open `/join#` with its token."""
    member = await MemberRepository(session, caller.tenant).get(member_id)
    require_all(caller, member.scopes)
    row, token = await offer_new_password(
        session, caller.tenant, member, invited_by=await _name_of(session, caller)
    )
    return NewInvitationView.made(row, token)


@router.get("/invitations", responses=problems(Forbidden))
@allow("admin")
async def list_invitations(tenant: Tenant, session: Session) -> Page[InvitationView]:
    """List the links that nobody has used yet, newest first."""
    rows = await MemberRepository(session, tenant).invitations(now())
    return Page(items=[InvitationView.of(row) for row in rows])


@router.post("/invitations", status_code=201, responses=problems(Forbidden, Conflict))
@allow("admin")
async def invite_member(
    *, body: InvitationRequest, caller: Caller, session: Session
) -> NewInvitationView:
    """Invite somebody. The answer has the token of the link, once: `/join#` and the token.

    No mail is sent; hand the link on. An earlier link for the same address is good no more.
    """
    require_all(caller, SCOPES_OF[body.role])
    row, token = await invite(
        session,
        caller.tenant,
        email=body.email,
        scopes=SCOPES_OF[body.role],
        invited_by=await _name_of(session, caller),
    )
    return NewInvitationView.made(row, token)


@router.delete(
    "/invitations/{invitation_id}", status_code=204, responses=problems(Forbidden, NotFound)
)
@allow("admin")
async def withdraw_invitation(*, invitation_id: Id, tenant: Tenant, session: Session) -> None:
    """Withdraw an invitation; its link is good no more."""
    if not await MemberRepository(session, tenant).withdraw(invitation_id):
        raise NotFound("There is no such invitation.", code="unknown_invitation")


async def _name_of(session: Session, caller: CallerIdentity) -> str:
    return await IdentityRepository(session, caller.tenant).name_of(
        member_id=caller.member_id, key_id=caller.id
    )
