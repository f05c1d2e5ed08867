"""Attempts that are under way, noted where they outlive the process that makes them.

Twice a second a process writes down what it has under way, with about what was used so far. What a
process leaves behind that stopped writing is recorded by another one as interrupted.
"""

import asyncio
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from skep_contracts.events.usage import UsageRecorded
from skep_contracts.ids import new_ulid
from skep_contracts.problems import Conflict, SkepError
from skep_contracts.topology import UNDER_WAY

if TYPE_CHECKING:
    from skep_runtime.bus import Bus, Entry

_LOG: Final = logging.getLogger(__name__)
WRITE_S: Final = 0.5
"""How often what is under way is written; an attempt that is shorter need not be seen."""
LOOK_S: Final = 5.0
"""How often a process looks for what others left behind."""
SILENT_S: Final = 20.0
"""Whoever writes nothing for so long, while the bus takes what is written, is gone."""
_PAGE: Final = 128
"""Attempts in one entry of the bucket, which bounds its values."""


class Noted(msgspec.Struct, frozen=True):
    """An attempt: whose it is, and the entry it has in the ledger should nobody end it."""

    tenant: str
    entry: UsageRecorded


class UnderWay(Protocol):
    """An attempt that was not ended yet."""

    def noted(self) -> Noted:
        """Return what is known of it by now."""
        ...


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(list[Noted]).decode


class Notes:
    """Keeps this process's notes, and settles those of processes that are gone."""

    def __init__(self, bus: "Bus") -> None:
        """Write and read on `bus` once `run`."""
        self._bus = bus
        self._process = new_ulid()
        self._attempts: dict[UnderWay, None] = {}
        self._pages = 0
        self._seen: dict[str, tuple[int, float]] = {}
        """By key of another process: the revision, and since when it is the newest."""

    def begin(self, attempt: UnderWay) -> None:
        """Note an attempt, with the next writing."""
        self._attempts[attempt] = None

    def end(self, attempt: UnderWay) -> None:
        """Forget an attempt: it is in the ledger."""
        self._attempts.pop(attempt, None)

    async def run(self) -> None:
        """Write what is under way, and look for what was left behind, until cancelled."""
        loop = asyncio.get_running_loop()
        look_at = loop.time() + LOOK_S
        while True:
            await asyncio.sleep(WRITE_S)
            try:
                await self.write()
                if loop.time() >= look_at:
                    look_at = loop.time() + LOOK_S
                    await self.look(loop.time())
            except (SkepError, TimeoutError) as error:
                # Nobody could write meanwhile, so nobody's silence means anything.
                self._seen.clear()
                code = error.exact_code if isinstance(error, SkepError) else "timed_out"
                _LOG.warning("calls under way not noted yet", extra={"code": code})

    async def write(self) -> None:
        """Write what is under way; nothing while there is nothing.

        Raises:
            Unavailable: The bus does not take it at present.
        """
        if not self._attempts and not self._pages:
            return
        bucket = self._bus.bucket(UNDER_WAY)
        pages = list(_pages([attempt.noted() for attempt in self._attempts]))
        before, self._pages = self._pages, max(self._pages, len(pages))
        for number, page in enumerate(pages):
            await bucket.put(self._key(number), _encode(page))
        for number in range(len(pages), before):
            await bucket.delete(self._key(number))
        self._pages = len(pages)

    def _key(self, page: int) -> str:
        return f"{self._process}.{page}"

    async def look(self, now_s: float) -> None:
        """Settle what others left behind, as far as they have been silent for long enough.

        Raises:
            Unavailable: The bus cannot be read or written at present.
        """
        bucket = self._bus.bucket(UNDER_WAY)
        theirs = [key for key in await bucket.keys() if not key.startswith(f"{self._process}.")]
        entries = [entry for key in theirs if (entry := await bucket.get(key)) is not None]
        before, self._seen = self._seen, {}
        for entry in entries:
            revision, since_s = before.get(entry.key, (0, now_s))
            if revision != entry.revision:
                since_s = now_s
            if now_s - since_s < SILENT_S:
                self._seen[entry.key] = entry.revision, since_s
            else:
                await self._settle(entry)

    async def _settle(self, left: "Entry") -> None:
        bucket = self._bus.bucket(UNDER_WAY)
        try:
            # Others see that it is no longer silent, and leave it to this process.
            await bucket.update(left.key, left.value, left.revision)
        except Conflict:
            return
        noted = _decode(left.value)
        # Should it have been recorded after all, or be settled again because this process is gone
        # too, its id is known to the ledger, which keeps the first.
        await self._bus.publish_many(
            [(each.entry, each.tenant, each.entry.entry_id) for each in noted]
        )
        await bucket.delete(left.key)
        _LOG.warning("calls of a process that is gone were recorded", extra={"calls": len(noted)})

    async def close(self) -> None:
        """Write for the last time; what is still under way then is for others to settle."""
        try:
            async with asyncio.timeout(WRITE_S * 10):
                await self.write()
        except (SkepError, TimeoutError):
            _LOG.warning("calls under way not noted at the end")


def _pages(noted: list[Noted]) -> Iterator[list[Noted]]:
    for start in range(0, len(noted), _PAGE):
        yield noted[start : start + _PAGE]
