from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer, nats_server

__all__ = ["nats_server"]

Connect = Callable[[NatsServer], Awaitable[Bus]]


@pytest.fixture
def own_server() -> Iterator[NatsServer]:
    """Give a test a server that it may kill, or whose streams it wants for itself."""
    with NatsServer() as server:
        yield server


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Give a test a way to connect as often as it likes."""
    made: list[Bus] = []

    async def connect(server: NatsServer) -> Bus:
        made.append(await Bus.connect(server.settings(), service="orchestrator"))
        await made[-1].ensure_topology()
        return made[-1]

    yield connect
    for bus in made:
        await bus.close()


@pytest.fixture
async def bus(nats_server: NatsServer, connect: Connect) -> Bus:
    """Give a test a bus on the server that its module shares."""
    return await connect(nats_server)


@pytest.fixture
async def own_bus(own_server: NatsServer, connect: Connect) -> Bus:
    """Give a test a bus on a server of its own."""
    return await connect(own_server)
