"""What the bus asks of nats-py, and what it does where nats-py gives up."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from skep_contracts import subjects, topology
from skep_contracts.calls.run import ListRuns, ListRunsReply
from skep_contracts.commands.run import StartRun
from skep_contracts.problems import Unavailable
from skep_runtime.bus import Bus, BusSettings, Delivery, Incoming, StreamMessage
from skep_runtime.bus.wire.link import Frame, Servers, read_servers
from skep_runtime.bus.wire.pulling import Position, position_of
from skep_testing.eventually import eventually
from skep_testing.nats import NatsServer

LOG = subjects.journal("t_1", "run_1")
LIVE = subjects.live("t_1", "run_1", "log")


def test_url_lists_servers_and_who_we_are() -> None:
    found = read_servers(BusSettings(url="nats://a:1, tls://u:p%40@b ,c,[::1]"))

    assert found == Servers(
        ["nats://a:1", "tls://b:4222", "nats://c:4222", "nats://[::1]:4222"],
        {"user": "u", "password": "p@"},
        must_encrypt=True,
    )


def test_user_without_password_is_a_token() -> None:
    assert read_servers(BusSettings(url="nats://t0ken@a")).sign_in == {"token": "t0ken"}


@pytest.mark.parametrize("url", ["http://a", "nats://", "", "nats://a:x"])
def test_url_that_names_no_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        read_servers(BusSettings(url=url))


@pytest.mark.parametrize(
    "reply", ["$JS.ACK.S.c.2.11.5.1700.3", "$JS.ACK.dom.acc.S.c.2.11.5.1700.3.rnd"]
)
def test_position_is_read_from_both_forms_of_reply_subject(reply: str) -> None:
    assert position_of(reply) == Position(2, 11, 5, 1700, 3)


def test_status_of_the_server_is_told_from_a_header_of_that_name() -> None:
    headers = {"Status": "404"}

    assert Frame("s", "", b"", headers).status == "404"
    assert Frame("s", "", b"data", headers).status == ""
    assert Frame("s", "$JS.ACK.S.c.2.11.5.1700.3", b"", headers).status == ""
    assert Frame("s", "", b"", {}).status == ""


async def test_password_is_not_told_to_a_server_that_does_not_encrypt() -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'INFO {"server_id": "x", "version": "2.10.0", "auth_required": true}\r\n')
        heard.put_nowait(await reader.read(1000))
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"tls://u:s3cret@127.0.0.1:{port}"

        with pytest.raises(Unavailable, match="encryption"):
            await Bus.connect(BusSettings(url=url, connect_timeout_s=0.3), service="gateway")

        assert await heard.get() == b""


async def publish_raw(server: NatsServer, *messages: bytes) -> None:
    hello = {"user": server.user, "pass": server.password, "headers": True, "verbose": False}
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    await reader.readline()
    writer.write(b"CONNECT %b\r\n" % json.dumps(hello).encode())
    writer.writelines(messages)
    writer.write(b"PING\r\n")
    while await reader.readline() != b"PONG\r\n":
        pass
    writer.close()


async def answer_nothing(call: ListRuns, incoming: Incoming) -> ListRunsReply:
    return ListRunsReply(items=())


async def ask(bus: Bus) -> ListRunsReply:
    return await bus.call(ListRuns(), tenant="t_1", reply=ListRunsReply, timeout_s=5)


@pytest.mark.parametrize(
    "head",
    [b"NATS/1.0", b"?", b"NATS/1.0 \xff\xff\xff \xff\r\n\r\n", b"NATS/1.0\r\n\xff: a\r\n\r\n"],
    ids=["bare", "short", "bytes in status", "bytes in name"],
)
async def test_broken_headers_end_neither_the_connection_nor_a_consumer(
    own_bus: Bus, own_server: NatsServer, head: bytes
) -> None:
    async def handle(delivery: Delivery) -> None:
        delivery.decode(StartRun)

    async def first_letter() -> StreamMessage:
        replay = own_bus.replay(topology.DEAD_LETTERS, [">"], follow=True)
        async with aclosing(replay) as letters:
            return await anext(letters)

    own_bus.answer(ListRuns, answer_nothing)
    link = own_bus._connection._link
    command = subjects.command("t_1", "orchestrator", StartRun.imperative)
    call = subjects.call("t_1", "orchestrator", ListRuns.imperative)
    line = b"HPUB %b _INBOX.x %d %d\r\n%b\r\n"
    size = len(head)

    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        consuming = tasks.create_task(own_bus.consume(topology.ORCHESTRATOR_RUNS, handle))
        await publish_raw(
            own_server,
            line % (command.encode(), size, size, head),
            line % (call.encode(), size, size, head),
        )
        letter = await first_letter()
        await ask(own_bus)
        consuming.cancel()

    assert b"malformed_message" in letter.data
    assert own_bus._connection._link is link


async def test_subject_that_is_no_text_harms_nobody(own_bus: Bus, own_server: NatsServer) -> None:
    async with own_bus.subscribe("skep.>") as heard:
        await publish_raw(own_server, b"PUB skep.\xff\xfe \xff 1\r\nx\r\n")

        message = await anext(heard)

    assert message.subject == "skep.\ufffd\ufffd"
    assert own_bus.is_connected


async def test_complaint_that_nats_py_closes_at_is_followed_by_a_new_connection(
    own_bus: Bus,
) -> None:
    own_bus.answer(ListRuns, answer_nothing)
    link = own_bus._connection._link
    assert link is not None

    # A message that fits, with headers that do not: the server hangs up.
    link.post("skep.x", b"x" * link.max_payload, headers={"A": "b"})
    await eventually(lambda: own_bus._connection._link not in {link, None})

    assert await ask(own_bus) == ListRunsReply(items=())


@pytest.fixture
async def quick_bus(own_server: NatsServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bus]:
    monkeypatch.setattr("skep_runtime.bus.wire.connection._PING_S", 0.2)
    bus = await Bus.connect(own_server.settings(), service="orchestrator")
    await bus.ensure_topology()
    yield bus
    await bus.close()


async def test_frozen_server_that_is_owed_megabytes_is_left(
    quick_bus: Bus, own_server: NatsServer
) -> None:
    own_server.freeze()
    await asyncio.sleep(0.05)

    for _ in range(40):
        for _ in range(40):
            quick_bus.publish_live(LIVE, b"x" * 100_000)
        await asyncio.sleep(0)
    backlog = quick_bus._connection.backlog_bytes
    await eventually(lambda: not quick_bus.is_connected)
    own_server.thaw()
    await eventually(lambda: quick_bus.is_connected)

    assert 15_000_000 < backlog < 18_000_000
    assert await quick_bus.journal.append(LOG, b"x", expected_last=0) == 1


async def test_cancelled_wait_for_a_slow_server_costs_no_connection(
    own_bus: Bus, own_server: NatsServer
) -> None:
    async def listen() -> None:
        async with own_bus.subscribe("skep.x"):
            pass

    link = own_bus._connection._link
    own_server.freeze()
    await asyncio.sleep(0.05)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await listen()
    own_server.thaw()

    await own_bus.journal.append(LOG, b"x", expected_last=0)
    await listen()
    assert own_bus._connection._link is link


async def test_sending_never_waits_and_drops_nothing(own_bus: Bus) -> None:
    async with own_bus.subscribe("skep.many") as heard:
        for number in range(20_000):
            assert own_bus._connection.send("skep.many", b"%d" % number)

        async with asyncio.timeout(20):
            assert [int((await anext(heard)).data) for _ in range(20_000)] == list(range(20_000))
