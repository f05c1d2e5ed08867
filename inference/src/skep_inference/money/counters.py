"""The counters of one bucket that this process holds something of, or has counted for."""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from skep_contracts.ids import new_ulid
from skep_contracts.problems import SkepError
from skep_contracts.topology import BucketSpec
from skep_inference.money.counter import Counter

if TYPE_CHECKING:
    from skep_runtime.bus import Bus

_LOG: Final = logging.getLogger(__name__)
FLUSH_S: Final = 0.5
"""How often what was spent is written."""


class Counters:
    """Makes counters when they are needed, writes them now and then, and drops idle ones.

    Args:
        bus: Holds the bucket.
        spec: The bucket.
    """

    def __init__(self, bus: "Bus", spec: BucketSpec) -> None:
        """Count nothing yet."""
        self._bus = bus
        self._spec = spec
        self._process = new_ulid()
        self._counters: dict[str, Counter] = {}

    def get(self, key: str, limit: Callable[[], int], *, forgives: bool = False) -> Counter:
        """Return the counter of a key; `limit` and `forgives` are those of a new one."""
        counter = self._counters.get(key)
        if counter is None:
            counter = self._counters[key] = Counter(
                self._bus.bucket(self._spec),
                key,
                process=self._process,
                limit=limit,
                forgives=forgives,
            )
        return counter

    def find(self, key: str) -> Counter | None:
        """Return the counter of a key, if there is one here."""
        return self._counters.get(key)

    async def run(self) -> None:
        """Write what was spent now and then, until cancelled."""
        while True:
            await asyncio.sleep(FLUSH_S)
            await self.flush()

    async def flush(self, *, is_end: bool = False) -> None:
        """Write what was spent; what cannot be written now is written later."""
        for key, counter in list(self._counters.items()):
            try:
                await (counter.close() if is_end else counter.flush())
            except (SkepError, TimeoutError) as error:
                code = error.exact_code if isinstance(error, SkepError) else "timed_out"
                _LOG.warning("spending not written yet", extra={"code": code})
                continue
            if counter.is_idle:
                self._counters.pop(key, None)

    async def close(self) -> None:
        """Write what is left, and give back what was taken ahead."""
        try:
            async with asyncio.timeout(FLUSH_S * 10):
                await self.flush(is_end=True)
        except TimeoutError:
            pass
        if self._counters:
            _LOG.warning("spending not written at the end", extra={"counters": len(self._counters)})
