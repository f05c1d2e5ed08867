"""Answers the calls of other services."""

from typing import Final

import msgspec

from skep_contracts.calls.code import (
    DescribeSandbox,
    DescribeSandboxReply,
    RunCode,
    RunCodeReply,
    StopCodeHere,
    StopCodeHereReply,
)
from skep_runtime.bus import Bus, Incoming
from skep_runtime.telemetry import meter, tracer
from skep_sandbox.admission import Admission
from skep_sandbox.limits import hold_to
from skep_sandbox.runtimes import Runtimes
from skep_sandbox.settings import MaximumSettings
from skep_sandbox.stopping import Stoppable

_SLOW_ANSWERS: Final = 16


class Handlers:
    """What the sandbox answers, and with what."""

    def __init__(self, runtimes: Runtimes, admission: Admission, maximum: MaximumSettings) -> None:
        self._runtimes = runtimes
        self._admission = admission
        self._maximum = maximum
        self._stoppable = Stoppable()
        self._tracer = tracer(__name__)
        self._seconds = meter(__name__).create_histogram(
            "skep.sandbox.run.duration", unit="s", description="Wall time of runs of code"
        )

    def register(self, bus: Bus, *, waiting: int) -> None:
        """Answer on `bus`; as many calls are in hand as there are places and room to wait."""
        # More than may wait, so that it is the admission that refuses, with its own words.
        concurrency = self._admission.capacity + waiting + _SLOW_ANSWERS
        bus.answer(RunCode, self.run_code, concurrency=concurrency)
        bus.answer_broadcast(StopCodeHere, self.stop_code_here)
        bus.answer(DescribeSandbox, self.describe_sandbox, concurrency=_SLOW_ANSWERS)

    async def run_code(self, call: RunCode, incoming: Incoming) -> RunCodeReply:
        """Run code when there is a place; cancelled, it kills the run."""
        limits = hold_to(call.request.limits, self._maximum)
        request = msgspec.structs.replace(call.request, limits=limits, tenant=incoming.tenant)
        async with (
            self._stoppable.known_as(incoming.tenant, call.key),
            self._admission.place(incoming.tenant),
        ):
            with self._tracer.start_as_current_span("run code") as span:
                result = await self._runtimes.run(request)
                # Numbers, never content: neither the code nor what it printed is ours to tell.
                fault = result.fault.value if result.fault else "none"
                about = {"skep.sandbox.language": request.language, "skep.sandbox.fault": fault}
                span.set_attributes({**about, "skep.sandbox.cpu_s": result.cpu_s})
        self._seconds.record(result.elapsed_s, about)
        return RunCodeReply(result=result)

    async def stop_code_here(
        self, call: StopCodeHere, incoming: Incoming
    ) -> StopCodeHereReply | None:
        """Stop a run that is in hand here; stay silent about any other."""
        is_here = await self._stoppable.stop(incoming.tenant, call.key)
        return StopCodeHereReply() if is_here else None

    async def describe_sandbox(
        self, call: DescribeSandbox, incoming: Incoming
    ) -> DescribeSandboxReply:
        """Tell what isolation holds and how much is free."""
        return DescribeSandboxReply(
            active=self._runtimes.active,
            reports=self._runtimes.reports,
            running=self._admission.running,
            capacity=self._admission.capacity,
        )
