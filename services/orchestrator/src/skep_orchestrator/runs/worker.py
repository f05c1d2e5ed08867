"""Pulls commands and holds runs. While a run is held its command is not acknowledged: the lease."""

import asyncio
import logging
from collections.abc import Callable

import msgspec

from skep_contracts import topology
from skep_contracts.calls.run import (
    FindRunHolder,
    FindRunHolderReply,
    ResumeRunHere,
    ResumeRunHereReply,
    StopRunHere,
    StopRunHereReply,
)
from skep_contracts.calls.waits import PauseRunHere, PauseRunHereReply
from skep_contracts.ids import new_ulid
from skep_orchestrator.nodes.outside import Outside
from skep_orchestrator.runs.attempts import AttemptSettings, ExecutionSettings
from skep_orchestrator.runs.cancel_run import cancel_run
from skep_orchestrator.runs.held_runs import HeldRuns
from skep_orchestrator.runs.opening import ConversationMemory
from skep_orchestrator.runs.plans import NodeHost, PlanCache
from skep_orchestrator.runs.start_run import RunStarter
from skep_orchestrator.runs.waits.pause_run import hold_reason, pause_run
from skep_orchestrator.runs.waits.resume_run import RunResumer, tell
from skep_runtime.bus import Bus, Delivery, Incoming
from skep_runtime.clock import now_ms as system_now_ms

logger = logging.getLogger(__name__)


class RunSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How much one process takes on."""

    capacity: int = 5000
    """Runs held at a time."""
    node_timeout_s: float = 600.0
    max_parallel_nodes: int = 100
    max_takeovers: int = 5

    def execution(self) -> ExecutionSettings:
        """Return what every run is told."""
        attempts = AttemptSettings(
            timeout_s=self.node_timeout_s, max_parallel=self.max_parallel_nodes
        )
        return ExecutionSettings(attempts=attempts, max_takeovers=self.max_takeovers)


class Worker:
    """One process's share of the runs."""

    def __init__(
        self,
        bus: Bus,
        *,
        host: NodeHost,
        outside: Outside,
        memory: ConversationMemory | None = None,
        settings: RunSettings | None = None,
        now_ms: Callable[[], int] = system_now_ms,
    ) -> None:
        """Prepare; `run` does it.

        Args:
            bus: Where commands come from and logs go to.
            host: Where node types come from.
            outside: What nodes may use.
            memory: Remembers conversations; without it every conversation is new.
            settings: How much to take on.
            now_ms: The clock.
        """
        self.name = f"worker_{new_ulid()}"
        self.held = HeldRuns(bus)
        self._bus = bus
        self._plans = PlanCache(bus.blobs, host)
        self._outside = outside
        self._memory = memory
        self._settings = settings or RunSettings()
        self._now_ms = now_ms

    async def run(self) -> None:
        """Hold runs until cancelled; then hand them back at once."""
        async with asyncio.TaskGroup() as effects:
            starter = RunStarter(
                self._bus,
                worker=self.name,
                plans=self._plans,
                held=self.held,
                outside=self._outside,
                memory=self._memory,
                effects=effects,
                settings=self._settings.execution(),
                now_ms=self._now_ms,
            )
            self._bus.answer_broadcast(StopRunHere, self._stop_run_here)
            self._bus.answer_broadcast(FindRunHolder, self._find_run_holder)
            self._bus.answer_broadcast(ResumeRunHere, self._resume_run_here)
            self._bus.answer_broadcast(PauseRunHere, self._pause_run_here)
            resumer = RunResumer(self._bus, starter=starter, held=self.held)
            # Runs leave before what their nodes do is waited for: a plugin that does not let itself
            # be cancelled must not keep a run from going on elsewhere.
            async with asyncio.TaskGroup() as consumers:
                consumers.create_task(self.held.watch_leases())
                consumers.create_task(
                    self._bus.consume(
                        topology.ORCHESTRATOR_RUNS,
                        starter.start,
                        concurrency=self._settings.capacity,
                    )
                )
                consumers.create_task(
                    self._bus.consume(
                        topology.ORCHESTRATOR_RESUMPTIONS,
                        resumer.resume,
                        concurrency=self._settings.capacity,
                    )
                )
                for spec, handle in (
                    (topology.ORCHESTRATOR_CONTROL, self._cancel_run),
                    (topology.ORCHESTRATOR_PAUSES, self._pause_run),
                ):
                    consumers.create_task(self._bus.consume(spec, handle))

    async def _cancel_run(self, delivery: Delivery) -> None:
        await cancel_run(delivery, self._bus)

    async def _pause_run(self, delivery: Delivery) -> None:
        await pause_run(delivery, self._bus)

    async def _resume_run_here(
        self, call: ResumeRunHere, incoming: Incoming
    ) -> ResumeRunHereReply | None:
        held = self.held.find(incoming.tenant, call.run_id)
        counted = await tell(held, call) if held is not None else None
        return ResumeRunHereReply(counted=counted) if counted is not None else None

    async def _pause_run_here(
        self, call: PauseRunHere, incoming: Incoming
    ) -> PauseRunHereReply | None:
        held = self.held.find(incoming.tenant, call.run_id)
        is_paused = held is not None and held.execution.pause(hold_reason(call))
        return PauseRunHereReply() if is_paused else None

    async def _stop_run_here(
        self, call: StopRunHere, incoming: Incoming
    ) -> StopRunHereReply | None:
        stopped = await self.held.stop(incoming.tenant, call.run_id, reason=call.reason, by=call.by)
        return StopRunHereReply() if stopped else None

    async def _find_run_holder(
        self, call: FindRunHolder, incoming: Incoming
    ) -> FindRunHolderReply | None:
        found = self.held.find(incoming.tenant, call.run_id)
        return FindRunHolderReply(worker=self.name) if found is not None else None
