"""Waits for the next item, but not for ever, and without losing it."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Generic, TypeVar

T = TypeVar("T")


class Paced(Generic[T]):
    """Reads an asynchronous generator with a time limit a read.

    A time limit around `anext` would cancel the generator itself; here the read goes on and its
    result is given out by a later call.
    """

    def __init__(self, source: AsyncGenerator[T, None]) -> None:
        """Read `source`."""
        self._source = source
        self._reading: asyncio.Task[T] | None = None

    async def next(self, quiet_s: float) -> T | None:
        """Return the next item, None when none came within `quiet_s`.

        Raises:
            StopAsyncIteration: The source has ended.
        """
        if self._reading is None:
            # Its lifetime is this object's: `close` ends it.
            self._reading = asyncio.get_running_loop().create_task(self._read())
        done, _ = await asyncio.wait({self._reading}, timeout=quiet_s)
        if not done:
            return None
        finished, self._reading = self._reading, None
        return finished.result()

    async def _read(self) -> T:
        return await anext(self._source)

    async def close(self) -> None:
        """End the read under way, and the source."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})
        await self._source.aclose()
