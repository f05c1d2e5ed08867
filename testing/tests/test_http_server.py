"""The scripted server does what its script says, byte by byte."""

import asyncio
import http.client
import socket
import time

import aiohttp
import pytest

from skep_testing.eventually import eventually
from skep_testing.http_server import (
    Answer,
    Drop,
    Pause,
    Received,
    ScriptedServer,
    Step,
)


def get(server: ScriptedServer, path: str = "/", **options: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", path, headers=options)
    return connection.getresponse()


def test_enqueued_answers_come_in_order_and_then_the_lasting_one() -> None:
    with ScriptedServer() as server:
        server.serve("/a", Answer(body=b"always"))
        server.enqueue("/a", Answer(status=503), Answer(json={"n": 2}))

        answers = [get(server, "/a") for _ in range(3)]

        assert [answer.status for answer in answers] == [503, 200, 200]
        assert [answer.read() for answer in answers] == [b"", b'{"n": 2}', b"always"]


def test_request_is_recorded_with_path_query_headers_and_body() -> None:
    with ScriptedServer(lambda _: Answer()) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        connection.request("POST", "/a%20b?x=1&y=", body=b'{"k": 1}', headers={"X-Key": "v"})
        connection.getresponse().read()

        (request,) = server.requests
        assert (request.method, request.path, request.query) == (
            "POST",
            "/a b",
            {"x": "1", "y": ""},
        )
        assert request.headers["x-key"] == "v"
        assert request.json() == {"k": 1}
        assert request.is_answered


def test_chunked_request_body_is_put_together() -> None:
    with ScriptedServer(lambda _: Answer()) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        connection.request("POST", "/", body=iter([b"one ", b"two"]), encode_chunked=True)
        connection.getresponse().read()

        assert server.requests[0].body == b"one two"


def test_unscripted_path_is_answered_404_and_noted() -> None:
    with ScriptedServer() as server:
        assert get(server, "/nowhere").status == 404
        assert [request.path for request in server.unexpected] == ["/nowhere"]


def test_failing_handler_is_answered_500_and_raised_at_the_end() -> None:
    def fail(request: Received) -> Answer:
        raise KeyError(request.path)

    with pytest.raises(KeyError), ScriptedServer(fail) as server:
        assert get(server).status == 500


def test_one_connection_serves_several_requests() -> None:
    with ScriptedServer(lambda _: Answer(body=b"x")) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        for _ in range(3):
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"x"

        assert server.connections == 1


def test_pipelined_requests_are_answered_in_order() -> None:
    slow = [Answer(body=b"1", delay_s=0.05), Answer(body=b"2")]
    with ScriptedServer(lambda _: slow.pop(0)) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as raw:
            raw.sendall(b"GET / HTTP/1.1\r\n\r\n" * 2)
            received = b""
            while received.count(b"HTTP/1.1 200") < 2 or not received.endswith(b"2"):
                received += raw.recv(4096)

        assert received.index(b"\r\n\r\n1") < received.index(b"\r\n\r\n2")


def test_steps_are_chunks_with_pauses_between() -> None:
    steps: list[Step] = [b"one", Pause(0.05), b"two"]
    with ScriptedServer(lambda _: Answer(body=steps)) as server:
        started = time.monotonic()

        assert get(server).read() == b"onetwo"
        assert time.monotonic() - started >= 0.05


def test_dropped_answer_ends_without_its_last_chunk() -> None:
    with ScriptedServer(lambda _: Answer(body=[b"one", Drop()])) as server:
        with pytest.raises(http.client.IncompleteRead) as cut:
            get(server).read()

        assert cut.value.partial == b"one"


def test_body_is_split_into_pieces() -> None:
    answer = Answer(body=b"abcdefg", split=2, gap_s=0.001)
    with ScriptedServer(lambda _: answer) as server:
        assert get(server).read() == b"abcdefg"


def test_raw_answer_goes_out_as_it_is() -> None:
    answer = Answer(body=b"no http at all\r\n\r\n", is_raw=True)
    with ScriptedServer(lambda _: answer) as server, pytest.raises(http.client.BadStatusLine):
        get(server)


async def test_client_that_leaves_early_is_seen() -> None:
    endless: list[Step] = [b"x", Pause(30)]
    async with (
        ScriptedServer(lambda _: Answer(body=endless)) as server,
        aiohttp.ClientSession() as session,
    ):
        async with session.get(server.url) as answer:
            assert await answer.content.read(1) == b"x"

        await eventually(lambda: server.requests[0].is_aborted)
        assert not server.requests[0].is_answered


async def test_handler_may_be_a_coroutine() -> None:
    async def handler(request: Received) -> Answer:
        await asyncio.sleep(0)
        return Answer(body=request.path.encode())

    async with (
        ScriptedServer(handler) as server,
        aiohttp.ClientSession() as session,
        session.get(f"{server.url}/hello") as answer,
    ):
        assert await answer.read() == b"/hello"
