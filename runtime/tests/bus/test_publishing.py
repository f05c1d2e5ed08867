import asyncio

import msgspec
import pytest
from opentelemetry.sdk.trace import TracerProvider

from skep_contracts import subjects, topology
from skep_contracts.commands.run import StartRun
from skep_contracts.envelope import Envelope, wrap
from skep_contracts.events.app import AppDeleted
from skep_contracts.events.run import RunCancelled
from skep_contracts.ids import AppId, RunId, VersionHash
from skep_contracts.problems import TooLarge, Unavailable
from skep_runtime.bus import Bus
from skep_testing.eventually import eventually
from skep_testing.nats import NatsServer


def deleted(app_id: str = "app_1") -> AppDeleted:
    return AppDeleted(app_id=AppId(app_id))


async def test_event_is_stored_as_an_envelope_on_its_subject(bus: Bus) -> None:
    published = await bus.publish(
        deleted(), tenant="t_1", message_id="m-1", correlation="run_1", causation="m-0"
    )

    stored = [m async for m in bus.replay(topology.EVENTS, [subjects.events_of("t_1")])][-1]
    envelope = msgspec.json.decode(stored.data, type=Envelope)
    assert stored.seq == published.seq
    assert stored.subject == "skep.v1.event.t_1.app.app_1.deleted"
    assert (envelope.id, envelope.type, envelope.tenant) == ("m-1", "app.deleted.v1", "t_1")
    assert (envelope.source, envelope.correlation, envelope.causation) == (
        "orchestrator",
        "run_1",
        "m-0",
    )


async def test_repeat_of_a_message_id_is_dropped(bus: Bus) -> None:
    first = await bus.publish(deleted(), tenant="t_2", message_id="same")

    second = await bus.publish(deleted(), tenant="t_2", message_id="same")

    assert not first.is_duplicate
    assert second.is_duplicate
    assert second.seq == first.seq


async def test_wrapped_message_keeps_its_id(bus: Bus) -> None:
    envelope = wrap(deleted(), tenant="t_3", source="ingest", message_id="kept")
    subject = subjects.event("t_3", "app", "app_1", "deleted")
    await bus.publish_envelope(subject, envelope)

    again = await bus.publish_envelope(subject, envelope)

    assert again.is_duplicate


async def test_many_are_stored_in_order(bus: Bus) -> None:
    await bus.publish_many([(deleted(f"app_{n}"), "t_4", None) for n in range(700)])

    replayed = [m.subject async for m in bus.replay(topology.EVENTS, [subjects.events_of("t_4")])]
    assert replayed == [subjects.event("t_4", "app", f"app_{n}", "deleted") for n in range(700)]


async def test_oversized_event_is_refused_before_it_is_sent(bus: Bus) -> None:
    event = RunCancelled(
        run_id=RunId("run_1"), app_id=AppId("a"), version="v", reason="x" * 300_000, elapsed_s=1.0
    )

    with pytest.raises(TooLarge):
        await bus.publish(event, tenant="t_1")

    assert bus.is_connected


async def test_message_id_cannot_forge_headers(bus: Bus) -> None:
    await bus.publish(deleted(), tenant="t_6", message_id="a\r\nNats-Rollup: all")

    (stored,) = [m async for m in bus.replay(topology.EVENTS, [subjects.events_of("t_6")])]
    assert "Nats-Rollup" not in stored.headers


async def test_trace_context_travels_with_the_message(bus: Bus) -> None:
    tracer = TracerProvider().get_tracer("test")

    with tracer.start_as_current_span("work") as span:
        await bus.publish(deleted("app_traced"), tenant="t_5")

    (stored,) = [m async for m in bus.replay(topology.EVENTS, [subjects.events_of("t_5")])]
    assert f"{span.get_span_context().trace_id:032x}" in stored.headers["traceparent"]


async def test_publishing_waits_for_a_server_that_restarts(
    own_bus: Bus, own_server: NatsServer
) -> None:
    own_server.kill()
    await eventually(lambda: not own_bus.is_connected)

    async with asyncio.TaskGroup() as tasks:
        publishing = [
            tasks.create_task(own_bus.publish(deleted(f"app_{n}"), tenant="t_1")) for n in range(50)
        ]
        await asyncio.sleep(0.2)
        await asyncio.to_thread(own_server.start)

    assert {task.result().seq for task in publishing} == set(range(1, 51))


async def test_nothing_is_lost_or_doubled_when_the_server_dies_in_between(
    own_bus: Bus, own_server: NatsServer
) -> None:
    async def publish(n: int) -> None:
        command = StartRun(
            run_id=RunId(f"run_{n}"), app_id=AppId("a"), version=VersionHash("v"), inputs={}
        )
        await own_bus.publish(command, tenant="t_1", message_id=f"run_{n}")

    async with asyncio.TaskGroup() as tasks:
        for n in range(2_000):
            tasks.create_task(publish(n))
        for _ in range(3):
            await asyncio.sleep(0.05)
            await asyncio.to_thread(own_server.restart)

    info = await own_bus._jetstream.ask("STREAM.INFO.SKEP_COMMANDS_ORCHESTRATOR")
    assert info["state"]["messages"] == 2_000


async def test_publishing_ends_with_a_problem_when_no_server_comes(
    own_bus: Bus, own_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skep_runtime.bus.wire.jetstream.DEADLINE_S", 0.3)
    own_server.kill()

    with pytest.raises(Unavailable):
        await own_bus.publish(deleted(), tenant="t_1")


async def test_publishing_ends_with_a_problem_when_no_stream_takes_it(
    own_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skep_runtime.bus.wire.jetstream.DEADLINE_S", 0.3)
    bus = await Bus.connect(own_server.settings(), service="gateway")

    with pytest.raises(Unavailable, match="nothing there takes"):
        await bus.publish(deleted(), tenant="t_1")

    await bus.close()


async def test_live_messages_are_dropped_without_a_server(
    own_bus: Bus, own_server: NatsServer
) -> None:
    own_server.kill()
    await eventually(lambda: not own_bus.is_connected)

    own_bus.publish_live("skep.v1.live.t_1.run.r.text", b"x")


async def test_subscriber_hears_what_is_published_once_it_has_entered(
    bus: Bus, nats_server: NatsServer
) -> None:
    async with bus.subscribe(subjects.live_of_run("t_1", "run_1")) as messages:
        bus.publish_live(subjects.live("t_1", "run_1", "text"), b"one")
        bus.publish_live(subjects.live("t_1", "run_2", "text"), b"other")
        bus.publish_live(subjects.live("t_1", "run_1", "events"), b"two")

        assert [(await anext(messages)).data for _ in range(2)] == [b"one", b"two"]


async def test_slow_subscriber_loses_the_oldest_and_is_told(bus: Bus) -> None:
    subject = subjects.live("t_1", "run_3", "text")
    async with bus.subscribe(subject, max_pending=10, mark_gaps=True) as messages:
        for n in range(30):
            bus.publish_live(subject, b"%d" % n)
        await asyncio.sleep(0.1)

        assert (await anext(messages)).is_gap
        assert (await anext(messages)).data == b"20"
