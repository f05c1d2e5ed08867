"""Joins what many message handlers want written into few transactions.

A handler hands over its item and waits; whatever has gathered meanwhile is written together. So the
disk is synced once for a batch, and a message is acknowledged only after its batch is durable.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class GroupCommit(Generic[T]):
    """Writes items in batches, one batch at a time, in the order they came."""

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[None]], *, most: int = 500) -> None:
        """Call `write` with at most `most` items; when it raises, all items of the batch failed."""
        self._write = write
        self._most = most
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._has_items = asyncio.Event()

    async def put(self, item: T) -> None:
        """Return once `item` is written; raise what the write raised."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, written))
        self._has_items.set()
        await written

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._has_items.wait()
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            if not self._waiting:
                self._has_items.clear()
            await self._write_batch(batch)

    async def _write_batch(self, batch: list[tuple[T, asyncio.Future[None]]]) -> None:
        try:
            await self._write([item for item, _ in batch])
        except asyncio.CancelledError:
            for _, written in batch:
                written.cancel()
            raise
        except Exception as error:  # noqa: BLE001  # each handler raises it, and the bus judges it
            for _, written in batch:
                if not written.done():
                    written.set_exception(error)
        else:
            for _, written in batch:
                if not written.done():
                    written.set_result(None)
