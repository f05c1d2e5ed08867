import asyncio
from collections.abc import Awaitable, Callable

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from skep_contracts import subjects
from skep_contracts.calls.run import GetRun, ListMessages, ListRuns, ListRunsReply
from skep_contracts.problems import (
    Defect,
    FieldError,
    InvalidInput,
    NotFound,
    TooLarge,
    Unavailable,
)
from skep_runtime.bus import MAX_CALL_BYTES, Bus, Incoming
from skep_testing.eventually import eventually
from skep_testing.nats import NatsServer

Connect = Callable[[NatsServer], Awaitable[Bus]]


async def ask(bus: Bus, call: ListRuns | None = None, *, timeout_s: float = 3.0) -> str | None:
    answer = await bus.call(
        call or ListRuns(), tenant="t_1", reply=ListRunsReply, timeout_s=timeout_s
    )
    return answer.next_cursor


def reply(text: str) -> ListRunsReply:
    return ListRunsReply(items=(), next_cursor=text)


async def echo(call: ListRuns, incoming: Incoming) -> ListRunsReply:
    return reply(f"{incoming.tenant} {incoming.correlation} {call.cursor}")


async def test_call_is_answered_with_who_asked(own_bus: Bus) -> None:
    own_bus.answer(ListRuns, echo)

    answer = await own_bus.call(
        ListRuns(cursor="c"), tenant="t_7", reply=ListRunsReply, timeout_s=2, correlation="run_1"
    )

    assert answer.next_cursor == "t_7 run_1 c"


async def test_calls_are_shared_between_instances(own_server: NatsServer, connect: Connect) -> None:
    caller, first, second = [await connect(own_server) for _ in range(3)]
    heard = {"first": 0, "second": 0}

    for bus, name in ((first, "first"), (second, "second")):

        async def answer(call: ListRuns, incoming: Incoming, name: str = name) -> ListRunsReply:
            heard[name] += 1
            return reply(name)

        bus.answer(ListRuns, answer)
    await asyncio.sleep(0.05)
    for _ in range(60):
        await ask(caller)

    assert sum(heard.values()) == 60
    assert min(heard.values()) > 0


async def test_nobody_there_is_said_at_once(own_bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skep_runtime.bus.calls._GATHERING_S", 0.0)
    loop = asyncio.get_running_loop()
    began = loop.time()

    with pytest.raises(Unavailable, match="No orchestrator service") as caught:
        await ask(own_bus, timeout_s=30)

    assert caught.value.exact_code == "no_responder"
    assert loop.time() - began < 1


async def test_error_arrives_as_it_was_raised(own_bus: Bus) -> None:
    async def refuse(call: ListRuns, incoming: Incoming) -> ListRunsReply:
        raise InvalidInput(
            "Not so.", code="bad_cursor", errors=[FieldError(pointer="/cursor", message="odd")]
        )

    own_bus.answer(ListRuns, refuse)

    with pytest.raises(InvalidInput, match="Not so") as caught:
        await ask(own_bus)

    assert caught.value.exact_code == "bad_cursor"
    assert caught.value.errors == (FieldError(pointer="/cursor", message="odd"),)


async def test_defect_is_answered_without_its_text(
    own_bus: Bus, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(call: ListRuns, incoming: Incoming) -> ListRunsReply:
        raise ZeroDivisionError("secret")

    own_bus.answer(ListRuns, fail)

    with pytest.raises(Defect) as caught:
        await ask(own_bus)

    assert "secret" not in caught.value.detail
    assert "secret" in caplog.text


async def test_timeout_raised_by_the_handler_is_a_defect_not_silence(own_bus: Bus) -> None:
    async def fail(call: ListRuns, incoming: Incoming) -> ListRunsReply:
        raise TimeoutError

    own_bus.answer(ListRuns, fail)

    with pytest.raises(Defect):
        await ask(own_bus)


async def test_handler_is_cancelled_when_its_caller_stops_waiting(own_bus: Bus) -> None:
    cancelled = asyncio.Event()

    async def dawdle(call: ListRuns, incoming: Incoming) -> ListRunsReply:
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()
        return reply("late")

    own_bus.answer(ListRuns, dawdle)

    with pytest.raises(Unavailable) as caught:
        await ask(own_bus, timeout_s=0.2)

    assert caught.value.exact_code == "call_timed_out"
    async with asyncio.timeout(1):
        await cancelled.wait()


async def test_long_call_is_waited_for_while_somebody_works_on_it(
    own_bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skep_runtime.bus.calls._SILENCE_S", 0.3)
    monkeypatch.setattr("skep_runtime.bus.calls._WORKING_EVERY_S", 0.05)
    await asyncio.sleep(1.05)

    async def dawdle(call: ListRuns, incoming: Incoming) -> ListRunsReply:
        await asyncio.sleep(0.8)
        return reply("done")

    own_bus.answer(ListRuns, dawdle)

    assert await ask(own_bus, timeout_s=10) == "done"


async def test_caller_hears_soon_that_its_answerer_died(
    own_server: NatsServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skep_runtime.bus.calls._SILENCE_S", 0.5)
    monkeypatch.setattr("skep_runtime.bus.client._DRAIN_S", 0.1)
    caller, other = await connect(own_server), await connect(own_server)
    began = asyncio.Event()

    async def hang(call: ListRuns, incoming: Incoming) -> ListRunsReply:
        began.set()
        await asyncio.sleep(60)
        return reply("never")

    other.answer(ListRuns, hang)
    await asyncio.sleep(0.05)

    async def die() -> None:
        await began.wait()
        other._connection._is_closing = True
        assert other._connection._link is not None
        other._connection._link.abort()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(die())
        with pytest.raises(Unavailable) as caught:
            await ask(caller, timeout_s=60)

    assert caught.value.exact_code == "call_lost"
    await other.close()


async def test_no_more_than_the_concurrency_run_at_once(own_bus: Bus) -> None:
    running = most = 0

    async def count(call: ListRuns, incoming: Incoming) -> ListRunsReply:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.005)
        running -= 1
        return reply("ok")

    own_bus.answer(ListRuns, count, concurrency=3)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(40):
            tasks.create_task(ask(own_bus))

    assert most == 3


async def test_more_than_can_wait_are_refused_at_once(
    own_bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skep_runtime.bus.calls._BACKLOG", 2)
    release = asyncio.Event()
    refused = 0

    async def wait(call: ListRuns, incoming: Incoming) -> ListRunsReply:
        await release.wait()
        return reply("ok")

    async def try_it() -> None:
        nonlocal refused
        try:
            await ask(own_bus)
        except Unavailable:
            refused += 1

    own_bus.answer(ListRuns, wait, concurrency=1)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(5):
            tasks.create_task(try_it())
        await eventually(lambda: refused == 2)
        release.set()

    assert refused == 2


async def test_megabytes_travel_both_ways(own_bus: Bus) -> None:
    text = "x" * 3_500_000

    async def repeat(call: ListRuns, incoming: Incoming) -> ListRunsReply:
        return reply(call.cursor or "")

    own_bus.answer(ListRuns, repeat)

    assert await ask(own_bus, ListRuns(cursor=text)) == text


async def test_oversized_call_is_refused_before_it_is_sent(own_bus: Bus) -> None:
    own_bus.answer(ListRuns, echo)

    with pytest.raises(TooLarge):
        await ask(own_bus, ListRuns(cursor="x" * MAX_CALL_BYTES))

    assert await ask(own_bus) == "t_1 None None"


async def test_oversized_answer_is_a_problem(own_bus: Bus) -> None:
    async def much(call: ListRuns, incoming: Incoming) -> ListRunsReply:
        return reply("x" * MAX_CALL_BYTES)

    own_bus.answer(ListRuns, much)

    with pytest.raises(TooLarge):
        await ask(own_bus)


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"{}", b'"' + b"[" * 5_000], ids=["empty", "bytes", "fields", "deep"]
)
async def test_hostile_call_is_answered_and_harms_nobody(own_bus: Bus, data: bytes) -> None:
    own_bus.answer(ListRuns, echo)
    subject = subjects.call("t_1", "orchestrator", ListRuns.imperative)

    frame = await own_bus._connection.request(subject, data)
    own_bus._connection.send(subject, data)

    assert frame.headers["Skep-Problem"] == "1"
    assert b"malformed_message" in frame.data
    assert await ask(own_bus) == "t_1 None None"


async def test_first_answer_to_a_broadcast_wins_and_the_silent_stay_silent(
    own_server: NatsServer, connect: Connect
) -> None:
    caller, first, second = [await connect(own_server) for _ in range(3)]
    heard: list[str] = []

    async def silent(call: GetRun, incoming: Incoming) -> None:
        heard.append("silent")

    async def loud(call: GetRun, incoming: Incoming) -> ListRunsReply:
        await asyncio.sleep(0.05)
        heard.append("loud")
        return reply("mine")

    first.answer_broadcast(GetRun, silent)
    second.answer_broadcast(GetRun, loud)
    await asyncio.sleep(0.05)

    answer = await caller.broadcast(
        GetRun(run_id="r"), tenant="t_1", reply=ListRunsReply, timeout_s=2
    )

    assert answer == reply("mine")
    assert heard == ["silent", "loud"]


async def test_broadcast_that_nobody_answers_gives_none(own_bus: Bus) -> None:
    async def silent(call: GetRun, incoming: Incoming) -> None:
        return None

    nobody = await own_bus.broadcast(
        ListMessages(conversation_id="c"), tenant="t_1", reply=ListRunsReply, timeout_s=0.3
    )
    own_bus.answer_broadcast(GetRun, silent)
    silence = await own_bus.broadcast(
        GetRun(run_id="r"), tenant="t_1", reply=ListRunsReply, timeout_s=0.3
    )

    assert nobody is None
    assert silence is None


async def test_broadcast_raises_what_the_first_to_answer_raised(own_bus: Bus) -> None:
    async def refuse(call: GetRun, incoming: Incoming) -> None:
        raise NotFound("gone")

    own_bus.answer_broadcast(GetRun, refuse)

    with pytest.raises(NotFound):
        await own_bus.broadcast(GetRun(run_id="r"), tenant="t_1", reply=ListRunsReply, timeout_s=2)


async def test_call_waits_through_a_restart_of_the_server(
    own_bus: Bus, own_server: NatsServer
) -> None:
    calls = 0

    async def slow(call: ListRuns, incoming: Incoming) -> ListRunsReply:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0.3)
        return reply("ok")

    own_bus.answer(ListRuns, slow)
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(ask(own_bus, timeout_s=10))
        await eventually(lambda: calls == 1)
        await asyncio.to_thread(own_server.restart)

    assert asking.result() == "ok"
    assert calls == 2


async def test_closing_lets_calls_in_hand_finish(own_server: NatsServer, connect: Connect) -> None:
    caller, other = await connect(own_server), await connect(own_server)
    began = asyncio.Event()

    async def slow(call: ListRuns, incoming: Incoming) -> ListRunsReply:
        began.set()
        await asyncio.sleep(0.3)
        return reply("finished")

    other.answer(ListRuns, slow)
    await asyncio.sleep(0.05)
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(ask(caller))
        await began.wait()
        await other.close()

    assert asking.result() == "finished"


async def test_answerer_works_inside_the_trace_of_its_caller(own_bus: Bus) -> None:
    tracer = TracerProvider().get_tracer("test")
    seen: list[int] = []

    async def look(call: ListRuns, incoming: Incoming) -> ListRunsReply:
        seen.append(trace.get_current_span().get_span_context().trace_id)
        return reply("ok")

    own_bus.answer(ListRuns, look)
    with tracer.start_as_current_span("work") as span:
        await ask(own_bus)

    assert seen == [span.get_span_context().trace_id]
