"""Answers a request that orders a run: with its result, its events, or just its id."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from skep_contracts.calls.run import RunStatus
from skep_contracts.problems import Conflict, Forbidden, NotFound, TooLarge, Unavailable
from skep_gateway.live.encoding import encode_item
from skep_gateway.live.run_stream import StreamItem
from skep_gateway.runs.orders import RunOrder, RunOrders
from skep_gateway.runs.views import AcceptedRun, RunResult
from skep_gateway.runs.wait_for_run import ResultCollector, while_wanted
from skep_gateway.web.problems import problems
from skep_gateway.web.shapes import JsonResponse, answers, inline_schema
from skep_gateway.web.sse import Closing, EventStream

_LEAVE_S: Final = 1.0
"""Before a gateway that stops gives requests up, those who wait for a run hear which it is."""
EVENT_STREAM: Final[dict[str, Any]] = {
    "schema": {"type": "string"},
    "example": 'id: 1-0\nevent: run.started\ndata: {"run_id":"run_…","number":1}\n\n',
}
ORDER_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    **problems(Forbidden, NotFound, Conflict, TooLarge, Unavailable),
    200: {
        **answers(RunResult, "The run has ended, or waits for somebody; or its events"),
        "content": {
            "application/json": {"schema": inline_schema(RunResult)},
            "text/event-stream": EVENT_STREAM,
        },
    },
    202: answers(AcceptedRun, "The run goes on; ask for it or follow its events"),
}
"""What a route that orders a run answers with."""
Respond: TypeAlias = Literal["wait", "stream", "accepted"]
TimeoutSeconds: TypeAlias = Annotated[float, Field(gt=0, le=3600)]


class OrderAnswerer:
    """Places orders and answers those who sent them."""

    def __init__(self, orders: RunOrders, closing: Closing) -> None:
        """Place through `orders`; answers end when `closing` says so."""
        self._orders = orders
        self._closing = closing

    async def answer(
        self, order: RunOrder, request: Request, *, respond: Respond, timeout_s: float
    ) -> Response:
        """Place an order and answer as was asked for; `timeout_s` is how long to wait.

        Raises:
            TooLarge: The inputs do not fit into a message.
            Unavailable: The order could not be stored.
        """
        if respond == "accepted":
            await self._orders.place(order)
            return _accepted(order.run)
        items = self._orders.follow(order)
        await anext(items)  # what keeps the order from being placed is a problem, not a stream
        if respond == "stream":
            source = encoded(order.run.id, items)
            return EventStream(source, closing=self._closing, headers=_location(order.run.id))
        return await self._wait(order, request, items, timeout_s)

    async def _wait(
        self,
        order: RunOrder,
        request: Request,
        items: AsyncGenerator[StreamItem | None, None],
        timeout_s: float,
    ) -> Response:
        deadline = asyncio.timeout(timeout_s)
        collector = ResultCollector(order.run)
        try:
            async with while_wanted(request, deadline), contextlib.aclosing(items):
                self._closing.watch(deadline, lead_s=_LEAVE_S)
                await collector.collect(items)
        except TimeoutError:
            if not deadline.expired():
                raise
            return _accepted(order.run, collector.status)
        finally:
            self._closing.forget(deadline)
        if collector.needs_detail:
            return _result(await self._orders.whole(order))
        return _result(collector.result())


async def encoded(
    run_id: str, items: AsyncGenerator[StreamItem | None, None]
) -> AsyncGenerator[bytes, None]:
    """Yield what happens in a run as server-sent events."""
    async with contextlib.aclosing(items):
        async for item in items:
            if item is not None:
                yield encode_item(run_id, item)


def _result(result: RunResult) -> Response:
    return JsonResponse(result, headers=_location(result.id))


def _accepted(run: AcceptedRun, status: RunStatus = RunStatus.QUEUED) -> Response:
    view = msgspec.structs.replace(run, status=status)
    return JsonResponse(view, status_code=202, headers=_location(run.id))


def _location(run_id: str) -> dict[str, str]:
    return {"Location": f"/api/v1/runs/{run_id}"}
