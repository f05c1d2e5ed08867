"""Follows a run for a client that wants its result, and nothing in between."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final

from starlette.requests import ClientDisconnect, Request

from skep_contracts.calls.run import GetRun, GetRunReply, RunStatus
from skep_contracts.run_log import (
    NodeFailed,
    NodeRetrying,
    NodeStep,
    NodeSucceeded,
    NodeWaiting,
    RunCancelled,
    RunEvent,
    RunFailed,
    RunPaused,
    RunStarted,
    RunSucceeded,
)
from skep_contracts.values import BLOB_KEY
from skep_gateway.live.run_stream import StreamItem
from skep_gateway.runs.views import AcceptedRun, RunDetail, RunResult
from skep_runtime.bus import Bus

_CALL_S: Final = 10.0


class ResultCollector:
    """Folds the events of one run into its result."""

    def __init__(self, run: AcceptedRun) -> None:
        """Begin with a run that no worker has begun."""
        self._run = run
        self._started: RunStarted | None = None
        self._end: RunSucceeded | RunFailed | RunCancelled | RunPaused | None = None
        self._input_tokens = 0
        self._output_tokens = 0
        self._cost_usd: float | None = None

    async def collect(self, items: AsyncIterator[StreamItem | None]) -> None:
        """Read to the end of the run, or to where it waits for somebody."""
        async for item in items:
            if item is not None and item.event is not None:
                self.take(item.event)
                if self.has_ended:
                    return

    def take(self, event: RunEvent) -> None:
        """Take one event."""
        match event:
            case RunStarted():
                self._started = event
            case NodeSucceeded() | NodeFailed() | NodeRetrying() | NodeWaiting() | NodeStep():
                for call in event.calls:
                    self._input_tokens += call.usage.input_tokens
                    self._output_tokens += call.usage.output_tokens
                    if call.cost_usd is not None:
                        self._cost_usd = (self._cost_usd or 0.0) + call.cost_usd
            case RunSucceeded() | RunFailed() | RunCancelled() | RunPaused():
                self._end = event
            case _:
                pass

    @property
    def has_ended(self) -> bool:
        """Whether the run is over, or waits for somebody."""
        return self._end is not None

    @property
    def needs_detail(self) -> bool:
        """Whether part of the result is too large for the log, and stored elsewhere."""
        match self._end:
            case RunSucceeded(outputs=outputs, answer_blob=blob):
                return (
                    blob is not None
                    or BLOB_KEY in outputs
                    or any(map(_is_stored, outputs.values()))
                )
            case RunPaused(waits=waits):
                return BLOB_KEY in waits or any(map(_is_stored, waits.values()))
        return False

    def result(self) -> RunResult:
        """Return what is known by now."""
        started, end = self._started, self._end
        ended_ms = None if isinstance(end, RunPaused) or end is None else end.at_ms
        return RunResult(
            id=self._run.id,
            app_id=self._run.app_id,
            version=self._run.version,
            status=self.status,
            started_at=_instant(started.at_ms) if started else None,
            ended_at=_instant(ended_ms) if ended_ms is not None else None,
            elapsed_s=None if end is None or isinstance(end, RunPaused) else end.elapsed_s,
            outputs=end.outputs if isinstance(end, RunSucceeded) else {},
            answer=end.answer if isinstance(end, RunSucceeded) else None,
            problem=end.problem if isinstance(end, RunFailed) else None,
            input_tokens=self._input_tokens,
            output_tokens=self._output_tokens,
            cost_usd=self._cost_usd,
            conversation_id=self._run.conversation_id,
            is_draft=started.is_draft if started else False,
            waits=end.waits if isinstance(end, RunPaused) else {},
        )

    @property
    def status(self) -> RunStatus:
        """What the run does, as far as is known."""
        match self._end:
            case RunSucceeded():
                return RunStatus.SUCCEEDED
            case RunFailed():
                return RunStatus.FAILED
            case RunCancelled():
                return RunStatus.CANCELLED
            case RunPaused():
                return RunStatus.PAUSED
        return RunStatus.RUNNING if self._started else RunStatus.QUEUED


def _is_stored(value: object) -> bool:
    return isinstance(value, dict) and BLOB_KEY in value


def _instant(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)


@contextlib.asynccontextmanager
async def while_wanted(request: Request, deadline: asyncio.Timeout) -> AsyncIterator[None]:
    """Bring `deadline` forward when the client goes away.

    Raises:
        ClientDisconnect: It went.
    """
    loop = asyncio.get_running_loop()
    is_gone = False

    async def watch() -> None:
        nonlocal is_gone
        while (await request.receive())["type"] != "http.disconnect":
            pass
        is_gone = True
        deadline.reschedule(loop.time())

    watching = loop.create_task(watch())  # ends with this context
    try:
        async with deadline:
            yield
    except TimeoutError:
        if is_gone:
            raise ClientDisconnect from None
        raise
    finally:
        watching.cancel()
        await asyncio.wait({watching})


async def read_run(bus: Bus, *, tenant: str, run_id: str) -> RunDetail:
    """Return a run as its log tells it.

    Raises:
        NotFound: No worker has begun a run of that id for the tenant.
    """
    reply = await bus.call(
        GetRun(run_id=run_id), tenant=tenant, reply=GetRunReply, timeout_s=_CALL_S
    )
    summary = reply.summary
    return RunDetail(
        id=summary.id,
        app_id=summary.app_id,
        version=summary.version,
        status=summary.status,
        started_at=summary.started_at,
        ended_at=summary.ended_at,
        elapsed_s=summary.elapsed_s,
        outputs=reply.outputs,
        answer=reply.answer,
        problem=summary.problem,
        input_tokens=summary.input_tokens,
        output_tokens=summary.output_tokens,
        cost_usd=summary.cost_usd,
        conversation_id=summary.conversation_id,
        is_draft=summary.is_draft,
        inputs=reply.inputs,
        nodes=reply.nodes,
        nodes_done=summary.nodes_done,
        repeated_effects=summary.repeated_effects,
        via=summary.via,
        end_user=summary.end_user,
        last_event=reply.last_event,
        query=reply.query,
        waits=reply.waits,
        reused_effects=reply.reused_effects,
        origin_run_id=reply.origin_run_id,
        parent_run_id=reply.parent_run_id,
    )
