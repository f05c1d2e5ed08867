"""Which runtime runs code, and what is said when none may."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.plugins.runtimes import (
    CodeRequest,
    CodeResult,
    Guarantee,
    RuntimeDescription,
    RuntimeReport,
)
from skep_contracts.problems import Unavailable
from skep_runtime.plugins import PluginHost
from skep_sandbox.runtimes import Runtimes

REQUEST = CodeRequest(language="python", code="", inputs={})


class ScriptedRuntime:
    def __init__(self, name: str, *, holds: bool = True, breaks: bool = False) -> None:
        self.name, self.holds, self.breaks = name, holds, breaks
        self.is_running = False

    async def start(self) -> RuntimeReport:
        if self.breaks:
            raise ZeroDivisionError
        self.is_running = True
        guarantee = Guarantee(name="network", holds=self.holds, detail=f"{self.name} needs a key")
        return RuntimeReport(
            runtime=self.name, languages=("python",), environments=(), guarantees=(guarantee,)
        )

    async def run(self, request: CodeRequest) -> CodeResult:
        return CodeResult(result={"by": self.name})

    async def stop(self) -> None:
        self.is_running = False


def host_of(runtimes: Mapping[str, tuple[int, ScriptedRuntime]]) -> PluginHost:
    def factory(runtime: ScriptedRuntime) -> Callable[[PluginContext], ScriptedRuntime]:
        return lambda _: runtime

    offers = {
        name: RuntimeDescription(name=name, title=name, priority=priority, factory=factory(runtime))
        for name, (priority, runtime) in runtimes.items()
    }
    return cast("PluginHost", SimpleNamespace(runtimes=offers, context=lambda _: None))


async def chosen(wanted: str | None = None, **runtimes: tuple[int, Any]) -> Runtimes:
    found = Runtimes(host_of(runtimes), wanted=wanted)
    await found.choose()
    return found


async def test_usable_runtime_of_the_highest_priority_runs_code() -> None:
    low, high = ScriptedRuntime("low"), ScriptedRuntime("high")

    runtimes = await chosen(low=(1, low), high=(2, high))

    assert runtimes.active == "high"
    assert (await runtimes.run(REQUEST)).result == {"by": "high"}
    assert (high.is_running, low.is_running) == (True, False)
    assert {report.runtime for report in runtimes.reports} == {"low", "high"}


async def test_unusable_runtime_is_passed_over_and_still_reported() -> None:
    runtimes = await chosen(
        low=(1, ScriptedRuntime("low")), high=(2, ScriptedRuntime("high", holds=False))
    )

    assert runtimes.active == "low"
    assert [report.usable for report in runtimes.reports] == [False, True]


async def test_runtime_that_breaks_harms_nothing() -> None:
    runtimes = await chosen(
        low=(1, ScriptedRuntime("low")), high=(2, ScriptedRuntime("high", breaks=True))
    )

    assert runtimes.active == "low"
    assert "log" in runtimes.reports[0].guarantees[0].detail


async def test_operator_may_name_the_runtime() -> None:
    runtimes = await chosen(
        "low", low=(1, ScriptedRuntime("low")), high=(2, ScriptedRuntime("high"))
    )

    assert runtimes.active == "low"


async def test_named_runtime_that_is_not_installed_is_said() -> None:
    runtimes = await chosen("other", low=(1, ScriptedRuntime("low")))

    with pytest.raises(Unavailable, match=r"other.*Installed: low"):
        await runtimes.run(REQUEST)


async def test_without_isolation_nothing_runs_and_the_reason_is_given() -> None:
    runtimes = await chosen(low=(1, ScriptedRuntime("low", holds=False)))

    with pytest.raises(Unavailable, match="low needs a key") as refusal:
        await runtimes.run(REQUEST)

    assert refusal.value.exact_code == "no_isolation"


async def test_without_any_runtime_nothing_runs() -> None:
    runtimes = await chosen()

    with pytest.raises(Unavailable, match="No sandbox runtime is installed"):
        await runtimes.run(REQUEST)


async def test_removed_runtime_is_stopped_and_replaced() -> None:
    first, second = ScriptedRuntime("first"), ScriptedRuntime("second")
    host = host_of({"first": (2, first), "second": (1, second)})
    runtimes = Runtimes(host, wanted=None)
    await runtimes.choose()

    del cast("dict[str, Any]", host.runtimes)["first"]
    await runtimes.choose()

    assert (runtimes.active, first.is_running) == ("second", False)


async def test_stopped_runtimes_run_nothing() -> None:
    only = ScriptedRuntime("only")
    runtimes = await chosen(only=(1, only))

    await runtimes.stop()

    assert not only.is_running
    with pytest.raises(Unavailable):
        await runtimes.run(REQUEST)
