"""Carries out one run: asks the engine, runs nodes, writes the log, and waits.

One coroutine per run writes the log; everything else happens in calls that never wait. Pure nodes
are evaluated in line and cost no task. Effectful nodes run as tasks of the worker, each from when
the log has what it depends on.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final

import msgspec

from skep_contracts.plugins.nodes import NodeResult
from skep_contracts.problems import Defect, Problem, Retry, Unavailable
from skep_contracts.run_log import (
    ModelCall,
    NodeFailed,
    NodeRetrying,
    NodeSkipped,
    NodeStarted,
    NodeSucceeded,
    RunCancelled,
    RunEvent,
    RunFailed,
    RunStarted,
)
from skep_orchestrator.engine.answer import AnswerStream
from skep_orchestrator.engine.compile import PlanNode
from skep_orchestrator.engine.decide import decide, judge_failure, next_due_ms, take_over
from skep_orchestrator.engine.state import RunState, apply
from skep_orchestrator.nodes.effects import EffectContext, Outside, RunFacts
from skep_orchestrator.nodes.results import accept, notes_of, problem_of, trace_id
from skep_orchestrator.nodes.views import PureView
from skep_orchestrator.runs.attempts import Attempt, Attempts, AttemptSettings, Outcome
from skep_orchestrator.runs.live_text import LiveTextPublisher
from skep_orchestrator.runs.plans import LoadedPlan
from skep_orchestrator.runs.run_journal import RunJournal
from skep_runtime import telemetry
from skep_runtime.bus import Fenced

logger = logging.getLogger(__name__)
_repeated = telemetry.meter(__name__).create_counter(
    "skep.effects.repeated", description="Effects tried again because their worker was lost"
)

_TURN: Final = 256
"""Decisions in a row before other runs get their turn."""
_LAST_WORDS_S: Final = 2.0
_DECIDING: Final = (NodeSucceeded, NodeFailed, NodeSkipped, RunStarted)


class ExecutionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of a run that its document does not set."""

    attempts: AttemptSettings = AttemptSettings()
    max_takeovers: int = 5
    """Workers a run may outlive without any node ending; then it is what ends them, and fails."""


class RunExecution:
    """A run in the hands of a worker."""

    __slots__ = (
        "_attempts",
        "_facts",
        "_interrupted",
        "_is_behind",
        "_is_careful",
        "_is_lost",
        "_live",
        "_loop",
        "_now_ms",
        "_outside",
        "_runners",
        "_settings",
        "_stream",
        "_timer",
        "_timer_ms",
        "_wake",
        "journal",
        "state",
    )

    def __init__(
        self,
        loaded: LoadedPlan,
        *,
        state: RunState,
        journal: RunJournal,
        live: LiveTextPublisher,
        facts: RunFacts,
        outside: Outside,
        tasks: asyncio.TaskGroup,
        settings: ExecutionSettings,
        now_ms: Callable[[], int],
    ) -> None:
        self.state = state
        self.journal = journal
        self._runners = loaded.runners
        self._live = live
        self._stream = AnswerStream(state) if loaded.plan.answers else None
        self._facts = facts
        self._outside = outside
        self._settings = settings
        self._now_ms = now_ms
        self._loop = asyncio.get_running_loop()
        self._attempts = Attempts(
            self._new_context,
            loaded.runners,
            tasks=tasks,
            settings=settings.attempts,
            conclude=self._conclude,
        )
        self._interrupted: list[PlanNode] = []
        """Pure nodes that an earlier worker began and did not end."""
        self._is_behind = False
        self._is_careful = False
        self._is_lost = False
        self._wake = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_ms = 0

    @property
    def is_held(self) -> bool:
        """Whether the run still needs a worker."""
        return self.state.ended is None and not self.state.is_paused

    @property
    def is_lost(self) -> bool:
        """Whether another worker was found to hold the run."""
        return self._is_lost

    def open(self, event: RunStarted, *, is_careful: bool = False) -> None:
        """Begin a run that has no log yet.

        Args:
            event: What it begins with.
            is_careful: Have the beginning in the log before anything is run. What ended the worker
                before us may end us too, and only the log can count that.
        """
        self._is_careful = is_careful
        self._record(event)

    def take_over(self, worker: str) -> None:
        """Go on with a run whose log was folded into the state."""
        state = self.state
        if not self.is_held:
            return
        if state.takeovers >= self._settings.max_takeovers:
            self._record(_gave_up(state, self._now_ms()))
            return
        if self._stream is not None:
            self._stream.advance()
            self._live.restart_at(self._stream.offset)
        in_flight = [state.plan.nodes[index] for index in state.running]
        self._is_careful = True
        taken = take_over(state, worker=worker, now_ms=self._now_ms())
        self._record(taken)
        _repeated.add(len(taken.repeated))
        for node in in_flight:
            if node.is_pure:
                self._interrupted.append(node)
            else:
                self._attempts.queue(node, state.number)

    def cancel(self, reason: str, by: str | None) -> None:
        """Stop the run; what its nodes do is closed at once."""
        if self.is_held:
            now_ms = self._now_ms()
            elapsed_s = self.state.elapsed_s(now_ms)
            self._record(RunCancelled(at_ms=now_ms, reason=reason, by=by, elapsed_s=elapsed_s))
            self._wake.set()

    def lose(self) -> None:
        """Let the run go: another worker has it. `carry_out` raises `Fenced`."""
        self._is_lost = True
        self._drop()
        self._live.close()
        self._wake.set()

    async def carry_out(self) -> None:
        """Return when the run has ended or paused and its log says so.

        When cancelled, effects in flight are dropped, and what has ended is written first.

        Raises:
            Fenced: Another worker holds the run; nothing more was shown or written.
        """
        try:
            await self._write_and_wait()
        except asyncio.CancelledError:
            self._drop()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORDS_S):
                    await self.journal.flush()
            raise
        except (Fenced, Unavailable):
            raise
        except Exception as error:  # noqa: BLE001 - logged there, and the run fails with it
            self._drop()
            self.journal.replace_pending(self._failed(error))
            await self.journal.flush()
        finally:
            self._drop()
            self._live.close()

    async def _write_and_wait(self) -> None:
        if self._is_careful:
            await self.journal.flush()
            self._acknowledged()
        self._step()
        while self.is_held or self.journal.has_pending:
            if self._is_lost:
                raise Fenced(self.journal.last_seq)
            if self.journal.has_pending:
                if self.state.ended is not None:
                    self._live.flush()
                await self.journal.flush()
                self._acknowledged()
            else:
                self._wake.clear()
                await self._wake.wait()

    # What follows never waits.

    def _drop(self) -> None:
        self._attempts.drop()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _record(self, event: RunEvent) -> None:
        apply(self.state, event)
        self.journal.add(event)
        if self._stream is not None and isinstance(event, _DECIDING):
            for piece in self._stream.advance():
                self._live.show(piece)
        if self.state.ended is not None or self.state.paused_at_ms is not None:
            self._drop()

    def _acknowledged(self) -> None:
        self._live.open(self.journal.epoch)
        self._attempts.start(self.journal.acknowledged)
        if self._is_behind:
            self._step()

    def _step(self) -> None:
        try:
            self._decide()
        except Exception as error:  # noqa: BLE001 - logged there, and the run fails with it
            self._defect(error)
        self._wake.set()

    def _decide(self) -> None:
        state, plan = self.state, self.state.plan
        while self._interrupted:
            self._evaluate(self._interrupted.pop())
        self._is_behind = False
        for _ in range(_TURN):
            if self.journal.is_far_ahead:
                break
            event = decide(state, self._now_ms())
            if event is None:
                self._set_timer()
                return
            self._record(event)
            if isinstance(event, NodeStarted):
                node = plan.nodes[plan.index[event.node]]
                if node.is_pure:
                    self._evaluate(node)
                else:
                    number = state.number
                    self._attempts.queue(node, number if node.is_strict else number - 1)
        self._is_behind = True

    def _evaluate(self, node: PlanNode) -> None:
        started_s = self._loop.time()
        outcome: Outcome
        try:
            view = PureView(self.state, node.id)
            outcome = accept(self._runners[node.index].evaluate(view, node.settings), node)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin's fault is the node's
            outcome = error
        self._record_outcome(node, outcome, started_s)

    def _new_context(self, node: PlanNode) -> EffectContext:
        return EffectContext(
            self.state,
            node,
            facts=self._facts,
            outside=self._outside,
            show=self._show if node.index in self.state.plan.watched else None,
        )

    def _conclude(self, attempt: Attempt, outcome: Outcome) -> None:
        if not self.is_held or self._is_lost:
            return
        try:
            calls = tuple(attempt.context.calls)
            self._record_outcome(attempt.node, outcome, attempt.started_s, calls)
            self._attempts.start(self.journal.acknowledged)
        except Exception as error:  # noqa: BLE001 - logged there, and the run fails with it
            self._defect(error)
        self._step()

    def _record_outcome(
        self,
        node: PlanNode,
        outcome: Outcome,
        started_s: float,
        calls: tuple[ModelCall, ...] = (),
    ) -> None:
        elapsed_s = round(self._loop.time() - started_s, 4)
        if isinstance(outcome, NodeResult):
            self._record(
                NodeSucceeded(
                    at_ms=self._now_ms(),
                    node=node.id,
                    outputs=outcome.outputs,
                    port=outcome.port,
                    attempt=self.state.running[node.index],
                    elapsed_s=elapsed_s,
                    calls=calls,
                    logs=outcome.logs,
                )
            )
            return
        problem = outcome if isinstance(outcome, Problem) else problem_of(outcome, node)
        event = judge_failure(
            self.state,
            node,
            problem,
            now_ms=self._now_ms(),
            elapsed_s=elapsed_s,
            calls=calls,
            logs=notes_of(outcome),
        )
        if self._stream is not None and isinstance(event, NodeRetrying):
            for piece in self._stream.restart(node.index):
                self._live.show(piece)
        self._record(event)

    def _show(self, node: int, output: str, text: str) -> None:
        piece = self._stream.push(node, output, text) if self._stream is not None else None
        if piece is not None:
            self._live.show(piece)

    def _defect(self, error: Exception) -> None:
        event = self._failed(error)
        if self.is_held:
            self._record(event)

    def _failed(self, error: Exception) -> RunFailed:
        defect = Defect("Skep made a mistake in running this. The server's log has the details.")
        problem = defect.to_problem(trace_id=trace_id())
        logger.error("run failed with a defect", exc_info=error, extra={"trace": problem.trace_id})
        now_ms = self._now_ms()
        elapsed_s = self.state.elapsed_s(now_ms)
        return RunFailed(at_ms=now_ms, problem=problem, elapsed_s=elapsed_s)

    def _set_timer(self) -> None:
        due_ms = next_due_ms(self.state)
        if self._timer is not None:
            if due_ms == self._timer_ms:
                return
            self._timer.cancel()
            self._timer = None
        if self.is_held:
            self._timer_ms = due_ms
            delay_s = max(0, due_ms - self._now_ms()) / 1000
            self._timer = self._loop.call_later(delay_s, self._due)

    def _due(self) -> None:
        self._timer = None
        self._step()


def _gave_up(state: RunState, now_ms: int) -> RunFailed:
    problem = Problem(
        code="run_keeps_failing",
        title="The run ended its workers",
        status=500,
        detail=f"{state.takeovers} workers in a row were lost while they held this run and no node "
        "ended. It was given up so that it does no more harm.",
        retry=Retry.NEVER,
        trace_id=trace_id(),
    )
    return RunFailed(at_ms=now_ms, problem=problem, elapsed_s=state.elapsed_s(now_ms))
