"""What members may do to each other."""

from collections.abc import Iterable, Mapping
from typing import cast

from skep_contracts.problems import Conflict, Forbidden
from skep_gateway.identity.tables import MemberRow
from skep_gateway.members.repository import MemberRepository
from skep_gateway.members.roles import SCOPES_OF, Role
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.web.scopes import Scope, effective


def require_all(caller: CallerIdentity, scopes: Iterable[str]) -> None:
    """Pass when a caller holds all that somebody else has or is to get.

    Raises:
        Forbidden: Something is beyond what they hold.
    """
    beyond = sorted(effective(cast("Iterable[Scope]", scopes)) - caller.scopes)
    if beyond:
        raise Forbidden(
            f"This needs what you do not have yourself: {', '.join(beyond)}.", code="missing_scope"
        )


async def change_role(
    repository: MemberRepository, caller: CallerIdentity, member_id: str, role: Role
) -> MemberRow:
    """Give a member another role.

    Raises:
        NotFound: There is no such member.
        Forbidden: They have, or would get, more than the caller.
        Conflict: Nobody would be left who administers.
    """
    await repository.lock()
    row = await repository.get(member_id)
    require_all(caller, row.scopes)
    require_all(caller, SCOPES_OF[role])
    _require_rulers({**await repository.scopes(), row.id: list(SCOPES_OF[role])})
    row.scopes = list(SCOPES_OF[role])
    return row


async def remove_member(
    repository: MemberRepository, caller: CallerIdentity, member_id: str
) -> None:
    """Remove a member; their sessions end.

    Raises:
        NotFound: There is no such member.
        Forbidden: They hold more than the caller.
        Conflict: Nobody would be left who administers.
    """
    await repository.lock()
    row = await repository.get(member_id)
    require_all(caller, row.scopes)
    left = await repository.scopes()
    del left[row.id]
    _require_rulers(left)
    await repository.remove(row)


def _require_rulers(scopes: Mapping[str, list[str]]) -> None:
    if not any("admin" in granted for granted in scopes.values()):
        raise Conflict(
            "Somebody must stay who administers. Make another member an administrator first.",
            code="last_administrator",
        )
