"""Runs effectful nodes as tasks: when the log allows it, so many at a time, and only so long."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import msgspec

from skep_contracts.plugins.nodes import NodeResult
from skep_contracts.problems import Problem, Retry
from skep_orchestrator.engine.compile import PlanNode
from skep_orchestrator.nodes.effects import EffectContext
from skep_orchestrator.nodes.results import accept
from skep_runtime import telemetry

_tracer = telemetry.tracer(__name__)

Outcome: TypeAlias = NodeResult | Problem | BaseException
"""What an attempt gave; an error is still to be judged."""


class AttemptSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of attempts that documents do not set."""

    timeout_s: float = 600.0
    """For a node that has no timeout of its own."""
    max_parallel: int = 100
    """Effectful nodes of one run that are in progress at a time."""


class Attempt:
    """One attempt. Once it `is_over`, whatever its task still gives is ignored."""

    __slots__ = ("context", "is_over", "node", "started_s", "task", "timer")

    def __init__(self, node: PlanNode, context: EffectContext, started_s: float) -> None:
        self.node = node
        self.context = context
        self.started_s = started_s
        self.is_over = False
        self.task: asyncio.Task[None] | None = None
        self.timer: asyncio.TimerHandle | None = None

    def end(self) -> None:
        """Close the ways out. Safe to repeat."""
        self.is_over = True
        self.context.close()
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def abandon(self) -> None:
        """End it and cancel its task, without waiting for a plugin that does not obey."""
        self.end()
        if self.task is not None and not self.task.done():
            self.task.cancel()


class Attempts:
    """The attempts of one run. Nothing here waits but the tasks themselves."""

    __slots__ = (
        "_conclude",
        "_loop",
        "_new_context",
        "_queue",
        "_runners",
        "_running",
        "_settings",
        "_tasks",
    )

    def __init__(
        self,
        new_context: Callable[[PlanNode], EffectContext],
        runners: Sequence[Any],
        *,
        tasks: asyncio.TaskGroup,
        settings: AttemptSettings,
        conclude: Callable[[Attempt, Outcome], None],
    ) -> None:
        """Start nothing yet. `conclude` is told of each attempt's outcome, once, unless dropped."""
        self._new_context = new_context
        self._runners = runners
        self._tasks = tasks
        self._settings = settings
        self._conclude = conclude
        self._loop = asyncio.get_running_loop()
        self._running: dict[int, Attempt] = {}
        self._queue: deque[tuple[int, PlanNode]] = deque()

    def queue(self, node: PlanNode, barrier: int) -> None:
        """Have a node run once the log has the event numbered `barrier`."""
        self._queue.append((barrier, node))

    def start(self, acknowledged: int) -> None:
        """Start what may start now that the log has the events up to `acknowledged`."""
        queue, most = self._queue, self._settings.max_parallel
        while queue and queue[0][0] <= acknowledged and len(self._running) < most:
            _, node = queue.popleft()
            attempt = Attempt(node, self._new_context(node), self._loop.time())
            self._running[node.index] = attempt
            timeout_s = node.timeout_s or self._settings.timeout_s
            attempt.timer = self._loop.call_later(timeout_s, self._time_out, attempt, timeout_s)
            attempt.task = self._tasks.create_task(self._carry_out(attempt))

    def drop(self) -> None:
        """Cancel everything and conclude nothing."""
        for attempt in self._running.values():
            attempt.abandon()
        self._running.clear()
        self._queue.clear()

    async def _carry_out(self, attempt: Attempt) -> None:
        node = attempt.node
        outcome: Outcome
        try:
            runner = self._runners[node.index]
            with _tracer.start_as_current_span("run_node", attributes=_attributes(attempt)):
                try:
                    result = await runner.run(attempt.context, node.settings)
                finally:
                    await attempt.context.close_streams()
            outcome = accept(result, node)
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:  # noqa: BLE001 - a plugin must not end the worker
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                return
            outcome = error
        self._end(attempt, outcome)

    def _time_out(self, attempt: Attempt, timeout_s: float) -> None:
        if attempt.is_over:
            return
        if attempt.task is not None:
            attempt.task.cancel()
        problem = Problem(
            code="node_timed_out",
            title="A node took too long",
            status=504,
            detail=f"The node `{attempt.node.id}` did not end within {timeout_s:g} s (timeout_s).",
            retry=Retry.LATER,
        )
        self._end(attempt, problem)

    def _end(self, attempt: Attempt, outcome: Outcome) -> None:
        if attempt.is_over:
            return
        attempt.end()
        del self._running[attempt.node.index]
        self._conclude(attempt, outcome)


def _attributes(attempt: Attempt) -> dict[str, str | int]:
    return {
        "skep.node": attempt.node.id,
        "skep.node_type": attempt.node.type,
        "skep.attempt": attempt.context.attempt,
    }
