"""What a transaction says is published exactly when it commits, whatever breaks in between."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import func, select

from skep_contracts.commands.document import IndexDocument
from skep_contracts.envelope import Envelope
from skep_contracts.events.app import AppPublished
from skep_contracts.ids import AppId, VersionHash, new_id
from skep_contracts.problems import TooLarge
from skep_contracts.topology import EVENTS
from skep_runtime.bus import Bus
from skep_runtime.database import Database, OutboxRelay, add_to_outbox, is_first_delivery, outbox
from skep_runtime.database.outbox import OutboxRow, forget_deliveries
from skep_testing.nats import NatsServer


@pytest.fixture(scope="module")
def module_nats() -> Iterator[NatsServer]:
    with NatsServer() as server:
        yield server


@pytest.fixture
async def bus(module_nats: NatsServer) -> AsyncIterator[Bus]:
    bus = await Bus.connect(module_nats.settings(), service="gateway")
    await bus.ensure_topology()
    yield bus
    await bus.close()


@pytest.fixture
def app() -> str:
    return new_id("app")


def published(number: int, *, app: str) -> AppPublished:
    return AppPublished(app_id=AppId(app), version=VersionHash("0" * 64), number=number)


async def waiting(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(OutboxRow)) or 0


async def on_the_stream(bus: Bus, app: str) -> list[Envelope]:
    subject = f"skep.v1.event.t_1.app.{app}.published"
    found = bus.replay(EVENTS, [subject], start_seq=1)
    return [msgspec.json.decode(message.data, type=Envelope) async for message in found]


@contextlib.asynccontextmanager
async def relaying(*relays: OutboxRelay) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(relay.run()) for relay in relays]
        yield
        for task in running:
            task.cancel()


async def until_empty(database: Database, timeout_s: float = 10) -> None:
    began = time.monotonic()
    while await waiting(database):
        assert time.monotonic() < began + timeout_s
        await asyncio.sleep(0.01)


async def test_fact_is_published_right_after_its_transaction(
    database: Database, bus: Bus, app: str
) -> None:
    began = time.monotonic()
    async with relaying(OutboxRelay(database, bus)):
        await asyncio.sleep(0.05)  # it has looked once and sleeps
        async with database.session() as session:
            fact = published(1, app=app)
            message_id = add_to_outbox(session, fact, tenant="t_1", correlation="req_1")
        await until_empty(database)

    (envelope,) = await on_the_stream(bus, app)
    assert time.monotonic() - began < 5
    assert (envelope.id, envelope.source, envelope.correlation) == (
        message_id,
        "gateway",
        "req_1",
    )
    assert msgspec.json.decode(envelope.data, type=AppPublished) == fact


async def test_relay_deletes_nothing_that_took_the_place_of_what_it_published(
    database: Database, bus: Bus, app: str
) -> None:
    """SQLite gives the number of a row that is gone to the next one."""
    async with database.session() as session:
        add_to_outbox(session, published(1, app=app), tenant="t_1")
    slow, fast = OutboxRelay(database, bus), OutboxRelay(database, bus)
    publish = slow._publish

    async def publish_slowly(row: OutboxRow) -> None:
        await publish(row)
        await fast._relay()  # another process publishes and deletes the same row
        async with database.session() as session:
            add_to_outbox(session, published(2, app=app), tenant="t_1")

    slow._publish = publish_slowly  # type: ignore[method-assign]
    await slow._relay()
    await fast._relay()

    numbers = [
        msgspec.json.decode(envelope.data, type=AppPublished).number
        for envelope in await on_the_stream(bus, app)
    ]
    assert numbers == [1, 2]
    assert await waiting(database) == 0


async def test_rolled_back_transaction_says_nothing(database: Database, bus: Bus, app: str) -> None:
    async def fail() -> None:
        async with database.session() as session:
            add_to_outbox(session, published(1, app=app), tenant="t_1")
            raise LookupError

    async with relaying(OutboxRelay(database, bus)):
        with pytest.raises(LookupError):
            await fail()
        await asyncio.sleep(0.1)

    assert await on_the_stream(bus, app) == []


async def test_order_is_kept_over_many_batches(database: Database, bus: Bus, app: str) -> None:
    for start in range(0, 250, 50):
        async with database.session() as session:
            for number in range(start, start + 50):
                add_to_outbox(session, published(number, app=app), tenant="t_1")
                await session.flush()

    async with relaying(OutboxRelay(database, bus)):
        await until_empty(database)

    found = await on_the_stream(bus, app)
    numbers = [msgspec.json.decode(e.data, type=AppPublished).number for e in found]
    assert numbers == list(range(250))


async def test_command_goes_to_its_owner(database: Database, bus: Bus) -> None:
    order = IndexDocument(dataset_id="ds_1", document_id="doc_1", version=1)

    async with database.session() as session:
        add_to_outbox(session, order, tenant="t_1", source="elsewhere")

    async with database.reading() as session:
        row = (await session.scalars(select(OutboxRow))).one()
    assert row.subject == "skep.v1.command.t_1.ingest.index_document"
    assert msgspec.json.decode(row.envelope, type=Envelope).source == "elsewhere"


async def test_crash_between_publishing_and_deleting_repeats_nothing(
    database: Database, bus: Bus, monkeypatch: pytest.MonkeyPatch, app: str
) -> None:
    async with database.session() as session:
        for number in range(3):
            add_to_outbox(session, published(number, app=app), tenant="t_1")
    relay = OutboxRelay(database, bus)
    with monkeypatch.context() as patch, contextlib.suppress(ConnectionError):
        patch.setattr(database, "session", lambda: (_ for _ in ()).throw(ConnectionError))
        await relay.run()
    assert await waiting(database) == 3

    async with relaying(OutboxRelay(database, bus)):
        await until_empty(database)

    assert len(await on_the_stream(bus, app)) == 3


async def test_two_relays_of_one_outbox_publish_each_fact_once(
    database: Database, bus: Bus, app: str
) -> None:
    async with relaying(OutboxRelay(database, bus), OutboxRelay(database, bus)):
        for number in range(40):
            async with database.session() as session:
                add_to_outbox(session, published(number, app=app), tenant="t_1")
        await until_empty(database)

    assert len(await on_the_stream(bus, app)) == 40


async def test_facts_wait_while_the_bus_is_away(database: Database, app: str) -> None:
    with NatsServer() as server:
        bus = await Bus.connect(server.settings(), service="gateway")
        await bus.ensure_topology()
        async with relaying(OutboxRelay(database, bus)):
            server.kill()
            for number in range(5):
                async with database.session() as session:
                    add_to_outbox(session, published(number, app=app), tenant="t_1")
            await asyncio.sleep(0.3)
            assert await waiting(database) == 5
            server.start()
            await until_empty(database, timeout_s=20)

        assert len(await on_the_stream(bus, app)) == 5
        await bus.close()


async def test_fact_that_no_message_can_hold_fails_its_transaction(database: Database) -> None:
    fact = AppPublished(
        app_id=AppId("app_1"), version=VersionHash("0"), number=1, note="x" * 300_000
    )

    async with database.session() as session:
        with pytest.raises(TooLarge):
            add_to_outbox(session, fact, tenant="t_1")


async def test_handled_message_is_known_when_it_comes_again(database: Database) -> None:
    async with database.session() as session:
        assert await is_first_delivery(session, "m1")

    async with database.session() as session:
        assert not await is_first_delivery(session, "m1")
        assert await is_first_delivery(session, "m2")


async def test_message_whose_handling_failed_is_not_known(database: Database) -> None:
    async def fail() -> None:
        async with database.session() as session:
            assert await is_first_delivery(session, "m1")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    async with database.session() as session:
        assert await is_first_delivery(session, "m1")


async def test_message_delivered_twice_at_once_is_first_once(database: Database) -> None:
    firsts = []

    async def handle() -> None:
        async with database.session() as session:
            firsts.append(await is_first_delivery(session, "m1"))

    async with asyncio.TaskGroup() as tasks:
        for _ in range(5):
            tasks.create_task(handle())

    assert sorted(firsts) == [False] * 4 + [True]


async def test_old_notes_are_forgotten(database: Database) -> None:
    async with database.session() as session:
        await is_first_delivery(session, "m1")
        await forget_deliveries(session, before=datetime.now(UTC) + timedelta(days=1))
        assert await is_first_delivery(session, "m1")


def test_poll_is_only_the_last_resort() -> None:
    assert outbox._POLL_S >= 10
