"""A sync that is stopped: what it did stays, and nothing is removed."""

import asyncio
import time

from services.ingest.tests.sources.sources_stage import SourcesStage
from skep_contracts.calls.source import SyncStatus

BOOKS = [{"id": str(number), "text": f"Book {number}."} for number in range(5)]


async def test_running_sync_stops_and_the_next_one_does_the_rest(sources: SourcesStage) -> None:
    hold = sources.file.parent / "hold"
    hold.touch()
    made = await sources.shelf(*BOOKS)
    deadline = time.monotonic() + 15
    while (await sources.get(made.id)).sync.status != SyncStatus.RUNNING:  # type: ignore[union-attr]
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)

    stopped = (await sources.cancel(made.id)).sync
    again = (await sources.cancel("shelf")).sync
    hold.unlink()
    await asyncio.sleep(0.3)
    left = await sources.documents()
    after = await sources.get(made.id)
    synced = await sources.sync("shelf")

    assert stopped is not None
    assert (stopped.status, stopped.error) == (SyncStatus.CANCELLED, None)
    assert stopped.ended_at is not None
    assert again == stopped
    assert len(left) < len(BOOKS)
    assert after.sync is not None
    assert after.sync.status == SyncStatus.CANCELLED
    assert synced.status == SyncStatus.SUCCEEDED
    assert synced.number == stopped.number + 1
    assert len(await sources.documents()) == len(BOOKS)


async def test_cancelling_removes_nothing_and_leaves_what_has_ended(sources: SourcesStage) -> None:
    made = await sources.shelf(*BOOKS)
    ended = await sources.ended("shelf")
    hold = sources.file.parent / "hold"
    hold.touch()
    sources.put({"id": "0", "text": "Another book 0."})

    untouched = (await sources.cancel(made.id)).sync
    await sources.start("shelf", allow_empty=True)
    await sources.cancel("shelf")
    hold.unlink()
    await asyncio.sleep(0.3)

    assert untouched == ended
    assert len(await sources.documents()) == len(BOOKS)
