"""A called app's run for the client that waits: its progress where wanted, then its result."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request

from skep_contracts.commands.run import CancelRun
from skep_contracts.ids import RunId
from skep_contracts.problems import SkepError
from skep_contracts.run_log import NodeFailed, NodeRetrying, NodeStep, NodeSucceeded, RunEvent
from skep_gateway.mcp.app_tools import refused, tool_result
from skep_gateway.mcp.messages import Json, Rpc, result
from skep_gateway.runs.orders import RunOrder, RunOrders
from skep_gateway.runs.views import RunResult
from skep_gateway.runs.wait_for_run import ResultCollector, while_wanted
from skep_gateway.web.sse import sse_event
from skep_runtime.bus import Bus

_REASON: Final = "the MCP client that waited for it went away"


class CalledApps:
    """Carries out calls of tools."""

    def __init__(self, orders: RunOrders, bus: Bus, closing: asyncio.Event) -> None:
        """Place `orders`; while `closing`, clients that leave were sent away by us."""
        self._orders = orders
        self._bus = bus
        self._closing = closing

    async def whole(self, request: Request, order: RunOrder) -> Json:
        """Return the result of the run, however long it takes.

        Raises:
            ClientDisconnect: The client went away; the run is cancelled.
            SkepError: The run could not be ordered.
        """
        collector = ResultCollector(order.run)
        try:
            async with (
                while_wanted(request, asyncio.timeout(None)),
                contextlib.aclosing(self._orders.follow(order)) as items,
            ):
                await collector.collect(items)
        except ClientDisconnect:
            await self._cancel(order)
            raise
        return tool_result(await self._result(order, collector))

    async def stream(
        self, message: Rpc, order: RunOrder, *, is_envelope: bool
    ) -> AsyncGenerator[bytes, None]:
        """Yield nothing once the order is placed, then progress, then the result."""
        collector = ResultCollector(order.run)
        is_over = False
        done = 0
        try:
            async with contextlib.aclosing(self._orders.follow(order)) as items:
                await anext(items)
                yield b""
                async for item in items:
                    if item is None or item.event is None:
                        continue
                    collector.take(item.event)
                    text = _progress_of(item.event)
                    if text is not None:
                        done += 1
                        yield _message(_progress(message, done, text))
                    if collector.has_ended:
                        break
            told = await self._told(order, collector)
            is_over = True
            yield _message(result(message, told, is_envelope=is_envelope))
        finally:
            if not is_over and not self._closing.is_set():
                await self._cancel(order)

    async def _told(self, order: RunOrder, collector: ResultCollector) -> Json:
        try:
            return tool_result(await self._result(order, collector))
        except SkepError as error:
            return refused(error)

    async def _result(self, order: RunOrder, collector: ResultCollector) -> RunResult:
        if collector.needs_detail:
            return await self._orders.whole(order)
        return collector.result()

    async def _cancel(self, order: RunOrder) -> None:
        run_id = order.run.id
        with contextlib.suppress(SkepError):  # the run goes on then, and is seen in the list
            await self._bus.publish(
                CancelRun(run_id=RunId(run_id), reason=_REASON, by=order.caller.id),
                tenant=order.caller.tenant,
                message_id=f"{run_id}.cancel",
                correlation=run_id,
            )


def _progress_of(event: RunEvent) -> str | None:
    match event:
        case NodeSucceeded() | NodeStep():
            return event.node
        case NodeRetrying():
            return f"{event.node}: trying again"
        case NodeFailed():
            return f"{event.node}: failed"
        case _:
            return None


def _progress(message: Rpc, done: int, text: str) -> Json:
    params: dict[str, Any] = {
        "progressToken": message.progress_token,
        "progress": done,
        "message": text,
    }
    return {"jsonrpc": "2.0", "method": "notifications/progress", "params": params}


def _message(content: Json) -> bytes:
    return sse_event("message", content)
