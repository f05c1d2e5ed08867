"""Waiting for something that happens elsewhere."""

import asyncio
from collections.abc import Callable


async def eventually(holds: Callable[[], object], *, within_s: float = 5.0) -> None:
    """Return as soon as `holds()` is true.

    Raises:
        TimeoutError: It was not, within the time.
    """
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 - what it waits for is not ours to signal
            await asyncio.sleep(0.01)
