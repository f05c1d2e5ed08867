"""The guarded client against a server that misbehaves in every way we thought of."""

import asyncio
import gzip
import socket
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from skep_contracts.plugins.manifest import HttpClient, HttpStream
from skep_contracts.problems import (
    InvalidInput,
    ProviderFailed,
    ProviderTimedOut,
    SkepError,
    TooLarge,
)
from skep_runtime.egress import EgressClient, EgressSettings
from skep_runtime.egress.addresses import Guard
from skep_testing.http_server import Answer, Drop, Pause, ScriptedServer


@pytest.fixture(scope="module")
def shared() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def server(shared: ScriptedServer) -> ScriptedServer:
    shared.requests.clear()
    return shared


@pytest.fixture
async def client() -> AsyncIterator[EgressClient]:
    client = EgressClient(EgressSettings(allow="127.0.0.1"))
    yield client
    await client.close()


@pytest.fixture
async def strict() -> AsyncIterator[EgressClient]:
    client = EgressClient(EgressSettings())
    yield client
    await client.close()


def test_client_is_what_plugins_are_promised() -> None:
    client: HttpClient = EgressClient(EgressSettings())

    assert isinstance(client, EgressClient)


async def test_answer_comes_whole_with_lower_case_headers(
    client: EgressClient, server: ScriptedServer
) -> None:
    headers = {"X-Thing": "1", "Content-Type": "text/plain"}
    server.enqueue("/a", Answer(status=404, headers=headers, body=b"no"))

    answer = await client.request(
        "post", f"{server.url}/a?x=1", params={"y": "ä&"}, headers={"X-Key": "k"}, body=b"{}"
    )

    assert (answer.status, answer.body, answer.headers["x-thing"]) == (404, b"no", "1")
    (seen,) = server.requests
    assert (seen.method, seen.query, seen.body) == ("POST", {"x": "1", "y": "ä&"}, b"{}")
    assert seen.headers["x-key"] == "k"


async def test_connection_is_kept_for_the_next_request(
    client: EgressClient, server: ScriptedServer
) -> None:
    server.serve("/", Answer(body=b"x"))
    before = server.connections

    for _ in range(5):
        await client.request("GET", server.url)
        async with await client.stream("GET", server.url) as stream:
            assert await stream.read() == b"x"

    assert server.connections == before + 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://0177.0.0.1:{port}/",
        "http://127.1:{port}/",
        "http://127.0.0.1.:{port}/",
        "http://0:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://[::1]:{port}/",
        "http://①②⑦.⓪.⓪.①:{port}/",
        "http://user@127.0.0.1:{port}/",
        "http://example.com:80@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}\\@example.com/",
        "http://1.2.3.4.5/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/latest/meta-data/",
        "http://u:p@example.com/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/_x",
        "ftp://example.com/",
        "data:text/plain,x",
        "//example.com/",
        "http:///x",
        "http://",
        "http://[",
        "http://x:99999/",
        "",
        "http://example.com/" + "a" * 20_000,
    ],
)
@pytest.mark.parametrize("call", ["request", "stream"])
async def test_url_is_refused(
    strict: EgressClient, server: ScriptedServer, url: str, call: str
) -> None:
    with pytest.raises(InvalidInput, match="The URL is refused") as raised:
        await getattr(strict, call)("GET", url.replace("{port}", str(server.port)))

    assert raised.value.exact_code == "url_refused"
    assert not server.requests


@pytest.mark.parametrize(
    "url",
    [
        "http://exa mple.com/",
        "http://%31%32%37.0.0.1/",
        f"http://{'a' * 64}.com/",
        f"http://{'a.' * 150}com/",
        "http://no-such-host.invalid/",
        "http://xn--/",
        "http://\u0661\u0662\u0667.0.0.1/",
    ],
)
async def test_name_that_leads_nowhere_is_a_clear_error(strict: EgressClient, url: str) -> None:
    with pytest.raises((InvalidInput, ProviderFailed)):
        await strict.request("GET", url, timeout_s=10)


async def test_name_that_flips_is_resolved_once_and_connected_to_where_it_was_checked(
    strict: EgressClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1"])
    opened = []

    async def flipping(_host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (next(answers), port))]

    def refuse(_guard: Guard, info: Any) -> socket.socket:
        opened.append(info[4][0])
        raise ConnectionRefusedError

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", flipping)
    monkeypatch.setattr(Guard, "open_socket", refuse)

    with pytest.raises(ProviderFailed):
        await strict.request("GET", "http://rebind.example/")

    assert opened == ["93.184.216.34"]
    assert next(answers) == "127.0.0.1"


async def test_address_is_checked_once_more_when_the_socket_opens(
    strict: EgressClient, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lying(_guard: Guard, host: str, port: int = 0, family: int = 0) -> list[Any]:
        return [
            {
                "hostname": host,
                "host": "127.0.0.1",
                "port": port,
                "family": 2,
                "proto": 0,
                "flags": 0,
            }
        ]

    monkeypatch.setattr(Guard, "resolve", lying)

    with pytest.raises(ProviderFailed, match="cannot be connected to"):
        await strict.request("GET", f"http://lying.example:{server.port}/")
    assert not server.requests


@pytest.mark.parametrize(
    "place",
    [
        "http://169.254.169.254/",
        "http://10.0.0.1/",
        "http://[::1]/",
        "file:///etc/passwd",
        "http://u:p@example.com/",
        "//0x7f.2/",
    ],
)
async def test_redirect_to_what_is_refused_is_refused(
    client: EgressClient, server: ScriptedServer, place: str
) -> None:
    server.enqueue("/r", Answer(status=302, headers={"Location": place}))

    with pytest.raises(InvalidInput, match="The URL is refused"):
        await client.request("GET", f"{server.url}/r")


async def test_redirect_chain_ends_after_five(client: EgressClient, server: ScriptedServer) -> None:
    server.serve("/loop", Answer(status=302, headers={"Location": "/loop"}))

    with pytest.raises(ProviderFailed, match="more than 5 times"):
        await client.request("GET", f"{server.url}/loop")
    assert len(server.requests) == 6


async def test_redirect_is_given_back_when_not_followed(
    client: EgressClient, server: ScriptedServer
) -> None:
    server.enqueue("/r", Answer(status=302, headers={"Location": "/x"}, body=b"moved"))

    answer = await client.request("GET", f"{server.url}/r", follow_redirects=False)

    assert (answer.status, answer.body) == (302, b"moved")


@pytest.mark.parametrize(
    ("sent", "status", "after"),
    [
        (("POST", b"{}"), 301, ("GET", b"")),
        (("POST", b"{}"), 302, ("GET", b"")),
        (("PUT", b"{}"), 303, ("GET", b"")),
        (("HEAD", None), 303, ("HEAD", b"")),
        (("POST", b"{}"), 307, ("POST", b"{}")),
        (("PUT", b"{}"), 308, ("PUT", b"{}")),
    ],
)
async def test_redirect_changes_the_method_as_the_specification_says(
    client: EgressClient, *, sent: tuple[str, bytes], status: int, after: tuple[str, bytes]
) -> None:
    with ScriptedServer() as server:
        server.enqueue("/r", Answer(status=status, headers={"Location": "/end#top"}))
        server.enqueue("/end", Answer())
        headers = {"Content-Type": "application/json"}

        await client.request(sent[0], f"{server.url}/r", headers=headers, body=sent[1])

        last = server.requests[-1]
    assert (last.method, last.body) == after
    assert last.target == "/end"
    assert ("content-type" in last.headers) == bool(after[1])


async def test_credentials_stay_behind_when_a_redirect_leaves_the_origin(
    client: EgressClient, server: ScriptedServer
) -> None:
    with ScriptedServer() as other:
        other.serve("/", Answer())
        server.enqueue("/r", Answer(status=307, headers={"Location": f"{other.url}/"}))
        server.enqueue("/same", Answer(status=307, headers={"Location": "/r"}))
        headers = {"Authorization": "Bearer x", "X-Api-Key": "x", "Cookie": "x", "Accept": "a/b"}

        await client.request("GET", f"{server.url}/same", headers=headers)

        (seen,) = other.requests
    assert server.requests[-1].headers["authorization"] == "Bearer x"
    assert "x" not in seen.headers.values()
    assert "Bearer x" not in seen.headers.values()
    assert seen.headers["accept"] == "a/b"


async def test_cookies_are_not_kept(client: EgressClient, server: ScriptedServer) -> None:
    server.serve("/c", Answer(headers={"Set-Cookie": "a=b"}))

    for _ in range(2):
        await client.request("GET", f"{server.url}/c")

    assert all("cookie" not in request.headers for request in server.requests)


@pytest.mark.parametrize("place", ["http://[", "http://x:99999/"])
async def test_redirect_to_what_is_no_url_is_the_servers_failure(
    client: EgressClient, server: ScriptedServer, place: str
) -> None:
    server.enqueue("/r", Answer(status=302, headers={"Location": place}))

    with pytest.raises((ProviderFailed, InvalidInput)):
        await client.request("GET", f"{server.url}/r")


async def test_body_over_the_limit_is_cut_off(client: EgressClient, server: ScriptedServer) -> None:
    server.enqueue("/big", Answer(body=b"x" * 1001), Answer(body=b"x" * 1000))

    with pytest.raises(TooLarge, match="more than 1000 bytes"):
        await client.request("GET", f"{server.url}/big", max_bytes=1000)
    assert len((await client.request("GET", f"{server.url}/big", max_bytes=1000)).body) == 1000


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_decompression_bomb_is_cut_off_in_bounded_memory(
    client: EgressClient, server: ScriptedServer, encoding: str
) -> None:
    pack = zlib.compress if encoding == "deflate" else gzip.compress
    bomb = pack(bytes(100_000_000))
    server.enqueue("/bomb", Answer(headers={"Content-Encoding": encoding}, body=bomb))

    tracemalloc.start()
    with pytest.raises(TooLarge):
        await client.request("GET", f"{server.url}/bomb", max_bytes=100_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 10_000_000


@pytest.mark.parametrize(
    "answer",
    [
        Answer(is_raw=True, body=b"not http at all\r\n\r\n"),
        Answer(is_raw=True, body=b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"),
        Answer(is_raw=True, body=b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"),
        Answer(is_raw=True, body=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        Answer(is_raw=True, body=b""),
        Answer(body=[b"part", Drop()]),
        Answer(body=[b"part", Drop(reset=True)]),
        Answer(headers={"Content-Encoding": "gzip"}, body=b"this is not gzip"),
    ],
)
async def test_broken_answer_is_the_servers_failure(
    client: EgressClient, server: ScriptedServer, answer: Answer
) -> None:
    server.enqueue("/b", answer)

    with pytest.raises((ProviderFailed, ProviderTimedOut)) as raised:
        await client.request("POST", f"{server.url}/b", timeout_s=2)

    assert str(raised.value).startswith("127.0.0.1 ")


async def test_nobody_listening_is_the_servers_failure(client: EgressClient) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

        with pytest.raises(ProviderFailed, match="cannot be connected to"):
            await client.request("GET", f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("answer", [Answer(delay_s=5), Answer(body=b"x" * 50, split=1, gap_s=0.1)])
async def test_slow_answer_ends_at_the_total_time(
    client: EgressClient, server: ScriptedServer, answer: Answer
) -> None:
    server.enqueue("/slow", answer)
    began = time.monotonic()

    with pytest.raises(ProviderTimedOut):
        await client.request("GET", f"{server.url}/slow", timeout_s=0.3)

    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("CONNECT", {}),
        ("TRACE", {}),
        ("GET / HTTP/1.1\r\nX: y", {}),
        ("GET", {"Host": "other"}),
        ("GET", {"content-length": "1"}),
        ("GET", {"Transfer-Encoding": "chunked"}),
        ("GET", {"Connection": "close"}),
        ("GET", {"X-A": "b\r\nX-C: d"}),
        ("GET", {"X\r\nA": "b"}),
        ("GET", {"X A:": "b"}),
    ],
)
async def test_request_that_bends_http_is_refused(
    client: EgressClient, server: ScriptedServer, method: str, headers: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput):
        await client.request(method, server.url, headers=headers)

    assert not server.requests


async def test_stream_gives_pieces_as_they_come(
    client: EgressClient, server: ScriptedServer
) -> None:
    server.enqueue("/s", Answer(status=201, body=[b"one", Pause(0.05), b"two"]))

    stream: HttpStream = await client.stream("GET", f"{server.url}/s")
    async with stream:
        assert stream.status == 201
        assert [piece async for piece in stream.chunks()] == [b"one", b"two"]


async def test_stream_that_falls_silent_times_out(
    client: EgressClient, server: ScriptedServer
) -> None:
    server.enqueue("/s", Answer(body=[b"one", Pause(5), b"two"]))

    async with await client.stream("GET", f"{server.url}/s", idle_timeout_s=0.1) as stream:
        pieces = stream.chunks()
        assert await anext(pieces) == b"one"
        with pytest.raises(ProviderTimedOut):
            await anext(pieces)


async def test_stream_that_breaks_off_is_the_servers_failure(
    client: EgressClient, server: ScriptedServer
) -> None:
    server.enqueue("/s", Answer(body=[b"one", Drop()]))

    async with await client.stream("GET", f"{server.url}/s") as stream:
        pieces = stream.chunks()
        assert await anext(pieces) == b"one"
        with pytest.raises(ProviderFailed):
            await anext(pieces)


async def test_stream_read_is_cut_at_its_limit(
    client: EgressClient, server: ScriptedServer
) -> None:
    server.enqueue("/s", Answer(body=[b"abc", b"def", Pause(5)]))

    async with await client.stream("GET", f"{server.url}/s") as stream:
        assert await stream.read(max_bytes=4) == b"abcd"


@pytest.mark.parametrize("how", ["leave", "close_iterator", "error", "cancel"])
async def test_connection_closes_when_a_stream_is_left_early(
    client: EgressClient, server: ScriptedServer, how: str
) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_end(is_complete: bool) -> None:
        if not is_complete:
            loop.call_soon_threadsafe(ended.set)

    steps = [b"one", *(step for _ in range(100) for step in (Pause(0.02), b"more"))]
    server.enqueue("/s", Answer(body=steps, on_end=on_end))

    async def read() -> None:
        async with await client.stream("GET", f"{server.url}/s") as stream:
            async for _ in stream.chunks():
                match how:
                    case "leave":
                        return
                    case "close_iterator":
                        break
                    case "error":
                        raise LookupError
                    case _:
                        await asyncio.sleep(10)

    try:
        async with asyncio.timeout(0.1 if how == "cancel" else 5):
            await read()
    except (LookupError, TimeoutError):
        pass

    async with asyncio.timeout(2):
        await ended.wait()


async def test_cancelled_requests_leave_no_connection_taken(server: ScriptedServer) -> None:
    client = EgressClient(EgressSettings(allow="127.0.0.1", max_connections=2))
    server.serve("/slow", Answer(delay_s=3))
    server.serve("/quick", Answer(body=b"x"))

    for _ in range(10):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await client.request("GET", f"{server.url}/slow")

    answer = await client.request("GET", f"{server.url}/quick", timeout_s=2)
    assert answer.body == b"x"
    await client.close()


async def test_everything_goes_through_the_proxy_when_there_is_one() -> None:
    with ScriptedServer(handler=lambda _: Answer(body=b"proxied")) as proxy:
        client = EgressClient(EgressSettings(proxy=proxy.url))

        answer = await client.request("GET", "http://example.com/x")

        assert answer.body == b"proxied"
        assert proxy.requests[0].target == "http://example.com/x"
        refused = [
            "http://10.0.0.1/",
            "http://localhost/",
            "http://intranet/",
            "http://a.internal/",
        ]
        for url in refused:
            with pytest.raises(InvalidInput):
                await client.request("GET", url)
        await client.close()


@pytest.mark.parametrize("proxy", ["socks5://x", "x", "https://x"])
def test_proxy_of_another_kind_is_refused(proxy: str) -> None:
    with pytest.raises(ValueError, match="http://"):
        EgressSettings(proxy=proxy)


async def test_close_can_be_repeated(strict: EgressClient) -> None:
    with pytest.raises(SkepError):
        await strict.request("GET", "http://localhost:1/")

    await strict.close()
    await strict.close()
