import asyncio

import msgspec

from skep_contracts import topology
from skep_runtime.bus import Bus
from skep_runtime.bus.topology import ensure_stream, stream_config
from skep_testing.nats import NatsServer


async def config_of(bus: Bus, stream: str) -> dict[str, object]:
    info = await bus._jetstream.ask(f"STREAM.INFO.{stream}")
    config: dict[str, object] = info["config"]
    return config


async def test_every_stream_and_bucket_is_made(own_bus: Bus) -> None:
    names = {spec.name for spec in topology.STREAMS}
    names |= {f"KV_{spec.name}" for spec in topology.BUCKETS} | {f"OBJ_{topology.BLOBS.name}"}

    listed = await own_bus._jetstream.ask("STREAM.NAMES")

    assert set(listed["streams"]) == names
    assert (await config_of(own_bus, "SKEP_LIVE"))["storage"] == "memory"
    assert (await config_of(own_bus, "SKEP_COMMANDS_INGEST"))["retention"] == "workqueue"


async def test_several_processes_may_make_it_at_once(own_server: NatsServer) -> None:
    buses = [await Bus.connect(own_server.settings(), service=f"s{n}") for n in range(4)]

    for _ in range(3):
        async with asyncio.TaskGroup() as tasks:
            for bus in buses:
                tasks.create_task(bus.ensure_topology())

    for bus in buses:
        await bus.close()


async def test_changed_specification_updates_the_stream_and_keeps_its_messages(
    own_bus: Bus,
) -> None:
    seq = await own_bus.journal.append("skep.v1.journal.t_1.run.r", b"x", expected_last=0)
    older = msgspec.structs.replace(topology.JOURNAL, max_age_s=60.0, allow_rollup=False)
    await ensure_stream(own_bus._jetstream, stream_config(older, replicas=1))
    assert (await config_of(own_bus, "SKEP_JOURNAL"))["max_age"] == 60 * 10**9

    await own_bus.ensure_topology()

    config = await config_of(own_bus, "SKEP_JOURNAL")
    assert config["max_age"] == int(topology.JOURNAL.max_age_s) * 10**9
    assert config["allow_rollup_hdrs"] is True
    last = await own_bus.journal.last("skep.v1.journal.t_1.run.r")
    assert last is not None
    assert last.seq == seq
