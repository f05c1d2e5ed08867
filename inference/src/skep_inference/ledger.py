"""The ledger: a fact on the bus for every attempt at a model call, published in the background."""

import asyncio
import hashlib
import logging
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from skep_contracts.events.usage import UsageRecorded
from skep_contracts.ids import new_ulid
from skep_contracts.problems import Unavailable

if TYPE_CHECKING:
    from skep_runtime.bus import Bus

_LOG: Final = logging.getLogger(__name__)
BATCH: Final = 256
GATHER_S: Final = 0.02
"""How long records gather before they leave together."""
ROOM_S: Final = 30.0
CLOSE_S: Final = 10.0
_RETRY_S: Final = 1.0
Listener = Callable[[UsageRecorded, str], None]


def entry_id(key: str | None, attempt: int) -> str:
    """Return the id of an attempt's entry: the same for every repeat of it, when there is a key."""
    if key is None:
        return f"use_{new_ulid()}"
    digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return f"use_{digest}_{attempt}"


class Ledger:
    """Takes records without waiting, and publishes them in batches.

    No record is dropped while the process lives: when the bus is away for so long that `capacity`
    records wait, `room` holds up new calls.
    """

    def __init__(self, bus: "Bus", *, capacity: int) -> None:
        self._bus = bus
        self._capacity = capacity
        self._waiting: deque[tuple[UsageRecorded, str]] = deque()
        self._listeners: list[Listener] = []
        self._has_records = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._is_closing = asyncio.Event()

    def listen(self, listener: Listener) -> None:
        """Tell of every record that is made in this process, before it is published."""
        self._listeners.append(listener)

    @property
    def waiting(self) -> int:
        """Records that the bus does not have yet."""
        return len(self._waiting)

    async def room(self) -> None:
        """Wait until a call may begin.

        Raises:
            Unavailable: The bus takes no records, and too many wait already.
        """
        if self._has_room.is_set():
            return
        try:
            async with asyncio.timeout(ROOM_S):
                await self._has_room.wait()
        except TimeoutError:
            raise Unavailable(
                "Usage cannot be recorded at present, so no model is called. Is the bus up?",
                code="ledger_full",
            ) from None

    def record(self, entry: UsageRecorded, *, tenant: str) -> None:
        """Take a record. Never waits, never fails."""
        for listener in self._listeners:
            listener(entry, tenant)
        self._waiting.append((entry, tenant))
        self._has_records.set()
        if len(self._waiting) >= self._capacity:
            self._has_room.clear()

    async def run(self) -> None:
        """Publish until closed, then what is left."""
        while not self._is_closing.is_set() or self._waiting:
            await self._has_records.wait()
            if not self._is_closing.is_set():
                await asyncio.sleep(GATHER_S)
            await self._publish_waiting()

    async def _publish_waiting(self) -> None:
        while self._waiting:
            batch = [self._waiting[i] for i in range(min(len(self._waiting), BATCH))]
            try:
                await self._bus.publish_many(
                    [(entry, tenant, entry.entry_id) for entry, tenant in batch]
                )
            except Exception as error:  # noqa: BLE001  # the bus is away: nothing may get lost
                _LOG.warning(
                    "usage not recorded yet",
                    extra={"error": type(error).__name__, "waiting": len(self._waiting)},
                )
                await asyncio.sleep(_RETRY_S)
                continue
            # Records are taken off only now; repeats after a failure are dropped by their ids.
            for _ in batch:
                self._waiting.popleft()
            if len(self._waiting) < self._capacity:
                self._has_room.set()
        if not self._is_closing.is_set():
            self._has_records.clear()

    def close(self) -> None:
        """Let `run` publish what is left and end."""
        self._is_closing.set()
        self._has_records.set()
