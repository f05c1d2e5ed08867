"""Places ordered runs on the bus, and listens to them from before they begin."""

import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final

import msgspec
from starlette.requests import Request

from skep_contracts import subjects
from skep_contracts.commands.run import StartRun
from skep_contracts.problems import (
    Defect,
    FieldError,
    NotFound,
    SkepError,
    TooLarge,
    Unavailable,
)
from skep_gateway.idempotency.replay import IdempotentWrites, Seed
from skep_gateway.live.announcement import announce, find_announcement
from skep_gateway.live.run_stream import RunStream, StreamItem
from skep_gateway.runs.views import AcceptedRun, RunDetail, accepted
from skep_gateway.runs.wait_for_run import read_run
from skep_gateway.web.caller import CallerIdentity
from skep_runtime.bus import Bus

_LOG: Final = logging.getLogger(__name__)
_CERTAIN_S: Final = 60.0
"""So long after the first request with a key the stream itself drops a second order: it remembers
for two minutes, and a request tries for at most half of one."""
_MAX_PENDING: Final = 4096
_encode: Final = msgspec.json.Encoder().encode
_remembered: Final = msgspec.json.Decoder(AcceptedRun)


class RunOrder(msgspec.Struct, frozen=True):
    """A checked command; None when an earlier request with the same key has placed it."""

    caller: CallerIdentity
    seed: Seed
    run: AcceptedRun
    command: StartRun | None

    @classmethod
    def new(cls, caller: CallerIdentity, seed: Seed, command: StartRun) -> "RunOrder":
        """Order what was not ordered before, as far as is known."""
        return cls(caller, seed, accepted(command), command)

    @classmethod
    def placed(cls, caller: CallerIdentity, seed: Seed) -> "RunOrder | None":
        """Return the order of an earlier request, if that got so far."""
        if seed.remembered is None:
            return None
        return cls(caller, seed, _remembered.decode(seed.remembered), None)


async def order_once(
    writes: IdempotentWrites,
    request: Request,
    caller: CallerIdentity,
    command: Callable[[Seed], Awaitable[StartRun]],
) -> RunOrder:
    """Return the order that a request asks for; `command` checks it and makes the command.

    A repeat of a request that was carried out is not checked again: what holds is what was.
    """
    seed = await writes.seed(request, caller)
    placed = RunOrder.placed(caller, seed)
    if placed is not None:
        return placed
    try:
        return RunOrder.new(caller, seed, await command(seed))
    except SkepError as error:
        if error.status < Defect.status:
            await writes.withdraw(caller, seed)
        raise


class RunOrders:
    """Orders runs; the same run id ordered twice is one run."""

    def __init__(self, bus: Bus, writes: IdempotentWrites) -> None:
        """Order over `bus`; repeats find in `writes` that it was done."""
        self._bus = bus
        self._writes = writes

    async def place(self, order: RunOrder) -> None:
        """Publish the command, unless an earlier request has done so.

        Raises:
            TooLarge: The inputs do not fit into a message.
            Unavailable: The order could not be stored.
        """
        if order.command is None:
            return
        tenant, run = order.caller.tenant, order.run
        is_doubtful = order.seed.is_repeat and order.seed.age_s > _CERTAIN_S
        if not (is_doubtful and await self.is_known(tenant, run.id)):
            await self._publish(order, order.command)
            announce(self._bus, tenant=tenant, run_id=run.id, details=msgspec.to_builtins(run))
        try:
            await self._writes.remember(order.caller, order.seed, _encode(run))
        except Unavailable:
            # The run is on its way; a repeat within a minute is dropped by the stream.
            _LOG.warning("order not remembered", extra={"run_id": run.id})

    async def _publish(self, order: RunOrder, command: StartRun) -> None:
        run_id = command.run_id
        try:
            await self._bus.publish(
                command, tenant=order.caller.tenant, message_id=run_id, correlation=run_id
            )
        except TooLarge as error:
            await self._writes.withdraw(order.caller, order.seed)
            is_query = len((command.query or "").encode()) > len(_encode(command.inputs))
            place = "query" if is_query else "inputs"
            raise TooLarge(
                "The inputs are too large for a run, which carries about 250 kB. Upload large "
                "texts as files and send those.",
                errors=[FieldError(pointer=f"/{place}", message="too large")],
            ) from error

    async def follow(self, order: RunOrder) -> AsyncGenerator[StreamItem | None, None]:
        """Place the order and yield None, then what happens in the run.

        Who listens first misses nothing.

        Raises:
            TooLarge: As `place`, like what follows; all before the first item.
            Unavailable: The order could not be stored.
        """
        tenant, run_id = order.caller.tenant, order.run.id
        stream = RunStream(self._bus, tenant=tenant, run_id=run_id, is_known=True)
        if order.seed.is_repeat:
            await self.place(order)
            yield None
        else:
            pattern = subjects.live_of_run(tenant, run_id)
            hearing = self._bus.subscribe(pattern, max_pending=_MAX_PENDING, mark_gaps=True)
            async with hearing as heard:
                await self.place(order)
                yield None
                async with contextlib.aclosing(stream.follow_new(heard)) as items:
                    async for item in items:
                        yield item
        async with contextlib.aclosing(stream.follow()) as items:
            async for item in items:
                yield item

    async def whole(self, order: RunOrder) -> RunDetail:
        """Return the ordered run with everything that is stored of it, once it has begun.

        Raises:
            Unavailable: No orchestrator answers.
        """
        return await read_run(self._bus, tenant=order.caller.tenant, run_id=order.run.id)

    async def is_known(self, tenant: str, run_id: str) -> bool:
        """Tell whether the tenant has a run of that id, begun or waiting."""
        if await find_announcement(self._bus, tenant=tenant, run_id=run_id):
            return True
        try:
            await read_run(self._bus, tenant=tenant, run_id=run_id)
        except NotFound:
            return False
        return True
