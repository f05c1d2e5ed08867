"""A repeated write meets the answer of the first (draft-ietf-httpapi-idempotency-key-header).

The answer is stored in the transaction that made it true, so a crash between the two cannot happen.
A request that failed had no effect; its key is free again.
"""

import asyncio
import base64
import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from skep_contracts.ids import new_ulid
from skep_contracts.problems import Conflict, FieldError, InvalidInput
from skep_gateway.idempotency.repository import IdempotencyRepository, drop_old_keys
from skep_gateway.idempotency.tables import IdempotencyRow
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.web.unit_of_work import UnitOfWork
from skep_runtime.clock import now
from skep_runtime.database import Database
from skep_runtime.vault import Vault

KEEP: Final = timedelta(hours=24)
_LOCK: Final = timedelta(seconds=60)
_WAIT_S: Final = 5.0
_POLL_S: Final = 0.05
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}\Z")
_KEPT_HEADERS: Final = ("content-type", "etag", "location")


class StoredAnswer(msgspec.Struct, frozen=True):
    """An answer as it is kept, sealed: some carry a secret that is shown once."""

    status: int
    headers: dict[str, str]
    body: bytes


class Seed(msgspec.Struct, frozen=True):
    """What repeats of one request have in common: a ULID to make identifiers from."""

    ulid: str
    key: str | None = None
    age_s: float = 0.0
    """Since the first request with the key came; 0 for that one."""
    is_repeat: bool = False
    remembered: bytes | None = None
    """What `IdempotentWrites.remember` was given, once the first request got so far."""


class IdempotentWrites:
    """Makes repeats of a write meet."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def answer(
        self,
        request: Request,
        work: UnitOfWork,
        handle: Callable[[Request], Awaitable[Response]],
    ) -> Response:
        """Answer a write that came with a key, from storage when it was answered before.

        Raises:
            InvalidInput: The key was used for another request.
            Conflict: The first request is still being answered.
        """
        caller: CallerIdentity | None = request.scope.get("skep.caller")
        if caller is None:
            return await handle(request)
        key = read_key(request)
        stored = await self._claim(caller, key, await _fingerprint(request))
        if stored is not None:
            return Response(
                stored.body,
                status_code=stored.status,
                headers={**stored.headers, "Idempotency-Replayed": "true"},
            )
        # Not at once: a database that takes one writer at a time is still held by `work`.
        work.after_rollback(lambda: self._release(caller, key))
        response = await handle(request)
        if isinstance(getattr(response, "body", None), bytes) and response.status_code < 300:
            await self._keep(work, caller, key, response)
        else:
            work.after_commit(lambda: self._release(caller, key))
        return response

    async def seed(self, request: Request, caller: CallerIdentity) -> Seed:
        """Return the same ULID for every repeat of a request; a fresh one without a key.

        For handlers marked ``idempotency="own"``: what they do with identifiers made from the seed
        must itself be safe to repeat, as publishing a command under its id is.

        Raises:
            InvalidInput: The key was used for another request.
        """
        if "idempotency-key" not in request.headers:
            return Seed(new_ulid())
        key = read_key(request)
        fingerprint = await _fingerprint(request)
        while True:
            async with self._database.session() as session:
                repository = IdempotencyRepository(session, caller)
                row = await repository.find(key)
                if row is not None:
                    _require_same(row.fingerprint, fingerprint)
                    return self._repeat(caller, key, row)
                ulid = new_ulid()
                try:
                    await repository.add(
                        key, fingerprint=fingerprint, seed=ulid, until=now(), at=now()
                    )
                except IntegrityError:
                    await session.rollback()
                    continue
            return Seed(ulid, key)

    def _repeat(self, caller: CallerIdentity, key: str, row: IdempotencyRow) -> Seed:
        kept = self._unseal(caller, key, row.answer) if row.answer is not None else None
        return Seed(
            row.seed,
            key,
            age_s=(now() - row.created_at).total_seconds(),
            is_repeat=True,
            remembered=kept.body if kept else None,
        )

    async def remember(self, caller: CallerIdentity, seed: Seed, content: bytes) -> None:
        """Let repeats know that the request took effect; `content` says what came of it."""
        if seed.key is not None:
            async with self._database.session() as session:
                await self._store(session, caller, seed.key, StoredAnswer(202, {}, content))

    async def withdraw(self, caller: CallerIdentity, seed: Seed) -> None:
        """Free the key of a request that was refused and had no effect."""
        if seed.key is not None and not seed.is_repeat:
            await self._release(caller, seed.key)

    async def _claim(
        self, caller: CallerIdentity, key: str, fingerprint: str
    ) -> StoredAnswer | None:
        deadline = asyncio.get_running_loop().time() + _WAIT_S
        while True:
            async with self._database.session() as session:
                repository = IdempotencyRepository(session, caller)
                row = await repository.find(key)
                at = now()
                if row is None:
                    try:
                        await repository.add(
                            key, fingerprint=fingerprint, seed=new_ulid(), until=at + _LOCK, at=at
                        )
                    except IntegrityError:
                        await session.rollback()
                        continue
                    return None
                _require_same(row.fingerprint, fingerprint)
                if row.status is not None and row.answer is not None:
                    return self._unseal(caller, key, row.answer)
                if row.locked_until <= at and await repository.take_over(
                    key, was_until=row.locked_until, until=at + _LOCK
                ):
                    return None
            if asyncio.get_running_loop().time() >= deadline:
                raise Conflict(
                    "The first request with this Idempotency-Key is still being answered.",
                    code="request_in_progress",
                    retry_after_s=1,
                )
            await asyncio.sleep(_POLL_S)

    async def _keep(
        self, work: UnitOfWork, caller: CallerIdentity, key: str, response: Response
    ) -> None:
        headers = {name: value for name in _KEPT_HEADERS if (value := response.headers.get(name))}
        answer = StoredAnswer(response.status_code, headers, bytes(response.body))
        await self._store(await work.session(), caller, key, answer)

    async def _store(
        self, session: AsyncSession, caller: CallerIdentity, key: str, answer: StoredAnswer
    ) -> None:
        sealed = self._vault.seal(msgspec.json.encode(answer), context=_context(caller, key))
        await IdempotencyRepository(session, caller).complete(
            key, status=answer.status, answer=sealed
        )

    def _unseal(self, caller: CallerIdentity, key: str, sealed: bytes) -> StoredAnswer:
        opened = self._vault.open(sealed, context=_context(caller, key))
        return msgspec.json.decode(opened, type=StoredAnswer)

    async def _release(self, caller: CallerIdentity, key: str) -> None:
        async with self._database.session() as session:
            await IdempotencyRepository(session, caller).release(key)

    async def drop_old(self, at: datetime) -> None:
        """Forget keys older than a day."""
        async with self._database.session() as session:
            await drop_old_keys(session, at - KEEP)


def read_key(request: Request) -> str:
    """Return the request's `Idempotency-Key`.

    Raises:
        InvalidInput: There are several, or it is not 1 to 255 visible ASCII characters.
    """
    keys = request.headers.getlist("idempotency-key")
    if len(keys) != 1 or not _KEY.match(keys[0]):
        raise InvalidInput(
            "Idempotency-Key takes 1 to 255 visible ASCII characters, once.",
            errors=[FieldError(pointer="", message="header Idempotency-Key")],
            code="bad_idempotency_key",
        )
    return keys[0]


def _require_same(kept: str, sent: str) -> None:
    if kept != sent:
        raise InvalidInput(
            "This Idempotency-Key was used for another request. Use a fresh key for each.",
            code="idempotency_key_reused",
        )


def _context(caller: CallerIdentity, key: str) -> str:
    hashed = base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()).decode()
    return f"idempotency.{caller.tenant}.{caller.member_id or caller.id}.{hashed}"


async def _fingerprint(request: Request) -> str:
    """Return a hash of what the request asks for.

    Of a form, the declared length stands for its bytes: those stream past and are not kept.
    """
    digest = hashlib.sha256()
    for part in (request.method, request.url.path, request.url.query):
        digest.update(part.encode() + b"\0")
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        digest.update(request.headers.get("content-length", "").encode())
    else:
        digest.update(await request.body())
    return digest.hexdigest()
