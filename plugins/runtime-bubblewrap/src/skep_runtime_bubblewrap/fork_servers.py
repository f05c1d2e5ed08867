"""The fork-servers of a runtime: one for each outfit, started when it is first needed."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import msgspec

from skep_contracts.problems import Unavailable
from skep_runtime_bubblewrap.fork_server import ForkServer
from skep_runtime_bubblewrap.outfits import Outfit
from skep_runtime_bubblewrap.sandbox_order import Plan

_REAP_EVERY_S: Final = 0.05


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """How many there may be of what."""

    spares: int
    """Children that wait forked ahead in each fork-server."""
    servers: int
    """Fork-servers at the same time, the one that is kept for good included."""
    idle_s: float
    """After so long without a run a fork-server is stopped."""


class _Place:
    """Where the fork-server of one outfit is, while there is one."""

    def __init__(self) -> None:
        self.server: ForkServer | None = None
        self.starting = asyncio.Lock()
        self.users = 0
        self.idle_since = 0.0


class ForkServers:
    """Starts fork-servers, lends them out, stops those that nobody has asked for in a while."""

    def __init__(
        self, plan: Plan, kept: Outfit, *, numbers: Numbers, logger: logging.Logger
    ) -> None:
        """Keep the one of `kept` for good."""
        self._plan = plan
        self._kept = kept
        self._numbers = numbers
        self._logger = logger
        self._places: dict[Outfit, _Place] = {}
        self._ending: list[ForkServer] = []
        self._timer: asyncio.TimerHandle | None = None
        self._is_stopped = False

    @asynccontextmanager
    async def lend(self, outfit: Outfit) -> AsyncIterator[ForkServer]:
        """Lend a fork-server that runs; a new one when there is none, or the last has ended.

        Raises:
            Unavailable: It does not start, or as many as there may be are busy.
        """
        place = self._places.get(outfit)
        if place is None:
            self._make_room()
            place = self._places[outfit] = _Place()
        place.users += 1
        try:
            yield await self._running(outfit, place)
        finally:
            place.users -= 1
            place.idle_since = asyncio.get_running_loop().time()
            self._watch()

    async def stop(self) -> None:
        """Kill all of them and whatever runs in them; none is started afterwards."""
        self._is_stopped = True
        if self._timer is not None:
            self._timer.cancel()
        servers = [place.server for place in self._places.values() if place.server is not None]
        self._places.clear()
        ending, self._ending = self._ending, []
        for server in (*servers, *ending):
            await server.stop()

    async def _running(self, outfit: Outfit, place: _Place) -> ForkServer:
        if place.server is not None and place.server.is_alive:
            return place.server
        async with place.starting:
            if place.server is not None and place.server.is_alive:
                return place.server
            self._check()
            before, place.server = place.server, None
            if before is not None:
                await before.stop()
            server = ForkServer(
                self._plan, outfit, spares=self._numbers.spares, logger=self._logger
            )
            await server.start()
            place.server = server
            try:
                self._check()
            except Unavailable:
                await server.stop()
                raise
            return server

    def _check(self) -> None:
        if self._is_stopped:
            raise Unavailable("The sandbox runtime has been stopped.")

    def _make_room(self) -> None:
        """End the one that has been idle longest, when there are as many as there may be."""
        if len(self._places) < self._numbers.servers:
            return
        idle = [outfit for outfit, place in self._places.items() if self._may_end(outfit, place)]
        if not idle:
            raise Unavailable(
                f"The sandbox has {self._numbers.servers} languages and package environments in "
                "use, as many as it may. Try again, or raise its setting servers.",
                retry_after_s=1.0,
            )
        self._end(min(idle, key=lambda outfit: self._places[outfit].idle_since))

    def _may_end(self, outfit: Outfit, place: _Place) -> bool:
        return outfit != self._kept and place.users == 0

    def _end(self, outfit: Outfit) -> None:
        server = self._places.pop(outfit).server
        if server is not None:
            server.end()
            self._ending.append(server)
            self._watch()

    def _watch(self) -> None:
        """Look again when the next one may have been idle for long enough, or has ended."""
        if self._timer is not None or self._is_stopped:
            return
        loop = asyncio.get_running_loop()
        ends = [
            place.idle_since + self._numbers.idle_s
            for outfit, place in self._places.items()
            if self._may_end(outfit, place)
        ]
        if self._ending:
            ends.append(loop.time() + _REAP_EVERY_S)
        if ends:
            self._timer = loop.call_at(min(ends), self._look)

    def _look(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        self._ending = [server for server in self._ending if not server.has_ended]
        for outfit, place in list(self._places.items()):
            if self._may_end(outfit, place) and now >= place.idle_since + self._numbers.idle_s:
                self._end(outfit)
        self._watch()
