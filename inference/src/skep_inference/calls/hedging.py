"""Two attempts side by side: whichever has a piece of an answer first gives it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Runner(Generic[T]):
    """One attempt, from its start until its first piece."""

    def __init__(self, pieces: AsyncGenerator[T, None]) -> None:
        """Begin at once."""
        self.pieces = pieces
        self.first = asyncio.get_running_loop().create_task(_first(pieces))

    @property
    def has_won(self) -> bool:
        """Whether it has a piece, or ended well without any."""
        return self.first.done() and not self.first.cancelled() and not self.first.exception()

    async def stop(self) -> None:
        """Break the attempt off, and wait until it has accounted for itself."""
        self.first.cancel()
        await asyncio.wait([self.first])
        if not self.first.cancelled():
            self.first.exception()  # it is on the record; nobody raises it
        await self.pieces.aclose()

    async def rest(self) -> AsyncGenerator[T, None]:
        """Yield all pieces, the first among them.

        Raises:
            Exception: What the attempt failed with.
        """
        try:
            for piece in self.first.result():
                yield piece
                async for later in self.pieces:
                    yield later
        finally:
            await self.pieces.aclose()


async def _first(pieces: AsyncGenerator[T, None]) -> list[T]:
    async for piece in pieces:
        return [piece]
    return []


async def race(
    begin: Callable[[], AsyncGenerator[T, None]],
    first: AsyncGenerator[T, None],
    *,
    hedge_s: float,
    may_hedge: Callable[[], bool],
) -> Runner[T]:
    """Return the attempt that has a piece first, or the last one that failed.

    Args:
        begin: Begins another attempt.
        first: The first one.
        hedge_s: How long it has the field for itself.
        may_hedge: Whether another may begin; asked once that time is over.
    """
    runners = [Runner(first)]
    try:
        await asyncio.wait([runners[0].first], timeout=hedge_s)
        if not runners[0].first.done() and may_hedge():
            runners.append(Runner(begin()))
        while True:
            winner = next((runner for runner in runners if runner.has_won), None)
            open_ = [runner.first for runner in runners if not runner.first.done()]
            if winner is not None or not open_:
                break
            await asyncio.wait(open_, return_when=asyncio.FIRST_COMPLETED)
    except BaseException:
        for runner in runners:
            await runner.stop()
        raise
    chosen = winner or runners[-1]
    for runner in runners:
        if runner is not chosen:
            await runner.stop()
    return chosen
