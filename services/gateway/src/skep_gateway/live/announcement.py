"""What is known of a run that no worker has begun: a note on the live stream, kept for minutes."""

import asyncio
import contextlib
from typing import Any, Final

import msgspec

from skep_contracts import subjects, topology
from skep_contracts.ids import is_ulid, ulid_time_ms
from skep_runtime.bus import Bus
from skep_runtime.clock import now_ms

_CHANNEL: Final = "queued"
_FRESH_MS: Final = 3_000
_PAUSES_S: Final = (0.03, 0.1)


def announce(bus: Bus, *, tenant: str, run_id: str, details: dict[str, Any]) -> None:
    """Note that a run waits for a worker. Costs no round trip."""
    bus.publish_live(subjects.live(tenant, run_id, _CHANNEL), msgspec.json.encode(details))


async def find_announcement(bus: Bus, *, tenant: str, run_id: str) -> dict[str, Any] | None:
    """Return what was noted of a run, None when nothing was or the note has expired."""
    noted = await _find(bus, tenant, run_id)
    if noted is None and _is_fresh(run_id):
        # Nobody waits for the note to be stored, so who asks at once may be early.
        for pause_s in _PAUSES_S:
            await asyncio.sleep(pause_s)
            noted = await _find(bus, tenant, run_id)
            if noted is not None:
                break
    return noted


def _is_fresh(run_id: str) -> bool:
    ulid = run_id.rpartition("_")[2]
    return is_ulid(ulid) and now_ms() - ulid_time_ms(ulid) < _FRESH_MS


async def _find(bus: Bus, tenant: str, run_id: str) -> dict[str, Any] | None:
    replay = bus.replay(topology.LIVE, [subjects.live(tenant, run_id, _CHANNEL)])
    async with contextlib.aclosing(replay) as messages:
        async for message in messages:
            noted: dict[str, Any] = msgspec.json.decode(message.data)
            return noted
    return None
