"""Places ordered runs on the bus, and listens to them from before they begin."""

import contextlib
from collections.abc import AsyncGenerator

import msgspec

from skep_contracts import subjects
from skep_contracts.commands.run import StartRun
from skep_contracts.ids import TenantId
from skep_contracts.problems import FieldError, NotFound, TooLarge
from skep_gateway.live.announcement import announce, find_announcement
from skep_gateway.live.run_stream import RunStream, StreamItem
from skep_gateway.runs.views import accepted
from skep_gateway.runs.wait_for_run import read_run
from skep_runtime.bus import Bus


class RunOrder(msgspec.Struct, frozen=True):
    """A checked command. `is_repeat`: a request with the same idempotency key came before."""

    tenant: TenantId
    command: StartRun
    is_repeat: bool


class RunOrders:
    """Orders runs; the same run id ordered twice is one run."""

    def __init__(self, bus: Bus) -> None:
        """Order over `bus`."""
        self._bus = bus

    async def place(self, order: RunOrder) -> None:
        """Publish the command, unless a repeated request finds that its run exists already.

        Raises:
            TooLarge: The inputs do not fit into a message.
            Unavailable: The order could not be stored.
        """
        run_id = order.command.run_id
        if order.is_repeat and await self.is_known(order.tenant, run_id):
            return
        try:
            await self._bus.publish(
                order.command, tenant=order.tenant, message_id=run_id, correlation=run_id
            )
        except TooLarge as error:
            raise TooLarge(
                "The inputs are too large for a run, which carries about 250 kB. Upload large "
                "texts as files and send those.",
                errors=[FieldError(pointer="/inputs", message="too large")],
            ) from error
        details = msgspec.to_builtins(accepted(order.command))
        announce(self._bus, tenant=order.tenant, run_id=run_id, details=details)

    async def follow(self, order: RunOrder) -> AsyncGenerator[StreamItem, None]:
        """Place the order and yield what happens in the run; who listens first misses nothing."""
        run_id = order.command.run_id
        stream = RunStream(self._bus, tenant=order.tenant, run_id=run_id)
        if order.is_repeat:
            await self.place(order)
            async with contextlib.aclosing(stream.follow()) as items:
                async for item in items:
                    yield item
            return
        pattern = subjects.live_of_run(order.tenant, run_id)
        async with self._bus.subscribe(pattern, mark_gaps=True) as heard:
            await self.place(order)
            async with contextlib.aclosing(stream.follow_new(heard)) as items:
                async for item in items:
                    yield item

    async def is_known(self, tenant: str, run_id: str) -> bool:
        """Tell whether the tenant has a run of that id, begun or waiting."""
        if await find_announcement(self._bus, tenant=tenant, run_id=run_id):
            return True
        try:
            await read_run(self._bus, tenant=tenant, run_id=run_id)
        except NotFound:
            return False
        return True
