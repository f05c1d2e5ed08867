import time

from skep_runtime.bus import Bus
from skep_testing.nats import NatsCluster, NatsServer

LOG = "skep.v1.journal.t_1.run.r"


async def append(server: NatsServer, expected_last: int) -> int:
    bus = await Bus.connect(server.settings(), service="test")
    await bus.ensure_topology()
    seq = await bus.journal.append(LOG, b"x", expected_last=expected_last)
    await bus.close()
    return seq


async def test_server_keeps_data_and_port_over_a_kill_and_a_stop() -> None:
    with NatsServer() as server:
        port = server.port
        first = await append(server, 0)

        server.restart()
        second = await append(server, first)
        server.stop()
        server.start()
        third = await append(server, second)

        assert (first, second, third) == (1, 2, 3)
        assert server.port == port


def test_server_is_ready_soon_and_leaves_nothing() -> None:
    began = time.monotonic()

    with NatsServer() as server:
        assert time.monotonic() - began < 5
        directory = server.directory
        assert directory.exists()

    assert not directory.exists()


async def test_server_that_syncs_always_stores_too() -> None:
    with NatsServer(sync="always") as server:
        assert await append(server, 0) == 1


async def test_cluster_keeps_three_copies() -> None:
    with NatsCluster() as cluster:
        bus = await Bus.connect(cluster.settings(), service="test")
        await bus.ensure_topology()

        assert await bus.journal.append(LOG, b"x", expected_last=0) == 1

        await bus.close()
