"""Runs effectful nodes as tasks: when the log allows it, so many at a time, and only so long."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import msgspec

from skep_contracts.plugins.nodes import NodeWait
from skep_contracts.problems import Problem, Retry
from skep_orchestrator.engine.frames import Doing
from skep_orchestrator.nodes.effects import EffectContext
from skep_orchestrator.nodes.outcomes import Outcome, Served
from skep_orchestrator.nodes.results import accept
from skep_runtime import telemetry

_tracer = telemetry.tracer(__name__)
_SOUND: Final = (NodeWait, Served, Problem)
"""Results that need no look at their values: they are looked at later, or were before."""


class AttemptSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of attempts that documents do not set."""

    timeout_s: float = 600.0
    """For a node that has no timeout of its own."""
    max_parallel: int = 100
    """Effectful nodes of one run that are in progress at a time."""


class ExecutionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of a run that its document does not set."""

    attempts: AttemptSettings = AttemptSettings()
    max_takeovers: int = 5
    """Workers a run may outlive without any node ending; then it is what ends them, and fails."""


class Alarm:
    """Rings once at a time that may be changed until then."""

    __slots__ = ("_due_ms", "_ring", "_timer")

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._timer: asyncio.TimerHandle | None = None
        self._due_ms = 0

    def set(self, due_ms: int, now_ms: int) -> None:
        """Ring at `due_ms`, at once when that has passed."""
        if self._timer is not None:
            if due_ms == self._due_ms:
                return
            self._timer.cancel()
        self._due_ms = due_ms
        delay_s = max(0, due_ms - now_ms) / 1000
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._rings)

    def stop(self) -> None:
        """Do not ring."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _rings(self) -> None:
        self._timer = None
        self._ring()


class Attempt:
    """One attempt. Once it `is_over`, whatever its task still gives is ignored."""

    __slots__ = ("context", "doing", "is_over", "place", "started_s", "task", "timer")

    def __init__(self, doing: Doing, context: EffectContext, started_s: float) -> None:
        self.doing = doing
        self.place = doing.place
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
        "_runner_of",
        "_running",
        "_settings",
        "_tasks",
    )

    def __init__(
        self,
        new_context: Callable[[Doing], EffectContext],
        runner_of: Callable[[Doing], Any],
        *,
        tasks: asyncio.TaskGroup,
        settings: AttemptSettings,
        conclude: Callable[[Attempt, Outcome], None],
    ) -> None:
        """Start nothing yet. `conclude` is told of each attempt's outcome, once, unless dropped."""
        self._new_context = new_context
        self._runner_of = runner_of
        self._tasks = tasks
        self._settings = settings
        self._conclude = conclude
        self._loop = asyncio.get_running_loop()
        self._running: dict[str, Attempt] = {}
        """By place."""
        self._queue: deque[tuple[int, Doing]] = deque()

    def queue(self, doing: Doing, barrier: int) -> None:
        """Have a node run once the log has the event numbered `barrier`."""
        self._queue.append((barrier, doing))

    def start(self, acknowledged: int) -> None:
        """Start what may start now that the log has the events up to `acknowledged`."""
        queue, most = self._queue, self._settings.max_parallel
        while queue and queue[0][0] <= acknowledged and len(self._running) < most:
            _, doing = queue.popleft()
            attempt = Attempt(doing, self._new_context(doing), self._loop.time())
            self._running[attempt.place] = attempt
            timeout_s = doing.node.timeout_s or self._settings.timeout_s
            attempt.timer = self._loop.call_later(timeout_s, self._time_out, attempt, timeout_s)
            attempt.task = self._tasks.create_task(self._carry_out(attempt))

    def drop(self) -> None:
        """Cancel everything and conclude nothing."""
        for attempt in self._running.values():
            attempt.abandon()
        self._running.clear()
        self._queue.clear()

    def drop_below(self, prefix: str) -> None:
        """Cancel what runs or is queued in places that begin like this: of a round that is over."""
        for place in [place for place in self._running if place.startswith(prefix)]:
            self._running.pop(place).abandon()
        if self._queue:
            kept = [(at, doing) for at, doing in self._queue if not doing.place.startswith(prefix)]
            self._queue = deque(kept)

    async def _carry_out(self, attempt: Attempt) -> None:
        node = attempt.doing.node
        outcome: Outcome
        try:
            runner = self._runner_of(attempt.doing)
            with _tracer.start_as_current_span("run_node", attributes=_attributes(attempt)):
                try:
                    result = await runner.run(attempt.context, node.settings)
                finally:
                    await attempt.context.close_streams()
            outcome = result if isinstance(result, _SOUND) else accept(result, node)
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:  # noqa: BLE001 - a plugin must not end the worker
            # A plugin's own task group may leave a cancellation counted (Python 3.11, 3.12), so
            # only one that arrives here is one of ours.
            task = asyncio.current_task()
            is_cancelled = isinstance(error, asyncio.CancelledError)
            if is_cancelled and task is not None and task.cancelling():
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
            detail=f"The node `{attempt.doing.node.id}` did not end within {timeout_s:g} s "
            "(timeout_s).",
            retry=Retry.LATER,
        )
        self._end(attempt, problem)

    def _end(self, attempt: Attempt, outcome: Outcome) -> None:
        if attempt.is_over:
            return
        attempt.end()
        del self._running[attempt.place]
        self._conclude(attempt, outcome)


def _attributes(attempt: Attempt) -> dict[str, str | int]:
    return {
        "skep.node": attempt.place,
        "skep.node_type": attempt.doing.node.type,
        "skep.attempt": attempt.context.attempt,
    }
