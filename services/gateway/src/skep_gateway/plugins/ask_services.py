"""Asks every service what plugins it has loaded."""

import asyncio
from typing import Final

from skep_contracts.calls.plugin import DescribePlugins, DescribePluginsReply
from skep_contracts.problems import SkepError
from skep_contracts.subjects import PLATFORM
from skep_contracts.topology import SERVICES
from skep_runtime.bus import Bus

_ANSWER_S: Final = 1.0


async def ask_services(bus: Bus) -> dict[str, DescribePluginsReply | None]:
    """Return by service what one of its processes says; None where none does within a second."""
    async with asyncio.TaskGroup() as tasks:
        asked = {name: tasks.create_task(_ask(bus, name)) for name in SERVICES}
    return {name: task.result() for name, task in asked.items()}


async def _ask(bus: Bus, service: str) -> DescribePluginsReply | None:
    call = DescribePlugins(service=service)
    try:
        return await bus.broadcast(
            call, tenant=PLATFORM, reply=DescribePluginsReply, timeout_s=_ANSWER_S
        )
    except SkepError:
        return None
