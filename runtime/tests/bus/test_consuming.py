import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgspec
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from skep_contracts import subjects, topology
from skep_contracts.commands.run import CancelRun, StartRun
from skep_contracts.events.app import AppDeleted
from skep_contracts.ids import AppId, RunId, VersionHash
from skep_contracts.problems import (
    Conflict,
    InvalidInput,
    ProviderFailed,
    RateLimited,
    Unavailable,
)
from skep_contracts.topology import ConsumerSpec
from skep_runtime.bus import Bus, DeadLetter, Delivery, Fenced, HandBack
from skep_runtime.bus.wire.pulling import Puller
from skep_testing.eventually import eventually
from skep_testing.nats import NatsServer

SPEC = ConsumerSpec(
    stream="SKEP_COMMANDS_ORCHESTRATOR",
    durable="orchestrator-test",
    filter_subject=subjects.commands_to("orchestrator"),
    ack_wait_s=1.0,
    max_deliver=3,
    backoff_s=(0.05, 0.1),
)
SUBJECT = subjects.command("t_1", "orchestrator", "start_run")
Connect = Callable[[NatsServer], Awaitable[Bus]]
Handler = Callable[[Delivery], Awaitable[None]]


@asynccontextmanager
async def consuming(
    bus: Bus, handler: Handler, *, spec: ConsumerSpec = SPEC, concurrency: int = 64
) -> AsyncIterator[asyncio.Task[None]]:
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(bus.consume(spec, handler, concurrency=concurrency))
        try:
            yield task
        finally:
            task.cancel()


async def start(bus: Bus, run_id: str = "run_1") -> None:
    command = StartRun(
        run_id=RunId(run_id), app_id=AppId("app_1"), version=VersionHash("v"), inputs={}
    )
    await bus.publish(command, tenant="t_1", message_id=run_id)


async def left_in(bus: Bus) -> int:
    info = await bus._jetstream.ask(f"STREAM.INFO.{SPEC.stream}")
    return int(info["state"]["messages"])


async def wait_until_empty(bus: Bus) -> None:
    async with asyncio.timeout(10):
        while await left_in(bus):  # noqa: ASYNC110 - the server is asked
            await asyncio.sleep(0.01)


async def dead_letters(bus: Bus) -> list[DeadLetter]:
    stored = [m async for m in bus.replay(topology.DEAD_LETTERS, ["skep.v1.dead.>"])]
    return [msgspec.json.decode(message.data, type=DeadLetter) for message in stored]


async def test_handled_message_is_gone(own_bus: Bus) -> None:
    seen: list[tuple[str, str, int]] = []

    async def handle(delivery: Delivery) -> None:
        command = delivery.decode(StartRun)
        seen.append((command.run_id, delivery.tenant, delivery.delivered))

    await start(own_bus)
    async with consuming(own_bus, handle):
        await wait_until_empty(own_bus)

    assert seen == [("run_1", "t_1", 1)]


async def test_each_message_goes_to_one_of_two_workers(
    own_server: NatsServer, connect: Connect
) -> None:
    first, second = await connect(own_server), await connect(own_server)
    seen: list[tuple[int, int]] = []

    def worker(number: int) -> Handler:
        async def handle(delivery: Delivery) -> None:
            await asyncio.sleep(0.002)
            seen.append((delivery.stream_seq, number))

        return handle

    async with (
        consuming(first, worker(1), concurrency=4),
        consuming(second, worker(2), concurrency=4),
    ):
        for n in range(200):
            await start(first, f"run_{n}")
        await wait_until_empty(first)

    assert sorted(seq for seq, _ in seen) == list(range(1, 201))
    assert {number for _, number in seen} == {1, 2}


async def test_no_more_than_the_concurrency_run_at_once(own_bus: Bus) -> None:
    running = most = 0

    async def handle(delivery: Delivery) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.005)
        running -= 1

    for n in range(60):
        await start(own_bus, f"run_{n}")
    async with consuming(own_bus, handle, concurrency=7):
        await wait_until_empty(own_bus)

    assert most == 7


async def test_long_handler_keeps_its_message(own_bus: Bus) -> None:
    calls = 0

    async def handle(delivery: Delivery) -> None:
        nonlocal calls
        calls += 1
        await asyncio.sleep(2.5 * SPEC.ack_wait_s)

    await start(own_bus)
    async with consuming(own_bus, handle):
        await wait_until_empty(own_bus)

    assert calls == 1


async def test_thousands_can_be_held_at_once(own_bus: Bus) -> None:
    spec = msgspec.structs.replace(SPEC, max_ack_pending=20_000)
    release = asyncio.Event()
    deliveries = 0

    async def handle(delivery: Delivery) -> None:
        nonlocal deliveries
        deliveries += 1
        await release.wait()

    commands = [(CancelRun(run_id=RunId(f"run_{n}")), "t_1", None) for n in range(3_000)]
    await own_bus.publish_many(commands)
    async with consuming(own_bus, handle, spec=spec, concurrency=4_000):
        await eventually(lambda: deliveries == 3_000)
        await asyncio.sleep(1.5 * SPEC.ack_wait_s)
        release.set()
        await wait_until_empty(own_bus)

    assert deliveries == 3_000


async def test_batches_follow_each_other_without_a_pause(
    own_bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Puller, "_prepare_again", None)

    async def handle(delivery: Delivery) -> None:
        return

    await own_bus.publish_many(
        [(CancelRun(run_id=RunId(f"run_{n}")), "t_1", None) for n in range(800)]
    )
    async with consuming(own_bus, handle, concurrency=20):
        await wait_until_empty(own_bus)


async def test_many_large_messages_do_not_overwhelm_the_connection(own_bus: Bus) -> None:
    seen = 0

    async def handle(delivery: Delivery) -> None:
        nonlocal seen
        seen += 1

    for n in range(200):
        command = CancelRun(run_id=RunId(f"run_{n}"), reason="x" * 250_000)
        await own_bus.publish(command, tenant="t_1")
    async with consuming(own_bus, handle, concurrency=1_000):
        await wait_until_empty(own_bus)

    assert seen == 200


async def test_cancelled_consumer_hands_back_at_once(
    own_server: NatsServer, connect: Connect
) -> None:
    first, second = await connect(own_server), await connect(own_server)
    spec = msgspec.structs.replace(SPEC, ack_wait_s=30.0)
    loop = asyncio.get_running_loop()
    cancelled: list[float] = []
    taken: list[float] = []

    async def hold(delivery: Delivery) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.append(loop.time())

    async def take(delivery: Delivery) -> None:
        taken.append(loop.time())

    for n in range(20):
        await start(first, f"run_{n}")
    async with consuming(first, hold, spec=spec, concurrency=20) as holding:
        await asyncio.sleep(0.2)
        async with consuming(second, take, spec=spec):
            await asyncio.sleep(0.1)
            assert not taken
            holding.cancel()
            await wait_until_empty(second)

    assert len(cancelled) == len(taken) == 20
    assert max(taken) - max(cancelled) < 0.5


async def test_cancelling_in_a_flood_leaves_no_message_waiting(
    own_server: NatsServer, connect: Connect
) -> None:
    publisher, worker = await connect(own_server), await connect(own_server)
    spec = msgspec.structs.replace(SPEC, ack_wait_s=30.0)

    async def handle(delivery: Delivery) -> None:
        await asyncio.sleep(0.001)

    async def flood() -> None:
        for n in range(500):
            await start(publisher, f"run_{n}")

    async with asyncio.TaskGroup() as tasks:
        flooding = tasks.create_task(flood())
        while not flooding.done():
            async with consuming(worker, handle, spec=spec, concurrency=50):
                await asyncio.sleep(0.01)
    async with consuming(worker, handle, spec=spec):
        await wait_until_empty(publisher)


async def test_error_from_a_task_group_counts_as_itself(own_bus: Bus) -> None:
    async def fail() -> None:
        raise InvalidInput("bad")

    async def handle(delivery: Delivery) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(fail())

    await start(own_bus)
    async with consuming(own_bus, handle):
        await wait_until_empty(own_bus)

    assert await dead_letters(own_bus) == []


async def test_message_of_a_worker_that_died_goes_to_another(
    own_server: NatsServer, connect: Connect
) -> None:
    first, second = await connect(own_server), await connect(own_server)
    deliveries: list[int] = []

    async def hold(delivery: Delivery) -> None:
        await asyncio.sleep(60)

    async def take(delivery: Delivery) -> None:
        deliveries.append(delivery.delivered)

    await start(first)
    async with consuming(first, hold):
        await asyncio.sleep(0.1)
        first._connection._is_closing = True
        assert first._connection._link is not None
        first._connection._link.abort()
        async with consuming(second, take):
            await wait_until_empty(second)

    assert deliveries == [2]


async def test_message_that_comes_again_while_it_is_handled_starts_no_second_handler(
    own_bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skep_runtime.bus.consuming._IN_PROGRESS", b"")
    deliveries = 0

    async def handle(delivery: Delivery) -> None:
        nonlocal deliveries
        deliveries += 1
        await asyncio.sleep(2.5 * SPEC.ack_wait_s)

    spec = msgspec.structs.replace(SPEC, ack_wait_s=30.0)
    await start(own_bus)
    async with consuming(own_bus, handle, spec=msgspec.structs.replace(spec, ack_wait_s=0.5)):
        await wait_until_empty(own_bus)

    assert deliveries == 1


@pytest.mark.parametrize(
    "error",
    [InvalidInput("bad"), Conflict("no")],
    ids=lambda error: type(error).__name__,
)
async def test_error_of_the_sender_ends_the_message(own_bus: Bus, error: Exception) -> None:
    calls = 0

    async def handle(delivery: Delivery) -> None:
        nonlocal calls
        calls += 1
        raise error

    await start(own_bus)
    async with consuming(own_bus, handle):
        await wait_until_empty(own_bus)

    assert calls == 1
    assert await dead_letters(own_bus) == []


@pytest.mark.parametrize(
    "error",
    [RateLimited("wait", retry_after_s=0.01), Unavailable("away")],
    ids=lambda error: type(error).__name__,
)
async def test_what_is_only_away_is_tried_beyond_the_limit(own_bus: Bus, error: Exception) -> None:
    tries = 0

    async def handle(delivery: Delivery) -> None:
        nonlocal tries
        tries += 1
        if tries <= 2 * SPEC.max_deliver:
            raise error

    await start(own_bus)
    async with consuming(own_bus, handle):
        await wait_until_empty(own_bus)

    assert tries == 2 * SPEC.max_deliver + 1
    assert await dead_letters(own_bus) == []


@pytest.mark.parametrize(
    ("error", "code"),
    [(ZeroDivisionError("secret"), "defect"), (ProviderFailed("broken"), "provider_failed")],
)
async def test_what_fails_to_the_end_becomes_a_dead_letter(
    own_bus: Bus, error: Exception, code: str
) -> None:
    tries: list[int] = []

    async def handle(delivery: Delivery) -> None:
        tries.append(delivery.delivered)
        raise error

    await start(own_bus)
    async with consuming(own_bus, handle):
        await wait_until_empty(own_bus)

    (letter,) = await dead_letters(own_bus)
    assert tries == [1, 2, 3]
    assert (letter.consumer, letter.subject, letter.delivered) == (SPEC.durable, SUBJECT, 3)
    assert letter.problem.code == code
    assert "secret" not in letter.problem.detail
    assert letter.envelope is not None
    assert letter.envelope.id == "run_1"


def envelope(message_type: str, tenant: str, data: str) -> bytes:
    head = f'"id":"a","type":"{message_type}","tenant":"{tenant}","source":"s"'
    return f'{{{head},"time":"2026-01-01T00:00:00Z","data":{data}}}'.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\x00 not json",
        b"[1, 2, 3]",
        b'{"id": 1}',
        envelope("run.start.v1", "t_2", "{}"),
        envelope("run.start.v1", "t_1", '{"run_id":7}'),
        envelope("run.other.v1", "t_1", "{}"),
        b'"' + b"x" * 270_000 + b'"',
    ],
    ids=["empty", "bytes", "list", "fields", "tenant", "payload", "type", "huge"],
)
async def test_hostile_message_becomes_a_dead_letter_at_its_first_try(
    own_bus: Bus, data: bytes
) -> None:
    tries = 0

    async def handle(delivery: Delivery) -> None:
        nonlocal tries
        tries += 1
        delivery.decode(StartRun)

    await own_bus._jetstream.publish(SUBJECT, data)
    await start(own_bus, "run_good")
    async with consuming(own_bus, handle):
        await wait_until_empty(own_bus)

    (letter,) = await dead_letters(own_bus)
    assert tries == 2
    assert letter.size_bytes == len(data)
    assert letter.problem.code == "malformed_message"


async def test_message_that_ends_its_workers_is_given_up(own_bus: Bus) -> None:
    spec = msgspec.structs.replace(SPEC, max_deliver=1)
    tries = 0

    async def crash(delivery: Delivery) -> None:
        nonlocal tries
        tries += 1
        raise HandBack

    await start(own_bus)
    async with consuming(own_bus, crash, spec=spec):
        await wait_until_empty(own_bus)

    (letter,) = await dead_letters(own_bus)
    assert tries == 10
    assert letter.problem.code == "defect"


async def test_fenced_handler_leaves_the_message_to_its_new_holder(own_bus: Bus) -> None:
    tries: list[int] = []

    async def handle(delivery: Delivery) -> None:
        tries.append(delivery.delivered)
        if delivery.delivered == 1:
            raise Fenced(5)

    await start(own_bus)
    async with consuming(own_bus, handle):
        await asyncio.sleep(0.3)
        assert tries == [1]
        assert await left_in(own_bus) == 1
        await wait_until_empty(own_bus)

    assert tries == [1, 2]


async def test_idle_worker_hears_of_a_command_within_milliseconds(own_bus: Bus) -> None:
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[float] = asyncio.Queue()
    delays = []

    async def handle(delivery: Delivery) -> None:
        arrived.put_nowait(loop.time())

    async with consuming(own_bus, handle):
        await asyncio.sleep(0.2)
        for n in range(20):
            began = loop.time()
            await start(own_bus, f"run_{n}")
            delays.append(await arrived.get() - began)

    assert sorted(delays)[10] < 0.02


async def test_handler_runs_inside_the_trace_of_the_publisher(own_bus: Bus) -> None:
    tracer = TracerProvider().get_tracer("test")
    seen: list[int] = []

    async def handle(delivery: Delivery) -> None:
        seen.append(trace.get_current_span().get_span_context().trace_id)

    with tracer.start_as_current_span("work") as span:
        await start(own_bus)
    async with consuming(own_bus, handle):
        await wait_until_empty(own_bus)

    assert seen == [span.get_span_context().trace_id]


async def test_consumer_goes_on_after_it_was_deleted_at_the_server(own_bus: Bus) -> None:
    seen: list[int] = []

    async def handle(delivery: Delivery) -> None:
        seen.append(delivery.stream_seq)

    async with consuming(own_bus, handle):
        await start(own_bus, "run_1")
        await eventually(lambda: len(seen) == 1)
        await own_bus._jetstream.ask(f"CONSUMER.DELETE.{SPEC.stream}.{SPEC.durable}")
        await start(own_bus, "run_2")
        await eventually(lambda: len(seen) == 2)


async def test_handlers_and_heartbeats_survive_the_death_of_the_server(
    own_bus: Bus, own_server: NatsServer
) -> None:
    calls = 0
    done = 0

    async def handle(delivery: Delivery) -> None:
        nonlocal calls, done
        calls += 1
        await asyncio.sleep(3 * SPEC.ack_wait_s)
        done += 1

    await start(own_bus, "run_1")
    async with consuming(own_bus, handle):
        await eventually(lambda: calls == 1)
        await asyncio.to_thread(own_server.restart)
        await start(own_bus, "run_2")
        await wait_until_empty(own_bus)

    assert (calls, done) == (2, 2)


async def test_acknowledgement_given_while_the_server_was_away_counts(
    own_bus: Bus, own_server: NatsServer
) -> None:
    calls = 0
    release = asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        nonlocal calls
        calls += 1
        await release.wait()

    await start(own_bus)
    async with consuming(own_bus, handle):
        await eventually(lambda: calls == 1)
        own_server.kill()
        await eventually(lambda: not own_bus.is_connected)
        release.set()
        await asyncio.sleep(0.05)
        await asyncio.to_thread(own_server.start)
        await wait_until_empty(own_bus)

    assert calls == 1


async def test_stream_that_does_not_exist_is_said(own_bus: Bus) -> None:
    spec = msgspec.structs.replace(SPEC, stream="SKEP_NONE")

    async def handle(delivery: Delivery) -> None:
        raise AssertionError

    with pytest.raises(Unavailable, match="stream not found"):
        await own_bus.consume(spec, handle)


async def test_consumer_that_starts_now_hears_what_came_since_it_was_prepared(bus: Bus) -> None:
    spec = ConsumerSpec(
        stream="SKEP_EVENTS",
        durable="gateway-test",
        filter_subject=subjects.events_of("t_now"),
        starts_now=True,
        forgotten_after_s=60.0,
    )
    heard: list[str] = []

    async def handle(delivery: Delivery) -> None:
        heard.append(delivery.subject.split(".")[-2])

    await bus.publish(AppDeleted(app_id=AppId("app_before")), tenant="t_now")
    await bus.prepare_consumer(spec)
    await bus.publish(AppDeleted(app_id=AppId("app_after")), tenant="t_now")
    async with consuming(bus, handle, spec=spec):
        await eventually(lambda: heard == ["app_after"])
    await bus.drop_consumer(spec)
    await bus.drop_consumer(spec)
    await bus.publish(AppDeleted(app_id=AppId("app_unheard")), tenant="t_now")
    await bus.prepare_consumer(spec)
    await bus.publish(AppDeleted(app_id=AppId("app_again")), tenant="t_now")
    async with consuming(bus, handle, spec=spec):
        await eventually(lambda: len(heard) > 1)

    assert heard == ["app_after", "app_again"]
    await bus.drop_consumer(spec)
