"""What is known of a run that no worker has begun: a note on the live stream, kept for minutes."""

import contextlib
from typing import Any, Final

import msgspec

from skep_contracts import subjects, topology
from skep_runtime.bus import Bus

_CHANNEL: Final = "queued"


def announce(bus: Bus, *, tenant: str, run_id: str, details: dict[str, Any]) -> None:
    """Note that a run waits for a worker. Costs no round trip."""
    bus.publish_live(subjects.live(tenant, run_id, _CHANNEL), msgspec.json.encode(details))


async def find_announcement(bus: Bus, *, tenant: str, run_id: str) -> dict[str, Any] | None:
    """Return what was noted of a run, None when nothing was or the note has expired."""
    replay = bus.replay(topology.LIVE, [subjects.live(tenant, run_id, _CHANNEL)])
    async with contextlib.aclosing(replay) as messages:
        async for message in messages:
            noted: dict[str, Any] = msgspec.json.decode(message.data)
            return noted
    return None
