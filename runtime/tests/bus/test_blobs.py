import asyncio
import hashlib
import os
from collections.abc import AsyncIterator

import pytest

from skep_contracts.ids import BlobKey
from skep_contracts.problems import Defect, InvalidInput, NotFound, TooLarge
from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer

LIMIT = 64 * 1024 * 1024


async def chunks_stored(bus: Bus) -> int:
    info = await bus._jetstream.ask("STREAM.INFO.OBJ_SKEP_BLOBS")
    return int(info["state"]["messages"])


async def pieces(content: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


@pytest.mark.parametrize("size", [0, 1, 131_071, 131_072, 131_073, 5_000_000])
async def test_content_reads_back_under_its_hash(bus: Bus, size: int) -> None:
    content = os.urandom(size)

    key = await bus.blobs.put("t_1", content)

    assert key == hashlib.sha256(content).hexdigest()
    assert await bus.blobs.exists("t_1", key)
    assert await bus.blobs.get("t_1", key, max_bytes=LIMIT) == content
    assert b"".join([piece async for piece in bus.blobs.open("t_1", key)]) == content


async def test_content_that_is_there_is_not_sent_again(own_bus: Bus) -> None:
    content = os.urandom(400_000)
    await own_bus.blobs.put("t_1", content)
    before = await chunks_stored(own_bus)

    await own_bus.blobs.put("t_1", content)

    assert await chunks_stored(own_bus) == before


async def test_same_content_stored_by_many_at_once_is_kept_once(own_bus: Bus) -> None:
    content = os.urandom(400_000)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(6):
            tasks.create_task(own_bus.blobs.put("t_1", content))

    key = BlobKey(hashlib.sha256(content).hexdigest())
    assert await own_bus.blobs.get("t_1", key, max_bytes=LIMIT) == content
    assert await chunks_stored(own_bus) == 4 + 1


async def test_stream_is_stored_with_its_hash_and_size(bus: Bus) -> None:
    content = os.urandom(1_234_567)

    key, size = await bus.blobs.put_stream("t_1", pieces(content, 10_007), max_bytes=LIMIT)

    assert (key, size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert await bus.blobs.get("t_1", key, max_bytes=LIMIT) == content


async def test_stream_beyond_its_limit_leaves_nothing(own_bus: Bus) -> None:
    with pytest.raises(TooLarge):
        await own_bus.blobs.put_stream(
            "t_1", pieces(os.urandom(3_000_000), 100_000), max_bytes=2_500_000
        )

    assert await chunks_stored(own_bus) == 0


async def test_stream_that_breaks_off_leaves_nothing(own_bus: Bus) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield os.urandom(2_000_000)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await own_bus.blobs.put_stream("t_1", broken(), max_bytes=LIMIT)

    assert await chunks_stored(own_bus) == 0


async def test_other_tenants_do_not_see_it(bus: Bus) -> None:
    key = await bus.blobs.put("t_1", b"mine")

    assert not await bus.blobs.exists("t_2", key)
    with pytest.raises(NotFound):
        await bus.blobs.get("t_2", key, max_bytes=LIMIT)


async def test_content_beyond_the_readers_limit_is_refused(bus: Bus) -> None:
    key = await bus.blobs.put("t_1", b"x" * 1_000)

    with pytest.raises(TooLarge):
        await bus.blobs.get("t_1", key, max_bytes=999)


async def test_deleted_content_is_gone_and_can_be_stored_again(own_bus: Bus) -> None:
    content = os.urandom(300_000)
    key = await own_bus.blobs.put("t_1", content)

    await own_bus.blobs.delete("t_1", key)
    await own_bus.blobs.delete("t_1", key)

    assert not await own_bus.blobs.exists("t_1", key)
    assert await chunks_stored(own_bus) == 1
    await own_bus.blobs.put("t_1", content)
    assert await own_bus.blobs.get("t_1", key, max_bytes=LIMIT) == content


@pytest.mark.parametrize("key", ["", "x", "../../etc", "*", "a" * 63 + "."])
async def test_key_that_is_no_hash_is_refused(bus: Bus, key: str) -> None:
    with pytest.raises(InvalidInput):
        await bus.blobs.get("t_1", BlobKey(key), max_bytes=LIMIT)


async def test_damaged_content_is_not_handed_out(own_bus: Bus) -> None:
    key = await own_bus.blobs.put("t_1", os.urandom(300_000))
    await own_bus._jetstream.ask("STREAM.MSG.DELETE.OBJ_SKEP_BLOBS", {"seq": 2})

    with pytest.raises(Defect) as caught:
        await own_bus.blobs.get("t_1", key, max_bytes=LIMIT)

    assert caught.value.exact_code == "blob_damaged"


async def test_upload_survives_the_death_of_the_server(
    own_bus: Bus, own_server: NatsServer
) -> None:
    content = os.urandom(12_000_000)

    async def slowly() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 500_000):
            yield content[start : start + 500_000]
            await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as tasks:
        storing = tasks.create_task(own_bus.blobs.put_stream("t_1", slowly(), max_bytes=LIMIT))
        await asyncio.sleep(0.15)
        await asyncio.to_thread(own_server.restart)

    key, _ = storing.result()
    assert await own_bus.blobs.get("t_1", key, max_bytes=LIMIT) == content
