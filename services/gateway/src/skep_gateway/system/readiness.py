"""Whether work can be done: the database, the bus, and the services behind it."""

import asyncio
import time
from typing import Any, Final

import msgspec
from sqlalchemy import text

from skep_contracts.calls.code import DescribeSandbox, DescribeSandboxReply
from skep_contracts.calls.dataset import ListDatasets, ListDatasetsReply
from skep_contracts.calls.run import ListRuns, ListRunsReply
from skep_contracts.envelope import Call, Reply
from skep_contracts.problems import SkepError
from skep_contracts.subjects import PLATFORM
from skep_runtime.bus import Bus
from skep_runtime.database import Database

_ANSWER_S: Final = 1.0
_FRESH_S: Final = 0.25
_NEEDED: Final = frozenset({"database", "bus", "orchestrator"})
_CALLS: Final[dict[str, tuple[Call, type[Reply]]]] = {
    "orchestrator": (ListRuns(limit=1), ListRunsReply),
    "ingest": (ListDatasets(limit=1), ListDatasetsReply),
    "sandbox": (DescribeSandbox(), DescribeSandboxReply),
}


class Readiness(msgspec.Struct, frozen=True):
    """`parts`: ``ok`` or what is wrong, by name. Ready needs database, bus and orchestrator."""

    ready: bool
    parts: dict[str, str]


class ReadinessProbe:
    """Asks everything once in a while, however often it is asked."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bus = bus
        self._asking = asyncio.Lock()
        self._known: Readiness | None = None
        self._known_at_s = 0.0

    async def read(self) -> Readiness:
        """Return the state, at most a quarter of a second old."""
        async with self._asking:
            fresh = time.monotonic() - self._known_at_s < _FRESH_S
            if self._known is None or not fresh:
                self._known = await self._ask()
                self._known_at_s = time.monotonic()
            return self._known

    async def _ask(self) -> Readiness:
        parts: dict[str, Any] = {"database": self._ask_database()}
        if self._bus.is_connected:
            parts |= {name: self._ask_service(name) for name in _CALLS}
        async with asyncio.TaskGroup() as tasks:
            asked = {name: tasks.create_task(ask) for name, ask in parts.items()}
        found = {name: task.result() for name, task in asked.items()}
        found["bus"] = "ok" if self._bus.is_connected else "not connected"
        for name in _CALLS:
            found.setdefault(name, "cannot be asked without the bus")
        return Readiness(all(found[name] == "ok" for name in _NEEDED), found)

    async def _ask_database(self) -> str:
        try:
            async with asyncio.timeout(_ANSWER_S), self._database.reading() as session:
                await session.execute(text("SELECT 1"))
        except (SkepError, TimeoutError):
            return "does not answer"
        return "ok"

    async def _ask_service(self, name: str) -> str:
        call, reply = _CALLS[name]
        try:
            await self._bus.call(call, tenant=PLATFORM, reply=reply, timeout_s=_ANSWER_S)
        except SkepError as error:
            # An answer that is a refusal is an answer.
            return "ok" if error.status < 500 else "does not answer"
        return "ok"
