"""Time limits around the pieces of a stream.

`asyncio.timeout` around each piece would cost more than the piece. Here one timer per stream looks
now and then whether the piece that is waited for is late, and only then cancels the waiting task.
Time that the consumer takes for itself does not count.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Generic, Self, TypeVar

from skep_contracts.problems import ProviderTimedOut

T = TypeVar("T")


class Watched(Generic[T]):
    """Iterates a stream.

    Args:
        pieces: The stream.
        first_s: Limit for the first piece.
        idle_s: Limit for each later one.
        until: Moment of the loop's clock after which no piece is waited for.

    Raises:
        ProviderTimedOut: A piece is late.
    """

    def __init__(
        self, pieces: AsyncIterator[T], *, first_s: float, idle_s: float, until: float
    ) -> None:
        self._pieces = pieces
        self._limit_s = first_s
        self._idle_s = idle_s
        self._until = until
        self._loop = asyncio.get_running_loop()
        self._deadline = 0.0
        self._waiting: asyncio.Task[object] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._cancelling = 0
        self._is_late = False

    def __aiter__(self) -> Self:
        """Return itself."""
        return self

    async def __anext__(self) -> T:
        """Return the next piece."""
        self._deadline = min(self._loop.time() + self._limit_s, self._until)
        if self._timer is None or self._deadline < self._timer.when():
            self._set_timer()
        # Told its loop, it need not ask the system which process this is, which costs as much.
        self._waiting = asyncio.current_task(self._loop)
        try:
            piece = await anext(self._pieces)
        except asyncio.CancelledError as error:
            task = self._waiting
            if self._is_late and task is not None and task.uncancel() <= self._cancelling:
                raise self._problem() from error
            raise
        finally:
            self._waiting = None
        self._limit_s = self._idle_s
        return piece

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._deadline, self._look)

    def _look(self) -> None:
        self._timer = None
        task = self._waiting
        if task is None:
            return  # the consumer is busy; the next wait sets a new timer
        if self._loop.time() < self._deadline:
            self._set_timer()
            return
        self._is_late = True
        self._cancelling = task.cancelling()
        task.cancel()

    def _problem(self) -> ProviderTimedOut:
        if self._loop.time() >= self._until:
            return ProviderTimedOut("The model did not finish its answer in time.")
        return ProviderTimedOut(f"The model sent nothing for {self._limit_s:g} s.")

    async def close(self) -> None:
        """Stop watching, and close the stream."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        close = getattr(self._pieces, "aclose", None)
        if close is not None:
            await close()
