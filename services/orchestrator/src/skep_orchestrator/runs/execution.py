"""Carries out one run: asks the engine, runs nodes, writes the log, and waits.

One coroutine per run writes the log; everything else happens in calls that never wait. Pure nodes
are evaluated in line and cost no task. Effectful nodes run as tasks of the worker, each from when
the log has what it depends on.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any, Final

from skep_contracts.problems import Unavailable
from skep_contracts.run_log import (
    ModelCall,
    NodeFailed,
    NodeRetrying,
    NodeStarted,
    NodeWaiting,
    RoundEnded,
    RunCancelled,
    RunEvent,
    RunFailed,
    RunResumed,
    RunStarted,
    place_of,
    round_scope,
    split_place,
)
from skep_orchestrator.engine.apply import apply
from skep_orchestrator.engine.decide import decide, next_due_ms, take_over
from skep_orchestrator.engine.endings import failed_by_defect, given_up
from skep_orchestrator.engine.frames import Doing
from skep_orchestrator.engine.state import RunState
from skep_orchestrator.nodes.effects import EffectContext
from skep_orchestrator.nodes.outcomes import Outcome, Served, evaluate, event_of, hold_of
from skep_orchestrator.nodes.outside import Outside, RunFacts
from skep_orchestrator.nodes.results import trace_id
from skep_orchestrator.nodes.secrets import conceal_event, defused
from skep_orchestrator.nodes.steps import StepLog
from skep_orchestrator.runs.attempts import Alarm, Attempt, Attempts, ExecutionSettings
from skep_orchestrator.runs.live_text import LiveTextPublisher, ShownAnswer
from skep_orchestrator.runs.plans import LoadedPlan
from skep_orchestrator.runs.records.descent import Descent
from skep_orchestrator.runs.records.fingerprints import Fingerprints
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


class RunExecution:
    """A run in the hands of a worker."""

    __slots__ = (
        "_alarm",
        "_attempts",
        "_facts",
        "_fingerprints",
        "_hold",
        "_interrupted",
        "_is_behind",
        "_is_careful",
        "_is_lost",
        "_live",
        "_loop",
        "_now_ms",
        "_outside",
        "_runners",
        "_serving",
        "_settings",
        "_shown",
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
        descent: Descent,
        outside: Outside,
        tasks: asyncio.TaskGroup,
        settings: ExecutionSettings,
        now_ms: Callable[[], int],
    ) -> None:
        self.state = state
        self.journal = journal
        self._runners = loaded.runners
        self._live = live
        self._shown = ShownAnswer(state, live)
        self._facts = facts
        self._serving = descent.serving
        self._fingerprints = Fingerprints(loaded.prints, state, neutral=descent.neutral)
        self._outside = outside
        self._settings = settings
        self._now_ms = now_ms
        self._loop = asyncio.get_running_loop()
        self._attempts = Attempts(
            self._new_context,
            self._runner,
            tasks=tasks,
            settings=settings.attempts,
            conclude=self._conclude,
        )
        self._interrupted: list[Doing] = []
        """Pure nodes that an earlier worker began and did not end."""
        self._hold: dict[str, str] | None = None
        """Why the run is to be paused."""
        self._is_behind = False
        self._is_careful = False
        self._is_lost = False
        self._wake = asyncio.Event()
        self._alarm = Alarm(self._step)

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
        self._shown.go_on()
        if not self.is_held:
            return
        if state.takeovers >= self._settings.max_takeovers:
            self._record(given_up(state, self._now_ms(), trace=trace_id()))
            return
        in_flight = [*state.running, *state.repeating]
        self._is_careful = True
        taken = take_over(state, worker=worker, now_ms=self._now_ms())
        self._record(taken)
        _repeated.add(len(taken.repeated))
        for place in in_flight:
            doing = state.doing(place)
            if self._serve(doing, self._fingerprints.of(doing)) or doing.node.rounds is not None:
                continue
            if doing.node.is_pure:
                self._interrupted.append(doing)
            else:
                self._attempts.queue(doing, state.number)

    def cancel(self, reason: str, by: str | None) -> None:
        """Stop the run; what its nodes do is closed at once."""
        if self.is_held:
            now_ms = self._now_ms()
            elapsed_s = self.state.elapsed_s(now_ms)
            self._record(RunCancelled(at_ms=now_ms, reason=reason, by=by, elapsed_s=elapsed_s))
            self._wake.set()

    def resume(self, place: str, answer: dict[str, Any], by: str | None) -> bool:
        """Tell a node what came of its wait; return whether that counts. See `RunState.awaits`."""
        if self.state.ended is not None or self._is_lost or not self.state.awaits(place):
            return False
        scope, node = split_place(place)
        self._record_resumption(
            RunResumed(at_ms=self._now_ms(), node=node, scope=scope, answer=defused(answer), by=by)
        )
        self._step()
        return True

    def pause(self, reason: dict[str, str]) -> bool:
        """Begin nothing more and pause once what is under way has ended; false when it is over."""
        if not self.is_held or self._is_lost:
            return False
        self._hold = reason
        self._step()
        return True

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
                if not self.is_held:
                    self._live.flush()
                await self.journal.flush()
                self._acknowledged()
            else:
                self._wake.clear()
                await self._wake.wait()

    # What follows never waits.

    def _drop(self) -> None:
        self._attempts.drop()
        self._alarm.stop()

    def _record(self, event: RunEvent) -> None:
        apply(self.state, event)
        self.journal.add(event)
        if isinstance(event, RoundEnded):
            if event.problem is not None or event.is_last:
                self._attempts.drop_below(round_scope(event.scope, event.node, event.index) + "/")
        elif isinstance(event, NodeFailed):
            self._attempts.drop_below(place_of(event.scope, event.node) + ":")
        self._shown.follow(event)
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

    def _record_resumption(self, event: RunResumed) -> None:
        before = dict(self.state.running)
        self._record(event)
        for place, doing in self.state.running.items():
            if place not in before:
                self._attempts.queue(doing, self.state.number)

    def _decide(self) -> None:
        state = self.state
        while self._interrupted:
            self._evaluate(self._interrupted.pop())
        self._is_behind = False
        for _ in range(_TURN):
            if self.journal.is_far_ahead:
                break
            event = decide(state, self._now_ms(), hold=self._hold)
            if event is None:
                self._set_timer()
                return
            if isinstance(event, RunResumed):
                self._record_resumption(event)
                continue
            if isinstance(event, NodeStarted):
                if event.effect_key is not None:
                    event = self._fingerprints.stamped(event)
                self._record(event)
                self._begin(event)
            else:
                self._record(event)
        self._is_behind = True

    def _begin(self, event: NodeStarted) -> None:
        doing = self.state.doing(place_of(event.scope, event.node))
        if self._serve(doing, event.fingerprint) or doing.node.rounds is not None:
            return  # of a container the nodes inside run
        if doing.node.is_pure:
            self._evaluate(doing)
        else:
            number = self.state.number
            self._attempts.queue(doing, number if doing.node.is_strict else number - 1)

    def _evaluate(self, doing: Doing) -> None:
        started_s = self._loop.time()
        outcome = evaluate(self.state, doing, self._runners[doing.node.index])
        self._record_outcome(doing, outcome, started_s)

    def _serve(self, doing: Doing, fingerprint: str | None) -> bool:
        """Have a node's result without carrying it out, if there is one."""
        served = self._serving.find(doing, fingerprint) if self._serving is not None else None
        if served is not None:
            self._record_outcome(doing, served, self._loop.time())
        return served is not None

    def _runner(self, doing: Doing) -> Any:
        stored = self._serving.stored(doing.place) if self._serving is not None else None
        return self._runners[doing.node.index] if stored is None else stored

    def _new_context(self, doing: Doing) -> EffectContext:
        return EffectContext(
            self.state,
            doing,
            facts=self._facts,
            outside=self._outside,
            show=self._shown.push if doing.node.index in self.state.plan.watched else None,
            log=StepLog(self._record, self.journal, wake=self._wake, now_ms=self._now_ms),
        )

    def _conclude(self, attempt: Attempt, outcome: Outcome) -> None:
        if not self.is_held or self._is_lost:
            return
        try:
            calls = tuple(attempt.context.calls)
            self._record_outcome(attempt.doing, outcome, attempt.started_s, calls)
            self._attempts.start(self.journal.acknowledged)
        except Exception as error:  # noqa: BLE001 - logged there, and the run fails with it
            self._defect(error)
        self._step()

    def _record_outcome(
        self,
        doing: Doing,
        outcome: Outcome,
        started_s: float,
        calls: tuple[ModelCall, ...] = (),
    ) -> None:
        event = event_of(
            self.state,
            doing,
            outcome,
            now_ms=self._now_ms(),
            elapsed_s=round(self._loop.time() - started_s, 4),
            calls=calls,
        )
        if not doing.node.is_pure and not isinstance(outcome, Served):
            event = conceal_event(event, self._facts.secrets)
        if isinstance(event, NodeRetrying | NodeWaiting):
            self._shown.take_back(doing.place)
        self._record(event)
        self._hold = self._hold or hold_of(event)
        if isinstance(event, NodeWaiting) and doing.place in self.state.running:
            # What it waits for had come already.
            self._attempts.queue(doing, self.state.number)

    def _defect(self, error: Exception) -> None:
        event = self._failed(error)
        if self.is_held:
            self._record(event)

    def _failed(self, error: Exception) -> RunFailed:
        trace = trace_id()
        logger.error("run failed with a defect", exc_info=error, extra={"trace": trace})
        return failed_by_defect(self.state, self._now_ms(), trace=trace)

    def _set_timer(self) -> None:
        if self.is_held:
            self._alarm.set(next_due_ms(self.state), self._now_ms())
        else:
            self._alarm.stop()
