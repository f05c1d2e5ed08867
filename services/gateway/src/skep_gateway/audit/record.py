"""Writes down what requests change, in the transaction that changes it."""

from collections.abc import Callable, Coroutine
from typing import Any, Final, cast

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from skep_contracts.ids import TenantId, new_id
from skep_gateway.audit.repository import AuditRepository
from skep_gateway.audit.tables import AuditRow
from skep_gateway.identity.repository import IdentityRepository
from skep_gateway.identity.tables import MemberRow
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.web.unit_of_work import UnitOfWork
from skep_runtime.clock import now

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_MAX_CHARS: Final = 200
_MAX_ADDRESS_CHARS: Final = 64
_MOST_BYTES: Final = 256 * 1024
_FIRST_REFUSAL: Final = 400


class _Made(msgspec.Struct, frozen=True):
    """What an answer says of the thing it shows; nothing else of it is looked at."""

    id: str | None = None
    name: str | None = None


_made: Final = msgspec.json.Decoder(_Made)


class Recorder:
    """Answers for one route and keeps a record of each change."""

    def __init__(
        self, action: str, handle: Callable[[Request], Coroutine[Any, Any, Response]]
    ) -> None:
        """Wrap `handle`; `action` is what its records call it, such as ``apps.publish``."""
        self._action = action
        self._handle = handle

    async def answer(self, request: Request) -> Response:
        """Answer, and write the record into the request's transaction if something was changed."""
        response = await self._handle(request)
        if request.method in _SAFE or response.status_code >= _FIRST_REFUSAL:
            return response
        caller = cast("CallerIdentity", request.scope["skep.caller"])
        session = await cast("UnitOfWork", request.scope["skep.work"]).session()
        name = await IdentityRepository(session, caller.tenant).name_of(
            member_id=caller.member_id, key_id=caller.id
        )
        actor = _Actor(
            kind="member" if caller.member_id else caller.kind,
            id=caller.member_id or caller.id,
            name=name,
            address=request.client.host if request.client else "",
        )
        target = {**_shown_by(response), **request.path_params}
        await _note(
            AuditRepository(session, caller.tenant), caller.tenant, actor, (self._action, target)
        )
        return response


async def note_member(
    session: AsyncSession, member: MemberRow, *, action: str, address: str
) -> None:
    """Write down what a member does who had no credential to come with, such as signing in."""
    tenant = TenantId(member.tenant_id)
    actor = _Actor(kind="member", id=member.id, name=member.name, address=address)
    target = {"id": member.id, "name": member.email}
    await _note(AuditRepository(session, tenant), tenant, actor, (action, target))


class _Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who does something, what they are called today, and where they are."""

    kind: str
    id: str
    name: str
    address: str


async def _note(
    repository: AuditRepository, tenant: TenantId, actor: _Actor, act: tuple[str, dict[str, str]]
) -> None:
    action, target = act
    row = AuditRow(
        id=new_id("audit_record"),
        tenant_id=tenant,
        at=now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        action=action,
        target={key: str(value)[:_MAX_CHARS] for key, value in target.items()},
        address=actor.address[:_MAX_ADDRESS_CHARS],
    )
    await repository.add(row)


def _shown_by(response: Response) -> dict[str, str]:
    body = getattr(response, "body", None)
    if not isinstance(body, bytes) or not 0 < len(body) <= _MOST_BYTES:
        return {}
    try:
        made = _made.decode(body)
    except msgspec.DecodeError:
        return {}
    return {key: value for key in ("id", "name") if (value := getattr(made, key)) is not None}
