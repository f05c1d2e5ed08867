"""Events as a stream and as webhooks."""

import base64
import hashlib
import hmac
import http.server
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import create_app, eventually, start_run, wait_until_ended
from tests.integration.documents import echo_app

pytestmark = [pytest.mark.integration]


class Receiver:
    """A subscriber's own HTTP server; `fail_first` deliveries are answered with 503."""

    def __init__(self, fail_first: int = 0) -> None:
        self.deliveries: list[tuple[dict[str, str], bytes]] = []
        self.refused = 0
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # the name the library calls
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.refused < fail_first:
                    receiver.refused += 1
                    self.send_response(503)
                else:
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    receiver.deliveries.append((headers, body))
                    self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, count: int, timeout_s: float = 30) -> list[tuple[dict[str, str], bytes]]:
        deadline = time.monotonic() + timeout_s
        while len(self.deliveries) < count:
            assert time.monotonic() < deadline, f"{len(self.deliveries)} of {count} came"
            time.sleep(0.02)
        return self.deliveries


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver(fail_first=1)
    yield made
    made.close()


def read_events(
    stack: RunningStack, query: str, *, count: int, last_id: str = ""
) -> list[dict[str, Any]]:
    """Read `count` events of the public stream."""
    headers = {"Authorization": f"Bearer {stack.key}"}
    if last_id:
        headers["Last-Event-ID"] = last_id
    request = urllib.request.Request(f"{stack.url}/api/v1/events?{query}", headers=headers)
    found: list[dict[str, Any]] = []
    with urllib.request.urlopen(request, timeout=20) as answer:
        event_id, name = "", ""
        for raw in answer:
            line = raw.decode().strip()
            if line.startswith("id:"):
                event_id = line[3:].strip()
            elif line.startswith("event:"):
                name = line[6:].strip()
            elif line.startswith("data:"):
                found.append({"id": event_id, "event": name, "data": json.loads(line[5:])})
                if len(found) == count:
                    return found
    return found


def test_events_can_be_read_from_any_point(stack: RunningStack) -> None:
    app = create_app(stack, echo_app("events"))
    ids = [start_run(stack, app, inputs={"topic": str(n)}) for n in range(3)]
    for run_id in ids:
        wait_until_ended(stack, run_id)
    query = f"app={app}&kind=run.succeeded.v1&from=start"

    everything = read_events(stack, query, count=3)
    rest = read_events(stack, query, count=2, last_id=everything[0]["id"])

    assert sorted(e["data"]["data"]["run_id"] for e in everything) == sorted(ids)
    assert rest == everything[1:]


def test_events_of_one_run(stack: RunningStack) -> None:
    app = create_app(stack, echo_app("one-run"))
    run_id = start_run(stack, app, inputs={"topic": "x"})
    wait_until_ended(stack, run_id)

    events = read_events(stack, f"run={run_id}&from=start", count=2)

    assert [e["event"] for e in events] == ["run.began.v1", "run.succeeded.v1"]


def test_webhook_is_signed_retried_and_delivered(stack: RunningStack, receiver: Receiver) -> None:
    app = create_app(stack, echo_app("hooked"))
    hook = stack.request(
        "POST",
        "/api/v1/webhooks",
        {"url": receiver.url, "kinds": ["run.succeeded.v1"], "app": app},
    )
    run_id = start_run(stack, app, inputs={"topic": "x"})

    ((headers, body),) = receiver.wait(1)

    event = json.loads(body)
    assert event["type"] == "run.succeeded.v1"
    assert event["data"]["run_id"] == run_id
    assert receiver.refused == 1, "the first try was answered with 503"
    secret = base64.b64decode(hook["secret"].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert f"v1,{expected}" in headers["webhook-signature"].split(" ")
    path = f"/api/v1/webhooks/{hook['id']}/deliveries"
    eventually(lambda: stack.request("GET", path)["items"][0]["status"] == "delivered")


def test_delivery_can_be_sent_again(stack: RunningStack) -> None:
    receiver = Receiver()
    app = create_app(stack, echo_app("again"))
    hook = stack.request(
        "POST", "/api/v1/webhooks", {"url": receiver.url, "kinds": ["run.succeeded.v1"], "app": app}
    )
    start_run(stack, app, inputs={"topic": "x"})
    receiver.wait(1)
    path = f"/api/v1/webhooks/{hook['id']}/deliveries"
    eventually(lambda: stack.request("GET", path)["items"])
    (delivery,) = stack.request("GET", path)["items"]

    stack.request("POST", f"{path}/{delivery['id']}/retries")

    first, second = receiver.wait(2)
    assert first[1] == second[1]
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    receiver.close()


def test_webhook_to_a_private_address_is_refused_by_default() -> None:
    with RunningStack(environment={"SKEP_EGRESS__ALLOW": ""}) as strict:
        app = create_app(strict, echo_app("private"))
        hook = {"url": "http://127.0.0.1:9/hook", "kinds": ["run.succeeded.v1"], "app": app}

        with pytest.raises(urllib.error.HTTPError) as caught:
            strict.request("POST", "/api/v1/webhooks", hook)

        assert caught.value.code == 422
