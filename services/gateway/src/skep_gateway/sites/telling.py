"""A run as a visitor sees it: the answer as it grows, and its end."""

import contextlib
from collections.abc import AsyncGenerator
from typing import Any, Literal

from skep_contracts.calls.run import RunStatus
from skep_contracts.problems import SkepError
from skep_gateway.live.answer_text import Delta, Reset
from skep_gateway.live.run_stream import StreamItem
from skep_gateway.runs.orders import RunOrder, RunOrders
from skep_gateway.runs.views import RunResult
from skep_gateway.runs.wait_for_run import ResultCollector
from skep_gateway.sites.views import SiteRunView
from skep_gateway.web.sse import sse_event

Status = Literal["running", "succeeded", "failed", "cancelled", "waiting"]
_STATUSES: dict[RunStatus, Status] = {
    RunStatus.SUCCEEDED: "succeeded",
    RunStatus.FAILED: "failed",
    RunStatus.CANCELLED: "cancelled",
    RunStatus.PAUSED: "waiting",
}


async def told(orders: RunOrders, order: RunOrder) -> AsyncGenerator[bytes, None]:
    """Yield nothing once the order is placed, then events.

    ``run`` (id, conversation), ``text`` (offset, text), ``reset`` (offset), and last ``end`` with a
    `SiteRunView`. Of what happens inside, nothing is told.
    """
    collector = ResultCollector(order.run)
    async with contextlib.aclosing(orders.follow(order)) as items:
        await anext(items)
        yield b""
        run = order.run
        yield sse_event("run", {"id": run.id, "conversation_id": run.conversation_id})
        async for item in items:
            piece = _piece(item)
            if piece is not None:
                yield piece
            event = item.event if item is not None else None
            if event is not None:
                collector.take(event)
                if collector.has_ended:
                    yield sse_event("end", (await _end(orders, order, collector)).model_dump())
                    return


def _piece(item: StreamItem | None) -> bytes | None:
    change = item.change if item is not None else None
    if isinstance(change, Delta):
        return sse_event("text", {"offset": change.offset, "text": change.text})
    if isinstance(change, Reset):
        return sse_event("reset", {"offset": change.offset})
    return None


async def _end(orders: RunOrders, order: RunOrder, collector: ResultCollector) -> SiteRunView:
    result: RunResult = collector.result()
    if collector.needs_detail:
        with contextlib.suppress(SkepError):  # what is in the log is told then
            result = await orders.whole(order)
    return view_of(result)


def view_of(result: RunResult, *, form_url: str | None = None) -> SiteRunView:
    """Show a run to a visitor."""
    status = _STATUSES.get(result.status, "running")
    has_answer = bool(result.answer)
    outputs: dict[str, Any] = {} if has_answer or status != "succeeded" else result.outputs
    return SiteRunView(
        id=result.id,
        status=status,
        conversation_id=result.conversation_id,
        answer=result.answer,
        outputs=outputs,
        form_url=form_url,
    )
