"""What a careless or hostile client sends, byte by byte."""

import contextlib
import http.client
import json
import socket
import time
from collections.abc import Iterator

import pytest

from services.gateway.tests.support import (
    Answer,
    RunningGateway,
    assert_problem,
    pointers,
)
from skep_gateway.serving import server as web_server

KEYS = "/api/v1/keys"


def post(gateway: RunningGateway, data: bytes, content_type: str | None = None) -> Answer:
    return gateway.request("POST", KEYS, data=data, content_type=content_type or "application/json")


def test_unknown_address_is_a_problem(gateway: RunningGateway) -> None:
    assert_problem(gateway.request("GET", "/api/v1/nowhere"), 404, "not_found")


def test_wrong_method_says_which_are_right(gateway: RunningGateway) -> None:
    answer = gateway.request("DELETE", "/api/v1/me")

    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"name": "x",}',
        b"\xff\xfe",
        b'{"name": NaN}',
        b'{"name": "x"} trailing',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"'single'",
        b'{"name": "\\x41"}',
    ],
    ids=lambda body: body[:12].decode("latin-1"),
)
def test_what_is_not_json_is_malformed(gateway: RunningGateway, body: bytes) -> None:
    assert_problem(post(gateway, body), 400, "malformed_json")


@pytest.mark.parametrize("body", [b"[]", b"null", b"3", b'"text"', b"", b"{}"])
def test_json_of_another_shape_is_invalid(gateway: RunningGateway, body: bytes) -> None:
    assert_problem(post(gateway, body), 422, "invalid_input")


def test_every_fault_of_a_body_is_pointed_at(gateway: RunningGateway) -> None:
    body = {"name": 3, "scopes": ["runs:read", "rums:read"], "expires_at": "soon", "extra": 1}

    problem = assert_problem(post(gateway, json.dumps(body).encode()), 422)

    assert pointers(problem) == {"/name", "/scopes/1", "/expires_at", "/extra"}


def test_pointers_are_escaped(gateway: RunningGateway) -> None:
    body = b'{"name": "x", "scopes": ["runs:read"], "a/b~c": 1}'

    assert pointers(assert_problem(post(gateway, body), 422)) == {"/a~1b~0c"}


@pytest.mark.parametrize(
    "name", ["a\\u0000b", "a\\ud800b", "a\\nb", "", "   ", "x" * 201], ids=ascii
)
def test_texts_that_cannot_be_stored_are_refused(gateway: RunningGateway, name: str) -> None:
    body = f'{{"name": "{name}", "scopes": ["runs:read"]}}'.encode()

    answer = post(gateway, body)

    assert answer.status in {400, 422}
    assert_problem(answer, answer.status)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=many",
        "limit=" + "9" * 400,
        "limit=1e3",
        "cursor=made-up",
        "cursor=" + "A" * 60,
        "cursor=" + "x" * 2000,
        "cursor=%ff%fe",
    ],
    ids=lambda query: query[:24],
)
def test_bad_pages_are_refused(gateway: RunningGateway, query: str) -> None:
    assert_problem(gateway.request("GET", f"{KEYS}?{query}"), 422)


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json"],
)
def test_json_must_say_that_it_is(gateway: RunningGateway, content_type: str) -> None:
    body = b'{"name": "x", "scopes": ["runs:read"]}'

    assert_problem(post(gateway, body, content_type), 415, "unsupported_media_type")


def test_two_content_types_are_refused(gateway: RunningGateway) -> None:
    body = b'{"name": "x", "scopes": ["runs:read"]}'
    head = (
        f"POST {KEYS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {gateway.key}\r\n"
        "Content-Type: application/json\r\nContent-Type: text/plain\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )

    assert gateway.raw(head.encode() + body).startswith(b"HTTP/1.1 415")


def test_twenty_megabytes_are_refused(gateway: RunningGateway) -> None:
    answer = post(gateway, b"x" * 20_000_000)

    problem = assert_problem(answer, 413, "too_large")
    assert "4,194,304" in problem["detail"]
    assert answer.headers["connection"] == "close"


def test_endless_body_is_cut_off(gateway: RunningGateway) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=20)
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(2_000):
            sent += 65_536
            yield b"x" * 65_536

    with contextlib.closing(connection):
        headers = {
            "Authorization": f"Bearer {gateway.key}",
            "Content-Type": "application/json",
            "Transfer-Encoding": "chunked",
        }
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request("POST", KEYS, endless(), headers, encode_chunked=True)

    assert 4_000_000 < sent < 100_000_000


def test_body_that_is_announced_too_large_is_never_asked_for(gateway: RunningGateway) -> None:
    head = (
        f"POST {KEYS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {gateway.key}\r\n"
        "Content-Type: application/json\r\nContent-Length: 1000000000000\r\n"
        "Expect: 100-continue\r\n\r\n"
    )

    began = time.monotonic()
    answer = gateway.raw(head.encode())

    assert answer.startswith(b"HTTP/1.1 413")
    assert time.monotonic() - began < 1.5


def test_body_of_somebody_unknown_is_not_read(gateway: RunningGateway) -> None:
    head = (
        f"POST {KEYS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Content-Length: 1000000\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    )

    answer = gateway.raw(head.encode())

    assert answer.startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x/../y\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: user@x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n",
        b"GET /healthz%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /healthz?a=%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"NONSENSE\r\n\r\n",
        b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /api/v1/keys HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ids=ascii,
)
def test_senseless_requests_get_a_400_and_harm_nobody(gateway: RunningGateway, head: bytes) -> None:
    answer = gateway.raw(head)

    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 404", b"HTTP/1.1 405")) or not answer
    assert gateway.request("GET", "/healthz", key=None).status == 200


@pytest.mark.parametrize("target", [b"*", b"http://other.example/healthz", b"/%zz", b"/%ff%fe"])
def test_odd_targets_are_answered(gateway: RunningGateway, target: bytes) -> None:
    answer = gateway.raw(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert answer[9:12] in {b"200", b"400", b"404"}


def test_head_that_is_too_large_is_refused(gateway: RunningGateway) -> None:
    head = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Big: " + b"a" * 200_000 + b"\r\n\r\n"

    assert gateway.raw(head).startswith(b"HTTP/1.1 431")


def test_too_many_headers_are_refused(gateway: RunningGateway) -> None:
    many = b"".join(b"X-%d: 1\r\n" % number for number in range(20_000))

    assert gateway.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + many + b"\r\n").startswith(
        b"HTTP/1.1 431"
    )


def test_head_that_never_ends_is_given_up(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_server, "_HEAD_TIMEOUT_S", 0.2)

    with socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
        assert client.recv(100) == b""


def test_several_requests_share_a_connection(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_server, "_HEAD_TIMEOUT_S", 0.3)
    request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

    with socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as client:
        for _ in range(3):
            client.sendall(request)
            received = b""
            while not received.endswith(b"}"):
                received += client.recv(4000)
            assert received.startswith(b"HTTP/1.1 200")
            # Idle for longer than a head may take: waiting between requests is no offence.
            time.sleep(0.4)
        client.sendall(request * 3)
        received = b""
        while received.count(b"HTTP/1.1 200") < 3:
            received += client.recv(4000)


def test_client_that_goes_away_in_the_middle_harms_nobody(gateway: RunningGateway) -> None:
    head = (
        f"POST {KEYS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {gateway.key}\r\n"
        "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    )
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as client:
        client.sendall(head.encode())

    assert gateway.request("GET", "/healthz", key=None).status == 200
