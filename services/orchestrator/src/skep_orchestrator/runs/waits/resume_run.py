"""Carries out `ResumeRun`: tells whoever holds the run, or takes a paused run up."""

import asyncio
import logging
from typing import Final

from skep_contracts.calls.run import ResumeRunHere, ResumeRunHereReply
from skep_contracts.commands.run import ResumeRun, StartRun
from skep_contracts.ids import AppId, ConversationId, RunId, VersionHash
from skep_contracts.plugins.nodes import TIMED_OUT
from skep_contracts.run_log import RunResumed, RunStarted, place_of
from skep_orchestrator.nodes.secrets import defused
from skep_orchestrator.runs.claims import check_out
from skep_orchestrator.runs.execution import RunExecution
from skep_orchestrator.runs.held_runs import HeldRun, HeldRuns
from skep_orchestrator.runs.run_log import RecordedRun, read_run
from skep_orchestrator.runs.start_run import RunStarter, TooLateError
from skep_orchestrator.runs.waits.open_waits import OpenWaits, until_of, waits_of
from skep_runtime.bus import Bus, Delivery, HandBack
from skep_runtime.clock import now_ms
from skep_runtime.logs import log_context

logger = logging.getLogger(__name__)

_ANSWER_S: Final = 1.0
_BUSY_S: Final = 0.05
_AGAIN_S: Final = 1.0
_TRIES: Final = 4
_MOST_TRIES: Final = 300
"""A run nobody took up for that long never existed; one that nobody holds has lost its order."""
_WRITTEN_S: Final = 5.0
_LOOK_S: Final = 0.005
_SKEW_MS: Final = 1_000


class RunResumer:
    """Handles the orders that one worker pulls."""

    def __init__(self, bus: Bus, *, starter: RunStarter, held: HeldRuns) -> None:
        """Take runs up as `starter` does."""
        self._bus = bus
        self._starter = starter
        self._held = held

    async def resume(self, delivery: Delivery) -> None:
        """Return when the answer is in the run's log, and hold the run if that let it go on.

        Raises:
            Fenced: Another worker took the run; nothing is to be said about the command.
            HandBack: Nobody holds the run now, or somebody in this process is just at it.
        """
        command = delivery.decode(ResumeRun)
        with log_context(tenant=delivery.tenant, run_id=command.run_id):
            held = self._held.find(delivery.tenant, command.run_id)
            if held is not None:
                if await tell(held, command) is None:
                    raise HandBack(_BUSY_S)
                return
            for _ in range(_TRIES):
                try:
                    await self._settle(delivery, command)
                except TooLateError:
                    continue
                return
            raise HandBack(_AGAIN_S)

    async def _settle(self, delivery: Delivery, command: ResumeRun) -> None:
        tenant = delivery.tenant
        recorded = await read_run(self._bus.journal, tenant, command.run_id)
        waits = waits_of(recorded.events)
        if recorded.is_ended:
            return
        if waits.is_paused:
            if _is_due(command, waits):
                await self._take_up(tenant, command, recorded)
            return
        is_lease = await self._is_lease(tenant, command, waits)
        if is_lease and delivery.delivered > 1:
            await self._take_up(tenant, command, recorded)
            return
        if await self._was_told(tenant, command):
            return
        if is_lease or (waits.was_paused and delivery.delivered >= _MOST_TRIES):
            await self._take_up(tenant, command, recorded)
            return
        if waits.started is None and delivery.delivered >= _MOST_TRIES:
            logger.warning("run to resume was never started")
            return
        raise HandBack(_AGAIN_S)

    async def _is_lease(self, tenant: str, command: ResumeRun, waits: OpenWaits) -> bool:
        """Tell whether it was this order that let the run go on after its last pause."""
        event = waits.let_go
        if event is None or place_of(event.scope, event.node) != command.place:
            return False
        whole = await check_out(event, self._bus.blobs, tenant)
        return (
            isinstance(whole, RunResumed)
            and whole.answer == defused(command.answer)
            and whole.by == command.by
        )

    async def _was_told(self, tenant: str, command: ResumeRun) -> bool:
        call = ResumeRunHere(
            run_id=command.run_id, place=command.place, answer=command.answer, by=command.by
        )
        told = await self._bus.broadcast(
            call, tenant=tenant, reply=ResumeRunHereReply, timeout_s=_ANSWER_S
        )
        return told is not None

    async def _take_up(self, tenant: str, command: ResumeRun, recorded: RecordedRun) -> None:
        opening = recorded.events[0]
        with self._held.claim(command.run_id) as is_ours:
            if not is_ours or not isinstance(opening, RunStarted):
                raise HandBack(_BUSY_S)

            def begin(execution: RunExecution) -> None:
                if execution.state.is_paused:
                    execution.resume(command.place, command.answer, command.by)

            await self._starter.carry_out(tenant, _order_of(opening), recorded, begin=begin)


async def tell(held: HeldRun, command: ResumeRun | ResumeRunHere) -> bool | None:
    """Give an answer to a run in hand, and return once its log has it.

    Returns:
        Whether it counts; None when the run was let go before the answer was written.
    """
    execution = held.execution
    if execution.is_lost:
        return None
    if TIMED_OUT in command.answer:
        return False  # in hand, a run wakes its own waits
    if not execution.resume(command.place, command.answer, command.by):
        return False
    number = execution.state.number
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + _WRITTEN_S
    while execution.journal.acknowledged < number:
        if held.is_over.is_set() or loop.time() > give_up_at:
            return None
        await asyncio.sleep(_LOOK_S)
    return True


def _is_due(command: ResumeRun, waits: OpenWaits) -> bool:
    """Tell whether an answer may count. That its time is up is held against the wait itself."""
    if TIMED_OUT not in command.answer:
        return True
    wait = waits.by_place.get(command.place)
    until = None if wait is None else until_of(wait.wait)
    return until is not None and until.timestamp() * 1000 <= now_ms() + _SKEW_MS


def _order_of(opening: RunStarted) -> StartRun:
    """Return the order that a run was begun by, as far as is needed to go on."""
    return StartRun(
        run_id=RunId(opening.run_id),
        app_id=AppId(opening.app_id),
        version=VersionHash(opening.version),
        inputs={},
        conversation_id=(
            ConversationId(opening.conversation_id) if opening.conversation_id else None
        ),
        is_draft=opening.is_draft,
        caller=opening.caller,
        origin=opening.origin,
        only=opening.only,
        parent=opening.parent,
    )
