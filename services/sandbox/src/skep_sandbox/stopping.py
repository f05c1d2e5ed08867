"""Knows what is in hand by its caller's key, so that it can be stopped before its time."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from skep_contracts.problems import Gone


class _InHand:
    def __init__(self) -> None:
        self.scope = asyncio.timeout(None)
        self.has_ended = asyncio.Event()


class Stoppable:
    """What is in hand, by tenant and key. A call that was repeated may be there twice."""

    def __init__(self) -> None:
        self._in_hand: defaultdict[tuple[str, str], list[_InHand]] = defaultdict(list)

    @asynccontextmanager
    async def known_as(self, tenant: str, key: str | None) -> AsyncIterator[None]:
        """Do something that can be stopped by its key.

        Raises:
            Gone: It was stopped.
        """
        if key is None:
            yield
            return
        one = _InHand()
        self._in_hand[tenant, key].append(one)
        try:
            async with one.scope:
                yield
        except TimeoutError:
            if not one.scope.expired():
                raise
            raise Gone("The code was stopped before its end.", code="code_stopped") from None
        finally:
            one.has_ended.set()
            self._in_hand[tenant, key].remove(one)
            if not self._in_hand[tenant, key]:
                del self._in_hand[tenant, key]

    async def stop(self, tenant: str, key: str) -> bool:
        """Stop everything of this key and wait for its end; tell whether there was anything."""
        found = list(self._in_hand.get((tenant, key), ()))
        for one in found:
            one.scope.reschedule(asyncio.get_running_loop().time())
        for one in found:
            await one.has_ended.wait()
        return bool(found)
