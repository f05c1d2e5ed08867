"""Carries out `StartRun`: begins a run, or goes on with one that another worker left."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from skep_contracts.calls.run import FindRunHolder, FindRunHolderReply
from skep_contracts.commands.run import RunParent, StartRun
from skep_contracts.problems import Defect, InvalidInput, NotFound, Problem, TooLarge
from skep_contracts.run_log import FORMAT, Batch, RunFailed, RunStarted
from skep_orchestrator.engine.apply import LogError, fold
from skep_orchestrator.engine.compile import Plan
from skep_orchestrator.engine.state import RunState
from skep_orchestrator.history.fold import fold as fold_record
from skep_orchestrator.nodes.outside import Outside, RunFacts
from skep_orchestrator.nodes.results import trace_id
from skep_orchestrator.nodes.secrets import NO_SECRETS, Secrets
from skep_orchestrator.runs.attempts import ExecutionSettings
from skep_orchestrator.runs.execution import RunExecution
from skep_orchestrator.runs.held_runs import HeldRun, HeldRuns
from skep_orchestrator.runs.live_text import LiveTextPublisher
from skep_orchestrator.runs.opening import (
    ConversationMemory,
    ConversationState,
    NewConversation,
    opening_event,
)
from skep_orchestrator.runs.plans import LoadedPlan, PlanCache
from skep_orchestrator.runs.records.descent import descend, descend_again
from skep_orchestrator.runs.records.loading import Records
from skep_orchestrator.runs.run_journal import RunEnd, RunJournal
from skep_orchestrator.runs.run_log import RecordedRun, read_run, restored
from skep_runtime import telemetry
from skep_runtime.bus import Bus, Delivery, Fenced, HandBack
from skep_runtime.logs import log_context

logger = logging.getLogger(__name__)

_tracer = telemetry.tracer(__name__)
_meter = telemetry.meter(__name__)
_ended = _meter.create_counter("skep.runs.ended", description="Runs that ended, by their end")

_TRIES: Final = 4
_ELSEWHERE_S: Final = 5.0
_SAVE_S: Final = 5.0
_FIND_S: Final = 1.0
_UNREADABLE_TRIES: Final = 10
"""A log that we cannot read may be of a newer release; others get their chance first."""


class RunStarter:
    """Handles the commands that one worker pulls."""

    def __init__(
        self,
        bus: Bus,
        *,
        worker: str,
        plans: PlanCache,
        held: HeldRuns,
        outside: Outside,
        memory: ConversationMemory | None,
        effects: asyncio.TaskGroup,
        settings: ExecutionSettings,
        now_ms: Callable[[], int],
    ) -> None:
        self._bus = bus
        self._worker = worker
        self._plans = plans
        self._held = held
        self._outside = outside
        self._memory = memory
        self._effects = effects
        self._settings = settings
        self._now_ms = now_ms

    async def start(self, delivery: Delivery) -> None:
        """Hold a run to its end.

        Raises:
            Fenced: Another worker took the run; nothing is to be said about the command.
            HandBack: Somebody else should try.
        """
        command = delivery.decode(StartRun)
        fields = {"tenant": delivery.tenant, "run_id": command.run_id}
        span = _tracer.start_as_current_span("invoke_workflow", attributes=fields)
        with span, log_context(**fields), self._held.claim(command.run_id) as is_ours:
            if not is_ours:
                raise HandBack(_ELSEWHERE_S)
            await self._start(command, delivery)

    async def _start(self, command: StartRun, delivery: Delivery) -> None:
        tenant, is_first = delivery.tenant, delivery.delivered == 1
        recorded = RecordedRun(was_read=False)
        if not is_first:
            recorded = await read_run(self._bus.journal, tenant, command.run_id)
        for _ in range(_TRIES):
            if recorded.is_ended or recorded.was_paused:
                return  # who lets a paused run go on holds it
            if recorded.fault is not None and delivery.delivered < _UNREADABLE_TRIES:
                raise HandBack(1.0)
            try:
                await self.carry_out(tenant, command, recorded)
            except TooLateError:
                # There is more in the log than we knew: a repeated command, or a stale replica.
                if is_first and await self._is_held_elsewhere(tenant, command.run_id):
                    logger.info("run was started twice")
                    return
                recorded = await read_run(self._bus.journal, tenant, command.run_id)
            else:
                return
        raise HandBack(1.0)

    async def _is_held_elsewhere(self, tenant: str, run_id: str) -> bool:
        call = FindRunHolder(run_id=run_id)
        found = await self._bus.broadcast(
            call, tenant=tenant, reply=FindRunHolderReply, timeout_s=_FIND_S
        )
        return found is not None

    async def carry_out(
        self,
        tenant: str,
        command: StartRun,
        recorded: RecordedRun,
        *,
        begin: Callable[[RunExecution], None] | None = None,
    ) -> None:
        """Hold a claimed run to its end, or until it is paused; `begin` has the first word.

        Raises:
            Fenced: Another worker took it.
            TooLateError: Its log is another one than `recorded`.
        """
        try:
            loaded = await self._plans.get(tenant, command.version)
            execution = await self._prepare(tenant, command, recorded, loaded)
        except (InvalidInput, NotFound, TooLarge, Defect) as error:
            await self._refuse(tenant, command, recorded, error.to_problem(trace_id=trace_id()))
            return
        except LogError as error:
            logger.exception("run log contradicts itself")
            await self._refuse(tenant, command, recorded, _unreadable(str(error)))
            return
        if begin is not None:
            begin(execution)
        before = execution.journal.last_seq
        with self._held.hold(HeldRun(tenant, command.run_id, execution)):
            try:
                await execution.carry_out()
                _count(execution.state)
            except Fenced:
                if execution.journal.last_seq == before and not execution.is_lost:
                    raise TooLateError from None
                logger.info("run lost to another worker")
                raise

    async def _prepare(
        self, tenant: str, command: StartRun, recorded: RecordedRun, loaded: LoadedPlan
    ) -> RunExecution:
        if recorded.fault is not None:
            raise LogError(recorded.fault)
        plan, run_id = loaded.plan, command.run_id
        secrets = await self._secrets(tenant, command.app_id, plan)
        records = Records(self._bus.journal, self._bus.blobs, tenant)
        if recorded.events:
            events = await restored(recorded, self._bus.blobs, tenant)
            state = fold(plan, events)
            descent = await descend_again(events, records)
        else:
            state = RunState(plan)
            descent = await descend(
                await self._opening(tenant, command, plan, secrets), plan, records
            )
        opening = descent.opening
        journal = RunJournal(
            self._bus, tenant=tenant, run_id=run_id, on_end=self._keep_turn(tenant, opening, state)
        )
        execution = RunExecution(
            loaded,
            state=state,
            journal=journal,
            live=LiveTextPublisher(self._bus.publish_live, tenant=tenant, run_id=run_id),
            facts=RunFacts(
                tenant,
                run_id,
                command.app_id,
                secrets,
                depth=depth_of(opening.parent),
                caller=command.caller,
            ),
            descent=descent,
            outside=self._outside,
            tasks=self._effects,
            settings=self._settings,
            now_ms=self._now_ms,
        )
        if recorded.events:
            # Nobody was lost of a run that is paused, so nobody has to be told from the next.
            epoch = recorded.epoch if state.is_paused else recorded.epoch + 1
            journal.continue_after(number=len(recorded.events), seq=recorded.last_seq, epoch=epoch)
            execution.take_over(self._worker)
        else:
            execution.open(opening, is_careful=recorded.was_read)
        return execution

    async def _secrets(self, tenant: str, app_id: str, plan: Plan) -> Secrets:
        if self._outside.secrets is None:
            return NO_SECRETS
        return await self._outside.secrets.load(tenant, app_id, plan.document)

    async def _opening(
        self, tenant: str, command: StartRun, plan: Plan, secrets: Secrets
    ) -> RunStarted:
        return opening_event(
            command,
            plan,
            await self._conversation(tenant, command),
            now_ms=self._now_ms(),
            trace=_traceparent(),
            tokens=secrets.tokens,
            callback_url=self._callback_url(tenant, command.run_id),
        )

    def _callback_url(self, tenant: str, run_id: str) -> str | None:
        links = self._outside.links
        return links.of_callbacks(tenant, run_id) if links is not None else None

    async def _conversation(self, tenant: str, command: StartRun) -> ConversationState:
        if self._memory is None or command.conversation_id is None:
            return NewConversation()
        return await self._memory.load(tenant, command.app_id, command.conversation_id)

    def _keep_turn(
        self, tenant: str, opening: RunStarted, state: RunState
    ) -> Callable[[RunEnd], Awaitable[None]] | None:
        memory = self._memory
        if memory is None or opening.conversation_id is None:
            return None

        async def keep(end: RunEnd) -> None:
            batch = Batch(format=FORMAT, epoch=1, first=1, events=[opening, end])
            record = fold_record([batch])
            record.changes = tuple(state.conversation_changes)
            try:
                async with asyncio.timeout(_SAVE_S):
                    await memory.save(tenant, record)
            except Exception:
                # The projector writes the same from the log, only later.
                logger.exception("turn not saved at once")

        return keep

    async def _refuse(
        self, tenant: str, command: StartRun, recorded: RecordedRun, problem: Problem
    ) -> None:
        now_ms = self._now_ms()
        journal = RunJournal(self._bus, tenant=tenant, run_id=command.run_id)
        elapsed_s = 0.0
        if recorded.last_seq:
            journal.continue_after(
                number=len(recorded.events), seq=recorded.last_seq, epoch=recorded.epoch + 1
            )
            if recorded.events:
                elapsed_s = max(0, now_ms - recorded.events[0].at_ms) / 1000
        else:
            journal.add(
                opening_event(command, None, NewConversation(), now_ms=now_ms, trace=_traceparent())
            )
        journal.add(RunFailed(at_ms=now_ms, problem=problem, elapsed_s=elapsed_s))
        try:
            await journal.flush()
        except Fenced:
            raise TooLateError from None


def _count(state: RunState) -> None:
    if state.ended is not None:
        _ended.add(1, {"skep.end": str(state.ended.__struct_config__.tag)})


class TooLateError(Exception):
    """Somebody wrote to the run's log before our first word."""


def depth_of(parent: RunParent | None) -> int:
    """Return how many runs stand above one."""
    return 0 if parent is None else parent.depth


def _unreadable(why: str) -> Problem:
    return Problem(
        code="run_log_damaged",
        title="The run's log cannot be read",
        status=500,
        detail=f"The log of this run does not make sense, so nobody can go on with it: {why}.",
        trace_id=trace_id(),
    )


def _traceparent() -> str | None:
    headers: dict[str, str] = {}
    telemetry.inject(headers)
    return headers.get("traceparent")
