"""Containers made ahead of need. Each is given out once and never comes back."""

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict, deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from skep_contracts.problems import Unavailable
from skep_runtime_docker import containers
from skep_runtime_docker.containers import Container, Plan, Shape
from skep_runtime_docker.engine import Engine
from skep_runtime_docker.ownership import LABEL, stale

_MAKERS: Final = 4
_MAX_AGE_S: Final = 600.0
"""A spare that nobody wanted for so long is replaced; by itself it ends after half as much more."""
_TEND_S: Final = 60.0
_REMOVE_S: Final = 10.0
_AGAIN_S: Final = 0.2
_ENDED: Final = {"exited", "dead"}
"""The engine removes what has ended, unless it was away at that moment."""


class Pool:
    """Spares by shape, the shapes used last before others; a few threads make them."""

    def __init__(self, engine: Engine, plan: Plan, logger: logging.Logger) -> None:
        self._engine = engine
        self._plan = plan
        self._logger = logger
        self._threads = ThreadPoolExecutor(_MAKERS, thread_name_prefix="skep-containers")
        self._shelves: OrderedDict[Shape, deque[Future[Container]]] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None
        self._is_open = True

    async def open(self, shape: Shape) -> None:
        """Remove what ended services left, and begin to make spares of `shape`.

        Raises:
            Unavailable: The engine does not answer.
        """
        await asyncio.wrap_future(self._threads.submit(self._sweep))
        self._shelves[shape] = deque()
        self._refill(shape)
        self._timer = asyncio.get_running_loop().call_later(_TEND_S, self._tend)

    async def take(self, shape: Shape) -> Container:
        """Return a container that is ready, a spare where there is one.

        Raises:
            Unavailable: None could be made.
        """
        shelf = self._shelves.setdefault(shape, deque())
        self._shelves.move_to_end(shape)
        spare = shelf.popleft() if shelf else None
        self._refill(shape)
        container = None if spare is None else await self._spare(spare)
        if container is None:
            container = await self._wait_for(self._threads.submit(self._make, shape))
        return container

    async def _spare(self, spare: "Future[Container]") -> Container | None:
        """Return a spare; None when it could not be made, which may be long ago."""
        try:
            return await self._wait_for(spare)
        except Unavailable:
            return None

    async def _wait_for(self, making: "Future[Container]") -> Container:
        try:
            return await asyncio.wrap_future(making)
        except asyncio.CancelledError:
            self._drop(making)
            raise

    async def remove(self, container: Container) -> None:
        """End a container and everything in it, now."""
        container.hang_up()
        try:
            with contextlib.suppress(RuntimeError):  # closed meanwhile, and it goes with the rest
                await asyncio.wrap_future(
                    self._threads.submit(self._engine.remove, container.identity)
                )
        except Unavailable as error:
            # Without a connection it ends by itself; the next sweep takes what is left.
            self._logger.warning("container not removed", extra={"reason": error.detail})

    async def close(self) -> None:
        """Remove every container of this process; those that run, too."""
        self._is_open = False
        if self._timer is not None:
            self._timer.cancel()
        for shelf in self._shelves.values():
            for making in shelf:
                self._drop(making)
        self._shelves.clear()
        await asyncio.get_running_loop().run_in_executor(None, self._threads.shutdown)
        await asyncio.get_running_loop().run_in_executor(None, self._remove_own)

    def _refill(self, shape: Shape) -> None:
        """Have as many spares as are wanted, of shapes used last rather than long ago."""
        wanted = self._plan.settings.spares
        shelf = self._shelves[shape]
        while len(shelf) < wanted and self._is_open:
            shelf.append(self._threads.submit(self._make, shape))
        surplus = sum(len(each) for each in self._shelves.values()) - 2 * wanted
        for other in list(self._shelves):
            while surplus > 0 and other != shape and self._shelves[other]:
                self._drop(self._shelves[other].popleft())
                surplus -= 1
            if not self._shelves[other] and other != shape:
                del self._shelves[other]

    def _make(self, shape: Shape) -> Container:
        container = containers.make(self._engine, self._plan, shape)
        if not self._is_open:
            container.hang_up()
        return container

    def _drop(self, making: "Future[Container]") -> None:
        """Give up a spare, made or in the making."""
        if not making.cancel():
            making.add_done_callback(self._discard)

    def _discard(self, made: "Future[Container]") -> None:
        if not made.cancelled() and made.exception() is None:
            made.result().hang_up()  # which ends it, and the engine removes what has ended

    def _tend(self) -> None:
        """Replace old spares, and sweep, from time to time."""
        if not self._is_open:
            return
        oldest = time.monotonic() - _MAX_AGE_S
        for shape, shelf in list(self._shelves.items()):
            for making in list(shelf):
                failed = making.done() and making.exception() is not None
                if failed or (making.done() and making.result().made_at < oldest):
                    shelf.remove(making)
                    self._drop(making)
            self._refill(shape)
        self._threads.submit(self._sweep_if_possible)
        self._timer = asyncio.get_running_loop().call_later(_TEND_S, self._tend)

    def _sweep_if_possible(self) -> None:
        try:
            self._sweep()
        except Unavailable as error:
            self._logger.warning("containers not swept", extra={"reason": error.detail})

    def _sweep(self) -> None:
        """Remove what nobody can want any more, and what the engine should have removed."""
        found = self._engine.containers(LABEL)
        for identity in stale(found):
            if self._engine.remove(identity):
                about = {"container": identity[:12]}
                self._logger.warning("removed a stale container", extra=about)
        for each in found:
            if self._plan.owner.owns(each) and each["State"] in _ENDED:
                self._engine.remove(each["Id"])

    def _remove_own(self) -> None:
        """Remove what this process made; again while the engine is at it, for it may give up."""
        deadline = time.monotonic() + _REMOVE_S
        gone: set[str] = set()
        with contextlib.suppress(Unavailable):
            while own := self._own() - gone:
                if time.monotonic() > deadline:
                    self._logger.warning("containers left", extra={"containers": sorted(own)})
                    return
                for identity in own:
                    with contextlib.suppress(Unavailable):  # this one, or for now
                        if not self._engine.remove(identity):
                            gone.add(identity)
                time.sleep(_AGAIN_S)

    def _own(self) -> set[str]:
        listed = self._engine.containers(LABEL)
        return {each["Id"] for each in listed if self._plan.owner.owns(each)}
