"""Starts the installed runtimes and keeps the one that runs code."""

import asyncio
import logging
from typing import Final

from skep_contracts.plugins.runtimes import (
    CodeRequest,
    CodeResult,
    Guarantee,
    RuntimeDescription,
    RuntimeReport,
    SandboxRuntime,
)
from skep_contracts.problems import SkepError, Unavailable
from skep_runtime.plugins import PluginHost

_LOG: Final = logging.getLogger(__name__)
_START_TIMEOUT_S: Final = 60.0
_STOP_TIMEOUT_S: Final = 10.0


class Runtimes:
    """The runtimes that plugins offer, and the active one among them."""

    def __init__(self, host: PluginHost, *, wanted: str | None) -> None:
        """Choose by priority among what `host` offers, or the one called `wanted`."""
        self.active: str | None = None
        self.reports: tuple[RuntimeReport, ...] = ()
        self._host = host
        self._wanted = wanted
        self._runtime: SandboxRuntime | None = None
        self._choosing = asyncio.Lock()

    async def choose(self) -> None:
        """Start what is installed, highest priority first, and keep the first that is usable.

        Does nothing while the active one is still installed.
        """
        async with self._choosing:
            if self.active is not None and self.active in self._host.runtimes:
                return
            await self._stop()
            reports = []
            for description in self._candidates():
                runtime, report = await self._start(description)
                reports.append(report)
                if runtime is not None and self._runtime is None and report.usable:
                    self._runtime, self.active = runtime, description.name
                elif runtime is not None:
                    await _stop(runtime)
            self.reports = tuple(reports)
            self._log_choice()

    async def run(self, request: CodeRequest) -> CodeResult:
        """Run code in the active runtime.

        Raises:
            Unavailable: There is none; the detail says what each installed one is missing.
        """
        if self._runtime is None:
            raise Unavailable(self.why_not, code="no_isolation")
        return await self._runtime.run(request)

    async def stop(self) -> None:
        """Stop the active runtime and everything it runs."""
        async with self._choosing:
            await self._stop()

    def _candidates(self) -> list[RuntimeDescription]:
        offered = sorted(self._host.runtimes.values(), key=lambda d: (-d.priority, d.name))
        return [d for d in offered if self._wanted in {None, d.name}]

    async def _start(
        self, description: RuntimeDescription
    ) -> tuple[SandboxRuntime | None, RuntimeReport]:
        runtime = None
        try:
            runtime = description.factory(self._host.context(description.name))
            async with asyncio.timeout(_START_TIMEOUT_S):
                return runtime, await runtime.start()
        except SkepError as error:
            reason = error.detail
        except TimeoutError:
            reason = f"It did not start within {_START_TIMEOUT_S:g} s."
        except Exception:  # noqa: BLE001  # a plugin's mistake must not end the service
            _LOG.exception("runtime failed to start", extra={"runtime": description.name})
            reason = "It failed to start; the log of the sandbox service says why."
        guarantee = Guarantee(name="start", holds=False, detail=reason)
        return runtime, RuntimeReport(
            runtime=description.name, languages=(), environments=(), guarantees=(guarantee,)
        )

    async def _stop(self) -> None:
        runtime, self._runtime, self.active = self._runtime, None, None
        if runtime is not None:
            await _stop(runtime)

    @property
    def why_not(self) -> str:
        """Say why no code runs: what is missing, for each installed runtime."""
        if self._wanted is not None and not self.reports:
            offers = ", ".join(sorted(self._host.runtimes)) or "none"
            return (
                f"The sandbox is set to use the runtime {self._wanted}, which is not installed. "
                f"Installed: {offers}. Change SKEP_SANDBOX__RUNTIME or install its plugin."
            )
        if not self.reports:
            return "No sandbox runtime is installed, so code cannot be run. Install its plugin."
        missing = [
            f"{report.runtime}: {guarantee.detail}"
            for report in self.reports
            for guarantee in report.guarantees
            if guarantee.required and not guarantee.holds
        ]
        return f"Code cannot be run safely on this machine, so it is not run. {' '.join(missing)}"

    def _log_choice(self) -> None:
        if self.active is None:
            _LOG.warning("code cannot be run", extra={"reason": self.why_not})
        else:
            _LOG.info("runtime ready", extra={"runtime": self.active})


async def _stop(runtime: SandboxRuntime) -> None:
    try:
        async with asyncio.timeout(_STOP_TIMEOUT_S):
            await runtime.stop()
    except Exception:  # noqa: BLE001  # a plugin's mistake must not keep the service from ending
        _LOG.exception("runtime failed to stop")
