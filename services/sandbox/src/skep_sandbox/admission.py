"""Decides who may run now, who waits, and who is sent back."""

import asyncio
import math
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from skep_contracts.problems import RateLimited, Unavailable

_FIRST_GUESS_S: Final = 0.1
_WEIGHT: Final = 0.1
_LEAST_RETRY_S: Final = 0.5
_MOST_RETRY_S: Final = 30.0

_Queue = deque[asyncio.Future[None]]


class Admission:
    """A bounded number of places, and a bounded queue that serves tenants in turn.

    One tenant has at most its share of the places and of the queue, so that the others always find
    room. Not for several event loops.
    """

    def __init__(
        self, capacity: int, *, waiting: int, max_wait_s: float, tenant_share: float
    ) -> None:
        self.capacity = capacity
        self.running = 0
        self._most_waiting = waiting
        self._max_wait_s = max_wait_s
        self._places_each = max(1, math.ceil(capacity * tenant_share))
        self._waiting_each = max(1, math.ceil(waiting * tenant_share))
        self._running_of: Counter[str] = Counter()
        self._queues: dict[str, _Queue] = {}  # in the order of turns
        self._usual_s = _FIRST_GUESS_S

    @property
    def waiting(self) -> int:
        """Requests in the queue."""
        return sum(len(queue) for queue in self._queues.values())

    @asynccontextmanager
    async def place(self, tenant: str) -> AsyncIterator[None]:
        """Hold a place while inside; waits for one in turn.

        Raises:
            Unavailable: The queue is full, or the wait was too long; with the time to try again.
            RateLimited: The tenant's own part of the queue is full.
        """
        await self._enter(tenant)
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            yield
        finally:
            self._usual_s += _WEIGHT * (loop.time() - began - self._usual_s)
            self._leave(tenant)

    async def _enter(self, tenant: str) -> None:
        if self.running < self.capacity and self._may_run(tenant) and tenant not in self._queues:
            self._take(tenant)
            return
        if self.waiting >= self._most_waiting:
            raise Unavailable(
                "The sandbox has too much to do: every place is taken and its queue is full.",
                code="sandbox_busy",
                retry_after_s=self._retry_after_s(),
            )
        queue = self._queues.setdefault(tenant, deque())
        if len(queue) >= self._waiting_each:
            raise RateLimited(
                "Too much code of this tenant waits for the sandbox already.",
                retry_after_s=self._retry_after_s(),
            )
        await self._wait(tenant, queue)

    async def _wait(self, tenant: str, queue: _Queue) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            async with asyncio.timeout(self._max_wait_s):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._leave(tenant)  # the turn came at the very moment of giving up
            else:
                self._forget(tenant, turn)
            if isinstance(error, TimeoutError):
                raise Unavailable(
                    f"The sandbox had no free place for {self._max_wait_s:g} s.",
                    code="sandbox_busy",
                    retry_after_s=self._retry_after_s(),
                ) from None
            raise

    def _forget(self, tenant: str, turn: asyncio.Future[None]) -> None:
        queue = self._queues.get(tenant, deque())
        if turn in queue:
            queue.remove(turn)
        if not queue:
            self._queues.pop(tenant, None)

    def _may_run(self, tenant: str) -> bool:
        return self._running_of[tenant] < self._places_each

    def _take(self, tenant: str) -> None:
        self.running += 1
        self._running_of[tenant] += 1

    def _leave(self, tenant: str) -> None:
        self.running -= 1
        self._running_of[tenant] -= 1
        if not self._running_of[tenant]:
            del self._running_of[tenant]
        while self.running < self.capacity and self._admit_next():
            pass

    def _admit_next(self) -> bool:
        """Give a place to the next tenant in turn that may have one; it goes to the end."""
        for tenant in list(self._queues):
            if not self._may_run(tenant):
                continue
            queue = self._queues.pop(tenant)
            turn = queue.popleft()
            if queue:
                self._queues[tenant] = queue
            if turn.done():  # gave up, and is about to say so
                return True
            self._take(tenant)
            turn.set_result(None)
            return True
        return False

    def _retry_after_s(self) -> float:
        """Guess when the queue will have been served."""
        rounds = (self.waiting + 1) / self.capacity
        return round(min(max(self._usual_s * rounds, _LEAST_RETRY_S), _MOST_RETRY_S), 1)
