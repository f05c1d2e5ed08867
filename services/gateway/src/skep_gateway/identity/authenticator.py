"""From a request's credential to its caller, cached for two seconds."""

import asyncio
import hmac
import time
from collections import OrderedDict
from datetime import datetime
from typing import Final, Literal, cast

import msgspec
from starlette.requests import Request

from skep_contracts.problems import Forbidden, Unauthenticated
from skep_gateway.identity.repository import Platform, TokenLookup
from skep_gateway.identity.tokens import SESSION_PREFIX, csrf_token, is_token, token_hash
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.web.scopes import Scope, effective
from skep_runtime.clock import now
from skep_runtime.database import Database

COOKIE: Final = "skep_session"
CSRF_HEADER: Final = "x-skep-csrf"
CACHE_TTL_S: Final = 2.0
"""How long another process may go on honouring a credential that was revoked here."""
_MAX_CACHED: Final = 10_000
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class _Cached(msgspec.Struct, frozen=True):
    caller: CallerIdentity
    until_s: float


class Authenticator:
    """Knows callers by the hash of their token. Safe to share between requests."""

    def __init__(self, database: Database, *, ttl_s: float = CACHE_TTL_S) -> None:
        self._database = database
        self._ttl_s = ttl_s
        self._cache: OrderedDict[bytes, _Cached] = OrderedDict()
        self._generation = 0
        self._looking: dict[tuple[int, bytes], asyncio.Task[CallerIdentity]] = {}
        self._used: dict[str, datetime] = {}

    async def authenticate(self, request: Request) -> CallerIdentity:
        """Return the caller.

        Raises:
            Unauthenticated: No credential, or one that is malformed, unknown, expired or revoked;
                the answer does not tell which of the last three.
            Forbidden: A cookie came without the header that shows the write is meant.
        """
        token, from_cookie = _credential(request)
        caller = await self._caller(token)
        if from_cookie and request.method not in _SAFE:
            sent = request.headers.get(CSRF_HEADER, "")
            if not hmac.compare_digest(sent.encode(), csrf_token(token).encode()):
                raise Forbidden(
                    "A change made with the session cookie needs the header X-Skep-CSRF with the "
                    "token that signing in gave.",
                    code="csrf",
                )
        return caller

    async def _caller(self, token: str) -> CallerIdentity:
        key = token_hash(token)
        cached = self._cache.get(key)
        if cached is not None and cached.until_s > time.monotonic():
            if cached.caller.kind == "key":
                self._used[cached.caller.id] = now()
            return cached.caller
        # All who ask at the same time are answered by one look into the database.
        looking = self._looking.get((self._generation, key))
        if looking is None:
            looking = self._begin_looking(key, is_session=token.startswith(SESSION_PREFIX))
        return await asyncio.shield(looking)

    def _begin_looking(self, key: bytes, *, is_session: bool) -> asyncio.Task[CallerIdentity]:
        asked = self._generation, key
        looking = asyncio.get_running_loop().create_task(self._learn(key, is_session=is_session))
        self._looking[asked] = looking
        looking.add_done_callback(lambda _: self._looking.pop(asked, None))
        return looking

    async def _learn(self, key: bytes, *, is_session: bool) -> CallerIdentity:
        generation = self._generation
        caller, until_s = await self._look_up(key, is_session=is_session)
        if generation == self._generation:
            # A revocation that happened meanwhile must not be undone by what was read before it.
            self._cache[key] = _Cached(caller, until_s)
            self._cache.move_to_end(key)
            while len(self._cache) > _MAX_CACHED:
                self._cache.popitem(last=False)
        return caller

    async def _look_up(self, key: bytes, *, is_session: bool) -> tuple[CallerIdentity, float]:
        at = now()
        async with self._database.reading() as session:
            lookup = TokenLookup(session)
            found = await (lookup.session(key, at) if is_session else lookup.api_key(key, at))
        if found is None:
            raise Unauthenticated("The credential is not valid: unknown, expired or revoked.")
        left_s = self._ttl_s
        if found.expires_at is not None:
            left_s = min(left_s, (found.expires_at - at).total_seconds())
        kind: Literal["key", "session"] = "session" if is_session else "key"
        if not is_session:
            self._used[found.id] = at
        caller = CallerIdentity(
            tenant=found.tenant,
            kind=kind,
            id=found.id,
            member_id=found.member_id,
            scopes=effective(cast("list[Scope]", found.scopes)),
            limits=found.limits,
        )
        return caller, time.monotonic() + left_s

    def forget(self, credential_id: str) -> None:
        """Stop honouring a key or session in this process at once; call after the commit."""
        self._generation += 1
        for key in [k for k, v in self._cache.items() if v.caller.id == credential_id]:
            del self._cache[key]

    def forget_member(self, member_id: str) -> None:
        """Look a member's sessions up anew in this process; call after the commit."""
        self._generation += 1
        for key in [k for k, v in self._cache.items() if v.caller.member_id == member_id]:
            del self._cache[key]

    async def write_usage(self) -> None:
        """Write down when keys were used last; called now and then, and at the end."""
        if not self._used:
            return
        used, self._used = self._used, {}
        async with self._database.session() as session:
            await Platform(session).mark_used(used)


def _credential(request: Request) -> tuple[str, bool]:
    """Return the token, and whether a cookie carried it."""
    headers = request.headers.getlist("authorization")
    if not headers:
        cookie = request.cookies.get(COOKIE)
        if cookie is None:
            raise Unauthenticated(
                "Send an API key: `Authorization: Bearer sk_…`. `skep keys create` makes one."
            )
        if not cookie.startswith(SESSION_PREFIX) or not is_token(cookie):
            raise Unauthenticated("The session cookie is malformed. Sign in again.")
        return cookie, True
    scheme, _, token = headers[0].partition(" ")
    token = token.strip()
    if len(headers) > 1 or scheme.lower() != "bearer" or not is_token(token):
        raise Unauthenticated(
            "The Authorization header must be one `Bearer sk_…` or `Bearer ses_…`."
        )
    return token, False


def presented_csrf_token(request: Request) -> str:
    """Return the CSRF token that belongs to the session the request came with."""
    token, _ = _credential(request)
    return csrf_token(token)
