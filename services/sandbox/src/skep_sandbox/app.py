"""The composition root: the only place that constructs things."""

import asyncio
import os
from typing import Final

from skep_contracts.plugins.manifest import RUNTIMES
from skep_runtime.bus import Bus
from skep_runtime.egress import EgressClient
from skep_runtime.lifecycle import Stop
from skep_runtime.plugins import PluginHost
from skep_sandbox.admission import Admission
from skep_sandbox.handlers import Handlers
from skep_sandbox.runtimes import Runtimes
from skep_sandbox.settings import SandboxSettings

_PER_PROCESSOR: Final = 2


async def serve(settings: SandboxSettings, stop: Stop) -> None:
    """Run the sandbox until it is asked to stop."""
    http = EgressClient(settings.egress)
    host = PluginHost([RUNTIMES], settings.plugins, http=http)
    runtimes = Runtimes(host, wanted=settings.runtime)
    try:
        async with asyncio.TaskGroup() as starting:
            connecting = starting.create_task(Bus.connect(settings.bus, service="sandbox"))
            starting.create_task(_start(host, runtimes))
        bus = connecting.result()
        try:
            await _answer(settings, bus, host=host, runtimes=runtimes, stop=stop)
        finally:
            await bus.close()
    finally:
        await runtimes.stop()
        await http.close()


async def _start(host: PluginHost, runtimes: Runtimes) -> None:
    host.load()
    await runtimes.choose()


async def _answer(
    settings: SandboxSettings, bus: Bus, *, host: PluginHost, runtimes: Runtimes, stop: Stop
) -> None:
    """Answer calls and follow installed plugins, until it is time to stop."""
    admission = Admission(
        settings.capacity or _PER_PROCESSOR * (os.cpu_count() or 1),
        waiting=settings.waiting,
        max_wait_s=settings.max_wait_s,
        tenant_share=settings.tenant_share,
    )
    await bus.ensure_topology()
    Handlers(runtimes, admission, settings.maximum).register(bus, waiting=settings.waiting)
    changed = asyncio.Event()
    host.on_change(changed.set)

    async def follow() -> None:
        while True:
            await changed.wait()
            changed.clear()
            await runtimes.choose()

    async with asyncio.TaskGroup() as tasks:
        following = [tasks.create_task(host.watch(bus)), tasks.create_task(follow())]
        await stop.wait()
        for task in following:
            task.cancel()
