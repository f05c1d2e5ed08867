"""Making API keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from skep_contracts.ids import new_id
from skep_contracts.money.key_limits import KeyLimits
from skep_contracts.problems import Conflict, FieldError, Forbidden, InvalidInput
from skep_gateway.identity.repository import IdentityRepository
from skep_gateway.identity.tables import ApiKeyRow
from skep_gateway.identity.tokens import SHOWN_CHARACTERS, new_api_key, token_hash
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.web.scopes import Scope, effective
from skep_runtime.clock import now

MAX_KEYS: Final = 1000


async def create_key(
    repository: IdentityRepository,
    caller: CallerIdentity,
    *,
    name: str,
    scopes: Sequence[Scope],
    expires_at: datetime | None,
    limits: KeyLimits | None = None,
) -> tuple[ApiKeyRow, str]:
    """Make a key and return it with its secret, which nobody can read again.

    Raises:
        Forbidden: The caller lacks a scope that is asked for; nobody hands on more than theirs.
        InvalidInput: The key would have expired already.
        Conflict: The tenant has as many keys as it may.
    """
    beyond = sorted(effective(scopes) - caller.scopes)
    if beyond:
        raise Forbidden(
            f"Your credential cannot hand on what it does not have: {', '.join(beyond)}.",
            code="missing_scope",
        )
    check_may_limit(caller)
    if expires_at is not None and expires_at <= now():
        raise InvalidInput(
            "The key would have expired already.",
            errors=[FieldError(pointer="/expires_at", message="lies in the past")],
        )
    if await repository.count_keys() >= MAX_KEYS:
        raise Conflict(f"There are {MAX_KEYS} keys already. Revoke some first.", code="too_many")
    secret = new_api_key()
    row = ApiKeyRow(
        id=new_id("key"),
        tenant_id=caller.tenant,
        name=name,
        prefix=secret[:SHOWN_CHARACTERS],
        token_hash=token_hash(secret),
        scopes=sorted(set(scopes)),
        limits=kept(limits),
        created_at=now(),
        expires_at=expires_at,
    )
    await repository.add(row)
    return row, secret


def check_may_limit(caller: CallerIdentity) -> None:
    """Pass when a caller may say what other keys are held to.

    Raises:
        Forbidden: It is held to limits itself, which another key would get it out of.
    """
    if caller.limits is not None:
        raise Forbidden("A key with limits cannot make or change keys.", code="key_is_limited")


def kept(limits: KeyLimits | None) -> dict[str, Any] | None:
    """Return limits as the row has them: nothing when there are none."""
    found: dict[str, Any] = {} if limits is None else msgspec.to_builtins(limits)
    return found or None
