"""One transaction a request: opened when it is first needed, committed by the edge."""

import inspect
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession

from skep_runtime.database import Database

_log = logging.getLogger(__name__)
Action = Callable[[], Awaitable[None] | None]


class UnitOfWork:
    """The database work of one request. A request that touches no table opens no session."""

    def __init__(self, database: Database, *, writes: bool) -> None:
        """Prepare; `writes` opens a transaction that is committed, else a reading one."""
        self._database = database
        self._writes = writes
        self._opened: AbstractAsyncContextManager[AsyncSession] | None = None
        self._session: AsyncSession | None = None
        self._after_commit: list[Action] = []
        self._after_rollback: list[Action] = []

    async def session(self) -> AsyncSession:
        """Return the request's session, opened on first use."""
        if self._session is None:
            self._opened = self._database.session() if self._writes else self._database.reading()
            self._session = await self._opened.__aenter__()
        return self._session

    def after_commit(self, action: Action) -> None:
        """Do something once the transaction is durable; not at all when it fails."""
        self._after_commit.append(action)

    def after_rollback(self, action: Action) -> None:
        """Do something once the request has failed and its transaction is undone."""
        self._after_rollback.append(action)

    async def __aenter__(self) -> Self:
        """Begin; nothing is opened yet."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Commit, or roll back; then do what was to follow."""
        actions = self._after_commit if kind is None else self._after_rollback
        opened, self._opened, self._session = self._opened, None, None
        if opened is not None:
            try:
                await opened.__aexit__(kind, error, traceback)
            except BaseException:
                # What the request failed with, in the database's words, or a commit that failed.
                await _do(self._after_rollback)
                raise
        await _do(actions)


async def _do(actions: list[Action]) -> None:
    for action in actions:
        try:
            done = action()
            if inspect.isawaitable(done):
                await done
        except Exception:  # noqa: BLE001  # what is committed is true, whatever follows it
            _log.exception("what follows a request failed")
