"""One counter of one budget, shared by every process."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import msgspec

from skep_contracts.money.budgets import Spending
from skep_contracts.problems import Conflict

if TYPE_CHECKING:
    from skep_runtime.bus import KeyValue

LEASE_MS: Final = 60_000
"""How long a hold lasts that nobody renews."""
AHEAD: Final = 16
"""So many calls' worth are taken ahead at the most, and at the most a fiftieth of what is left."""
_AHEAD_SHARE: Final = 50
_ASK_AGAIN_S: Final = 0.1
_decode: Final = msgspec.json.Decoder(Spending).decode
_encode: Final = msgspec.json.Encoder().encode


class _Wanted(msgspec.Struct):
    units: int
    answer: asyncio.Future[bool]
    until_s: float


class Counter:
    """Gives out what is left. All sums are in units.

    Args:
        bucket: Where the entry is.
        key: Of the entry.
        process: Tells this process from others.
        limit: Returns what the limit is now.
        forgives: Whether what a process that died held is free again, not spent.
        now_ms: The time.
    """

    def __init__(
        self,
        bucket: "KeyValue",
        key: str,
        *,
        process: str,
        limit: Callable[[], int],
        forgives: bool = False,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        """Read nothing yet."""
        self._bucket = bucket
        self._key = key
        self._process = process
        self._limit = limit
        self._forgives = forgives
        self._now_ms = now_ms
        self._known = Spending()
        self._revision: int | None = None
        self._given = 0
        """Held by calls under way."""
        self._in_hand = 0
        """What the entry says this process holds; at least `_given`."""
        self._unwritten = 0
        """Spent since the entry was written."""
        self._waiting: deque[_Wanted] = deque()
        self._writing = asyncio.Lock()
        self._used_ahead = False
        self._read_at = 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way and all is written."""
        return not (self._given or self._unwritten or self._in_hand or self._waiting)

    async def learn(self) -> None:
        """Read the entry, unless this process has read or written it before.

        Raises:
            Unavailable: It cannot be read at present.
        """
        if self._revision is None:
            async with self._writing:
                if self._revision is None:
                    await self._read()

    def left(self) -> int:
        """Return what is left of the limit, as far as this process knows."""
        now_ms = self._now_ms()
        others = self._known.held(now_ms, but=self._process)
        return max(0, self._limit() - self._spent(now_ms) - others - self._given)

    async def reserve(self, units: int, *, patience_s: float) -> bool:
        """Hold so much; tell whether that was possible.

        Waits up to `patience_s` while what is left is held by others.

        Raises:
            Unavailable: The entry can be neither read nor written at present.
        """
        if not self._waiting and self._take_from_hand(units):
            return True
        loop = asyncio.get_running_loop()
        wanted = _Wanted(units, loop.create_future(), loop.time() + patience_s)
        self._waiting.append(wanted)
        try:
            while not wanted.answer.done():
                await self._write_safely(gives_back=False)
                if not wanted.answer.done():
                    # One asks for all; the others look up now and then, should it leave.
                    is_first = self._waiting[0] is wanted
                    pause_s = _ASK_AGAIN_S if is_first else _ASK_AGAIN_S * 10
                    await asyncio.wait([wanted.answer], timeout=pause_s)
        except BaseException:
            self._withdraw(wanted)
            raise
        return wanted.answer.result()

    def _withdraw(self, wanted: _Wanted) -> None:
        """Forget who does not wait any more; what was given meanwhile is given back."""
        if wanted in self._waiting:
            self._waiting.remove(wanted)
        elif wanted.answer.done() and not wanted.answer.cancelled() and wanted.answer.result():
            self.settle(wanted.units, 0)

    def _take_from_hand(self, units: int) -> bool:
        if self._given + units > self._in_hand:
            return False
        # What was spent meanwhile is still in hand: it is written before it is given up.
        self._given += units
        self._used_ahead = True
        return True

    def settle(self, held: int, spent: int) -> None:
        """Give back what was held, and count what was spent. Written soon; never waits."""
        self._given -= held
        # The entry still holds the sum; what was not spent of it can be given out again.
        self._in_hand = max(self._in_hand - spent, self._given)
        self._unwritten += spent

    async def flush(self) -> None:
        """Write what was spent, give back what is not needed, and renew what is.

        Raises:
            Unavailable: The entry can be neither read nor written at present.
        """
        await self._write_safely(gives_back=True)

    async def close(self) -> None:
        """Write what was spent, and hold nothing more than calls still under way need.

        Raises:
            Unavailable: The entry can be neither read nor written at present.
        """
        self._used_ahead = False
        await self._write_safely(gives_back=True)

    async def _write_safely(self, *, gives_back: bool) -> None:
        """Write in a task of its own: who asks for it may be cancelled, the writing must not be."""
        writing = asyncio.get_running_loop().create_task(self._write_in_turn(gives_back=gives_back))
        self._tasks.add(writing)
        writing.add_done_callback(self._tasks.discard)
        await asyncio.shield(writing)

    async def _write_in_turn(self, *, gives_back: bool) -> None:
        async with self._writing:
            if self._waiting or (gives_back and not self.is_idle):
                await self._write(gives_back=gives_back)

    async def _write(self, *, gives_back: bool) -> None:
        """Write the entry, with as much as fits of what is wanted; answer those who wanted it.

        With `gives_back`, what was taken ahead and not used is let go.
        """
        while True:
            if self._revision is None or self._is_outdated():
                await self._read()
            now_ms = self._now_ms()
            spent_now, unwritten = self._spent(now_ms), self._unwritten
            others = self._known.held(now_ms, but=self._process)
            granted, refused = self._choose(spent_now + others, is_waiting=others > 0)
            given = self._given + sum(wanted.units for wanted in granted)
            hold = given + self._ahead(granted, spent_now + others + given)
            if not gives_back:
                hold = max(hold, self._own(now_ms) - unwritten)
            else:
                self._used_ahead = False
            if not self._needs_writing(hold, unwritten, now_ms):
                self._answer(granted, refused)
                return
            holds = {
                process: held
                for process, held in self._known.holds.items()
                if process != self._process and held[1] > now_ms
            }
            if hold:
                holds[self._process] = (hold, now_ms + LEASE_MS)
            entry = Spending(spent=spent_now, holds=holds)
            # Until it is known what the entry holds, nothing is given out beyond what is.
            self._in_hand = self._given
            try:
                revision = await self._put(_encode(entry))
            except Conflict:
                self._revision = None
                continue
            except BaseException:
                # Whether it was written is not known; then what was spent may be counted twice, and
                # too little be given out, but never too much.
                self._revision = None
                raise
            self._known, self._revision = entry, revision
            self._unwritten -= unwritten
            # What was settled while the entry was written is unwritten still, and in hand.
            self._in_hand = hold - self._unwritten
            self._answer(granted, refused)
            return

    def _own(self, now_ms: int) -> int:
        """Return what the entry says that this process holds."""
        units, until_ms = self._known.holds.get(self._process, (0, 0))
        return units if until_ms > now_ms else 0

    def _spent(self, now_ms: int) -> int:
        lapsed = 0 if self._forgives else self._known.lapsed(now_ms, but=self._process)
        return self._known.spent + lapsed + self._unwritten

    def _choose(self, taken: int, *, is_waiting: bool) -> tuple[list[_Wanted], list[_Wanted]]:
        """Return who gets what they want, in order, and who cannot get it any more."""
        limit, now_s = self._limit(), asyncio.get_running_loop().time()
        taken += self._given
        granted, refused = [], []
        for wanted in self._waiting:
            if taken + wanted.units <= limit:
                taken += wanted.units
                granted.append(wanted)
                continue
            may_come_back = is_waiting or self._given > 0 or bool(granted)
            if not may_come_back or now_s >= wanted.until_s:
                refused.append(wanted)
        return granted, refused

    def _ahead(self, granted: list[_Wanted], taken: int) -> int:
        """Return how much to take beyond what is wanted, so that the next calls need not ask."""
        if not granted and not self._used_ahead:
            return 0
        most = max((wanted.units for wanted in granted), default=self._in_hand // AHEAD)
        return max(0, min(most * AHEAD, (self._limit() - taken) // _AHEAD_SHARE))

    def _needs_writing(self, hold: int, unwritten: int, now_ms: int) -> bool:
        known, until_ms = self._known.holds.get(self._process, (0, 0))
        is_old = bool(hold) and until_ms < now_ms + LEASE_MS * 2 // 3
        return bool(unwritten) or hold != known or is_old

    def _answer(self, granted: list[_Wanted], refused: list[_Wanted]) -> None:
        for wanted in granted:
            self._conclude(wanted, is_granted=True)
        for wanted in refused:
            self._conclude(wanted, is_granted=False)

    def _conclude(self, wanted: _Wanted, *, is_granted: bool) -> None:
        if wanted not in self._waiting:
            return  # left meanwhile; the hold is given back with the next writing
        self._waiting.remove(wanted)
        if is_granted:
            self._given += wanted.units
        if not wanted.answer.done():
            wanted.answer.set_result(is_granted)

    async def _put(self, value: bytes) -> int:
        if not self._revision:  # there is none, or none any more
            return await self._bucket.create(self._key, value)
        return await self._bucket.update(self._key, value, self._revision)

    def _is_outdated(self) -> bool:
        """Whether somebody waits for what others hold, and may have given back."""
        if not self._waiting or asyncio.get_running_loop().time() < self._read_at + _ASK_AGAIN_S:
            return False
        return any(process != self._process for process in self._known.holds)

    async def _read(self) -> None:
        self._read_at = asyncio.get_running_loop().time()
        entry = await self._bucket.get(self._key)
        if entry is None:
            self._known, self._revision = Spending(), 0
        else:
            self._known, self._revision = _decode(entry.value), entry.revision
