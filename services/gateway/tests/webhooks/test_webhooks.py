"""Webhooks: who subscribed hears of it, signed, and nobody else waits for who does not answer."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from services.gateway.tests.facts import began, publish, succeeded
from services.gateway.tests.support import (
    Answer,
    OtherTenant,
    RunningGateway,
    assert_problem,
    pointers,
    running_gateway,
    settings_in,
    until,
)
from services.gateway.tests.trial_plugin import document
from skep_contracts import topology
from skep_contracts.ids import new_id
from skep_gateway.webhooks import deliver, follow_events, try_again
from skep_runtime.egress import EgressSettings
from skep_testing.http_server import Answer as Scripted
from skep_testing.http_server import ScriptedServer

PATH = "/api/v1/webhooks"


@pytest.fixture(scope="module")
def alone(_in_a_hurry: None) -> Iterator[RunningGateway]:
    with running_gateway() as running:
        yield running


@pytest.fixture(scope="module")
def ours(alone: RunningGateway) -> str:
    return str(alone.request("GET", "/api/v1/me").json()["tenant"]["id"])


@pytest.fixture
def receiver() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        server.handle_with(lambda _: Scripted(status=204))
        yield server


@pytest.fixture(autouse=True, scope="module")
def _in_a_hurry() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deliver, "BACKOFF_S", (0.05, 0.1))
        patch.setattr(try_again, "_LOOK_S", 0.1)
        patch.setattr(follow_events, "_LOOK_S", 0.2)
        yield


@pytest.fixture(autouse=True)
def _cleaned_up(alone: RunningGateway) -> Iterator[None]:
    yield
    for item in alone.request("GET", PATH).json()["items"]:
        alone.request("DELETE", f"{PATH}/{item['id']}")
    until(lambda: readers(alone) == [])


def subscribe(gateway: RunningGateway, url: str, *kinds: str, **more: Any) -> dict[str, Any]:
    made = gateway.request("POST", PATH, {"url": url, "kinds": list(kinds), **more})
    assert made.status == 201, made.body
    return dict(made.json())


def deliveries(gateway: RunningGateway, hook: dict[str, Any], query: str = "") -> list[Any]:
    return list(gateway.request("GET", f"{PATH}/{hook['id']}/deliveries{query}").json()["items"])


def readers(gateway: RunningGateway) -> list[str]:
    """Return the consumers of public events that there are at the server."""

    async def names() -> list[str]:
        stream = topology.EVENTS.name
        listed = await gateway.gateway.bus._jetstream.ask(f"STREAM.INFO.{stream}")
        if not listed["state"]["consumer_count"]:
            return []
        found = await gateway.gateway.bus._jetstream.ask(f"CONSUMER.NAMES.{stream}")
        return [name for name in found["consumers"] or [] if name.startswith("gateway-webhook")]

    return gateway.run(names)


def test_event_is_posted_once_signed_and_written_down(
    alone: RunningGateway, ours: str, receiver: ScriptedServer
) -> None:
    hook = subscribe(alone, f"{receiver.url}/hook", "run.began.v1")
    run = new_id("run")

    publish(alone, ours, began(run), succeeded(run))
    until(lambda: deliveries(alone, hook))

    (got,) = receiver.requests
    event = json.loads(got.body)
    assert event["type"] == "run.began.v1"
    assert event["data"]["run_id"] == run
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    secret = base64.b64decode(hook["secret"].removeprefix("whsec_"))
    signature = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert got.headers["webhook-signature"] == f"v1,{signature}"
    assert abs(int(got.headers["webhook-timestamp"]) - time.time()) < 60
    (written,) = deliveries(alone, hook)
    assert (written["status"], written["attempts"], written["status_code"]) == ("delivered", 1, 204)
    assert written["id"] == got.headers["webhook-id"]
    assert written["next_try_at"] is None


def test_filters_by_kind_and_app(
    alone: RunningGateway, ours: str, receiver: ScriptedServer
) -> None:
    app = alone.request("POST", "/api/v1/apps", {"document": document("hooked")}).json()["id"]
    subscribe(alone, f"{receiver.url}/all")
    subscribe(alone, f"{receiver.url}/kinds", "run.succeeded.v1", "run.failed.v1")
    subscribe(alone, f"{receiver.url}/app", app="hooked")

    publish(alone, ours, began("run_1"), succeeded("run_2"), began("run_3", app))
    until(lambda: len(receiver.requests_to("/all")) == 3)
    until(lambda: receiver.requests_to("/app"))

    def runs(path: str) -> list[str]:
        found = [json.loads(got.body)["data"]["run_id"] for got in receiver.requests_to(path)]
        return sorted(found)

    assert runs("/all") == ["run_1", "run_2", "run_3"]
    assert runs("/kinds") == ["run_2"]
    assert runs("/app") == ["run_3"]
    alone.request("DELETE", f"/api/v1/apps/{app}")


def test_tenants_hear_nothing_of_each_other(
    alone: RunningGateway, ours: str, receiver: ScriptedServer
) -> None:
    theirs = alone.add_tenant("others")
    hook = alone.request("POST", PATH, {"url": f"{receiver.url}/theirs"}, key=theirs.key).json()
    subscribe(alone, f"{receiver.url}/ours")

    publish(alone, theirs.id, began("run_theirs"))
    publish(alone, ours, began("run_ours"))
    until(lambda: receiver.requests_to("/ours") and receiver.requests_to("/theirs"))

    assert [json.loads(r.body)["data"]["run_id"] for r in receiver.requests_to("/ours")] == [
        "run_ours"
    ]
    assert len(receiver.requests_to("/theirs")) == 1
    alone.request("DELETE", f"{PATH}/{hook['id']}", key=theirs.key)


def test_without_webhooks_no_event_is_read(
    alone: RunningGateway, ours: str, receiver: ScriptedServer
) -> None:
    assert readers(alone) == []
    publish(alone, ours, began("run_before"))

    hook = subscribe(alone, f"{receiver.url}/hook")
    publish(alone, ours, began("run_after"))
    until(lambda: receiver.requests)

    assert json.loads(receiver.requests[0].body)["data"]["run_id"] == "run_after"
    assert readers(alone) == [f"gateway-webhook-{hook['id']}"]
    alone.request("DELETE", f"{PATH}/{hook['id']}")
    until(lambda: readers(alone) == [])


def test_webhook_misses_nothing_whichever_gateway_is_up(
    ours: str, alone: RunningGateway, receiver: ScriptedServer, tmp_path: Any
) -> None:
    settings = settings_in(tmp_path, alone.nats)
    first, second = (RunningGateway(settings, alone.nats) for _ in range(2))
    first.start()
    tenant = first.request("GET", "/api/v1/me").json()["tenant"]["id"]
    hook = subscribe(first, f"{receiver.url}/hook")
    first.stop()
    publish(alone, tenant, began("run_meanwhile"))
    second.start()
    third = RunningGateway(settings, alone.nats)
    third.start()
    until(lambda: len(receiver.requests) == 1)
    for n in range(20):
        publish(alone, tenant, began(f"run_{n}"))

    until(lambda: len(receiver.requests) == 21)
    told = sorted(json.loads(got.body)["data"]["run_id"] for got in receiver.requests)
    assert told == sorted(["run_meanwhile", *(f"run_{n}" for n in range(20))])
    third.request("DELETE", f"{PATH}/{hook['id']}")
    until(lambda: readers(alone) == [])
    time.sleep(0.5)  # as long as the second needs to notice
    assert readers(alone) == [], "nobody brings it back"
    second.stop()
    third.stop()


def test_failed_delivery_is_tried_again_and_dies_in_the_end(
    alone: RunningGateway, ours: str, receiver: ScriptedServer
) -> None:
    receiver.serve("/broken", Scripted(status=503))
    receiver.enqueue("/shaky", Scripted(status=500), Scripted(status=429))
    broken = subscribe(alone, f"{receiver.url}/broken")
    shaky = subscribe(alone, f"{receiver.url}/shaky")

    publish(alone, ours, began(new_id("run")))
    until(lambda: [d["status"] for d in deliveries(alone, broken)] == ["dead"])
    until(lambda: [d["status"] for d in deliveries(alone, shaky)] == ["delivered"])

    (dead,) = deliveries(alone, broken, "?status=dead")
    (done,) = deliveries(alone, shaky, "?status=delivered")
    assert (dead["attempts"], dead["status_code"]) == (3, 503)
    assert dead["error"] == "it answered with status 503"
    assert dead["next_try_at"] is None
    assert (done["attempts"], done["error"]) == (3, None)
    ids = {request.headers["webhook-id"] for request in receiver.requests_to("/broken")}
    assert len(receiver.requests_to("/broken")) == 3
    assert len(ids) == 1, "every try is the same message"


def test_delivery_is_sent_again_and_all_tries_are_there_again(
    alone: RunningGateway, ours: str, receiver: ScriptedServer
) -> None:
    receiver.enqueue("/hook", *[Scripted(status=503)] * 4)
    hook = subscribe(alone, f"{receiver.url}/hook")
    publish(alone, ours, began(new_id("run")))
    until(lambda: [d["status"] for d in deliveries(alone, hook)] == ["dead"])
    (dead,) = deliveries(alone, hook)
    path = f"{PATH}/{hook['id']}/deliveries/{dead['id']}/retries"

    queued = alone.request("POST", path)
    until(lambda: [d["status"] for d in deliveries(alone, hook)] == ["delivered"])

    assert (queued.status, queued.json()["status"]) == (202, "queued")
    bodies = {request.body for request in receiver.requests}
    assert len(receiver.requests) == 5
    assert len(bodies) == 1
    assert_problem(alone.request("POST", path.replace(dead["id"], "x")), 404)


def test_subscriber_that_is_gone_is_left_alone(
    alone: RunningGateway, ours: str, receiver: ScriptedServer
) -> None:
    receiver.enqueue("/hook", Scripted(status=503), Scripted(status=410))
    hook = subscribe(alone, f"{receiver.url}/hook")
    publish(alone, ours, began(new_id("run")))
    shown = f"{PATH}/{hook['id']}"
    until(lambda: alone.request("GET", shown).json()["disabled_reason"])

    publish(alone, ours, began(new_id("run")))
    until(lambda: readers(alone) == [])

    (refused,) = deliveries(alone, hook)
    assert (refused["status"], refused["status_code"]) == ("refused", 410)
    assert len(receiver.requests) == 2
    again = alone.request("POST", f"{shown}/deliveries/{refused['id']}/retries")
    assert_problem(again, 409, "webhook_disabled")


def test_redirect_is_not_followed(
    alone: RunningGateway, ours: str, receiver: ScriptedServer
) -> None:
    place = {"Location": f"{receiver.url}/elsewhere"}
    receiver.serve("/hook", Scripted(status=302, headers=place))
    hook = subscribe(alone, f"{receiver.url}/hook")

    publish(alone, ours, began(new_id("run")))
    until(lambda: [d["status"] for d in deliveries(alone, hook)] == ["dead"])

    assert receiver.requests_to("/elsewhere") == []


def test_subscriber_that_hangs_holds_up_itself_alone(
    alone: RunningGateway,
    ours: str,
    receiver: ScriptedServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deliver, "_TIMEOUT_S", 2.0)
    receiver.serve("/hangs", Scripted(status=204, delay_s=30))
    hangs = subscribe(alone, f"{receiver.url}/hangs")
    subscribe(alone, f"{receiver.url}/hook")
    # From here on the readers are at work.
    publish(alone, ours, began("run_first"))
    until(lambda: receiver.requests_to("/hook"))

    began_at = time.monotonic()
    publish(alone, ours, *(began(f"run_{n}") for n in range(30)))
    until(lambda: len(receiver.requests_to("/hook")) == 31)

    assert time.monotonic() - began_at < 2.0
    assert len(receiver.requests_to("/hangs")) <= 8
    alone.request("DELETE", f"{PATH}/{hangs['id']}")


def test_what_leads_to_a_private_address_is_not_called(receiver: ScriptedServer) -> None:
    with running_gateway(egress=EgressSettings(allow="")) as strict:
        tenant = strict.request("GET", "/api/v1/me").json()["tenant"]["id"]
        for url in (
            f"{receiver.url}/hook",
            "http://169.254.169.254/latest",
            "http://[::ffff:127.0.0.1]/",
            "http://2130706433/",
            "http://0x7f.1/",
            "ftp://example.com/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "http://user:pw@example.com/",
            "//example.com",
            "example.com",
            "http://",
            "http://a b/",
            "http://bücher.example/\n",
        ):
            answer = strict.request("POST", PATH, {"url": url})
            assert pointers(assert_problem(answer, 422)) == {"/url"}, url
        # A name is resolved when it is called, and then it counts where it leads.
        port = receiver.port
        hook = subscribe(strict, f"http://localhost:{port}/hook")

        publish(strict, tenant, began(new_id("run")))
        until(lambda: [d["status"] for d in deliveries(strict, hook)] == ["dead"])

        (dead,) = deliveries(strict, hook)
        assert dead["status_code"] is None
        assert "public internet" in dead["error"]
    assert not receiver.requests


def test_secret_is_shown_once(alone: RunningGateway, receiver: ScriptedServer) -> None:
    hook = subscribe(alone, f"{receiver.url}/hook")

    shown = [
        alone.request("GET", PATH).body,
        alone.request("GET", f"{PATH}/{hook['id']}").body,
        alone.request("GET", f"{PATH}/{hook['id']}/deliveries").body,
    ]

    secret = hook["secret"].removeprefix("whsec_").encode()
    assert len(base64.b64decode(secret)) == 32
    assert not any(secret in body for body in shown)


@pytest.mark.parametrize(
    ("change", "status", "place"),
    [
        ({"kinds": ["nonsense"]}, 422, "/kinds"),
        ({"kinds": ["plugin.installed.v1"]}, 422, "/kinds/0"),
        ({"kinds": ["x"] * 101}, 422, "/kinds"),
        ({"app": "nobody"}, 404, None),
        ({"app": "app_01ARZ3NDEKTSV4RRFFQ69G5FAV"}, 404, None),
        ({"app": ""}, 422, "/app"),
        ({"url": ""}, 422, "/url"),
        ({"url": "http://x/" + "y" * 3_000}, 422, "/url"),
        ({"secret": "mine"}, 422, "/secret"),
    ],
)
def test_senseless_webhooks_are_refused_and_leave_nothing_behind(
    alone: RunningGateway, change: dict[str, Any], status: int, place: str | None
) -> None:
    answer = alone.request("POST", PATH, {"url": "http://127.0.0.1:9/hook", **change})

    problem = assert_problem(answer, status)
    assert place is None or place in pointers(problem)
    assert readers(alone) == []


def test_webhooks_are_bounded(alone: RunningGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skep_gateway.webhooks.routes._MOST", 2)
    made: list[Answer] = [
        alone.request("POST", PATH, {"url": "http://127.0.0.1:9/hook"}) for _ in range(3)
    ]

    assert [answer.status for answer in made] == [201, 201, 409]
    assert_problem(made[2], 409, "too_many")
    until(lambda: len(readers(alone)) == 2)


def test_webhook_of_another_tenant_does_not_exist(
    alone: RunningGateway, ours: str, receiver: ScriptedServer
) -> None:
    theirs: OtherTenant = alone.add_tenant("curious")
    hook = subscribe(alone, f"{receiver.url}/hook")
    publish(alone, ours, began(new_id("run")))
    until(lambda: deliveries(alone, hook))
    (done,) = deliveries(alone, hook)
    path = f"{PATH}/{hook['id']}"

    for method, place in (
        ("GET", path),
        ("DELETE", path),
        ("GET", f"{path}/deliveries"),
        ("POST", f"{path}/deliveries/{done['id']}/retries"),
    ):
        assert_problem(alone.request(method, place, key=theirs.key), 404)
    assert alone.request("GET", path).status == 200


def test_what_became_of_events_is_forgotten_in_the_end(
    alone: RunningGateway, ours: str, receiver: ScriptedServer
) -> None:
    hook = subscribe(alone, f"{receiver.url}/hook")
    publish(alone, ours, began(new_id("run")))
    until(lambda: deliveries(alone, hook))

    alone.run(alone.gateway._drop_old)
    kept = deliveries(alone, hook)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skep_gateway.app._KEEP_DELIVERIES", timedelta(seconds=-1))
        alone.run(alone.gateway._drop_old)

    assert len(kept) == 1
    assert deliveries(alone, hook) == []


def test_deliveries_come_in_pages(
    alone: RunningGateway, ours: str, receiver: ScriptedServer
) -> None:
    hook = subscribe(alone, f"{receiver.url}/hook")
    publish(alone, ours, *(began(new_id("run")) for _ in range(5)))
    until(lambda: len(deliveries(alone, hook)) == 5)
    path = f"{PATH}/{hook['id']}/deliveries?limit=2"

    found: list[str] = []
    cursor = ""
    while True:
        page = alone.request("GET", path + (f"&cursor={cursor}" if cursor else "")).json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break

    assert len(found) == len(set(found)) == 5
    assert_problem(alone.request("GET", f"{path}&cursor=x"), 422)
