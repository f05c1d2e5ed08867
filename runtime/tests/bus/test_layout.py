"""Buckets and blobs lie as NATS lays them out: its own client reads ours, and we read its."""

import hashlib
import os
from collections.abc import AsyncIterator

import nats
import pytest
from nats.js import JetStreamContext

from skep_contracts import topology
from skep_contracts.ids import BlobKey
from skep_runtime.bus import Bus, Entry
from skep_testing.nats import NatsServer


@pytest.fixture
async def reference(nats_server: NatsServer) -> AsyncIterator[JetStreamContext]:
    client = await nats.connect(
        nats_server.url, user=nats_server.user, password=nats_server.password
    )
    yield client.jetstream()
    await client.close()


async def test_buckets_have_the_common_layout(bus: Bus, reference: JetStreamContext) -> None:
    ours = bus.bucket(topology.SETTINGS)
    theirs = await reference.key_value(topology.SETTINGS.name)
    revision = await ours.put("by.us", b"1")
    await ours.create("gone", b"x")
    await ours.delete("gone")

    entry = await theirs.get("by.us")
    their_revision = await theirs.put("by.them", b"2")
    await theirs.put("purged", b"x")
    await theirs.purge("purged")

    assert (entry.value, entry.revision) == (b"1", revision)
    assert await theirs.keys() == ["by.us", "by.them"]
    assert await ours.keys() == ["by.them", "by.us"]
    assert await ours.get("by.them") == Entry("by.them", b"2", their_revision)


async def test_object_store_has_the_common_layout(bus: Bus, reference: JetStreamContext) -> None:
    content = os.urandom(700_000)
    key = await bus.blobs.put("t_1", content)
    theirs = await reference.object_store(topology.BLOBS.name)

    read = await theirs.get(f"t_1/{key}")
    listed = await theirs.list()
    await theirs.delete(f"t_1/{key}")

    assert read.data == content
    assert [(info.name, info.size, info.chunks) for info in listed] == [(f"t_1/{key}", 700_000, 6)]
    assert not await bus.blobs.exists("t_1", key)


async def test_object_stored_by_another_client_reads_back(
    bus: Bus, reference: JetStreamContext
) -> None:
    content = os.urandom(300_000)
    key = BlobKey(hashlib.sha256(content).hexdigest())
    theirs = await reference.object_store(topology.BLOBS.name)
    await theirs.put(f"t_2/{key}", content)

    assert await bus.blobs.get("t_2", key, max_bytes=1_000_000) == content
