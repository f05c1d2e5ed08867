"""Runs as clients start, await, follow and cancel them."""

import asyncio
import http.client
import json
import threading
from typing import Any

import pytest

from services.gateway.tests.scripted import ScriptedRun
from services.gateway.tests.stage import OpenRequest, Stage, staged
from services.gateway.tests.support import (
    OtherTenant,
    RunningGateway,
    assert_problem,
    pointers,
    running_gateway,
    until,
)
from services.gateway.tests.trial_plugin import document
from skep_contracts.ids import BlobKey, new_id
from skep_contracts.problems import ProviderFailed
from skep_contracts.run_log import RunCancelled, RunFailed, RunPaused, RunSucceeded
from skep_gateway.web.limits import WebSettings

PATH = "/api/v1/runs"


def events(text: str) -> list[tuple[str, Any]]:
    """Return name and data of server-sent events."""
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "data" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


async def never_ends(run: ScriptedRun) -> None:
    run.begin()


async def never_begins(run: ScriptedRun) -> None:
    pass


def test_result_is_waited_for(stage: Stage) -> None:
    answer = stage.start("result")

    run = answer.json()
    assert answer.status == 200
    assert answer.headers["location"] == f"{PATH}/{run['id']}"
    assert (run["status"], run["outputs"]) == ("succeeded", {"said": "result"})
    assert run["app_id"] == stage.app
    assert run["ended_at"] >= run["started_at"]


def test_after_the_time_the_run_goes_on_without_the_client(stage: Stage) -> None:
    answer = stage.start("goes-on", script=never_ends, timeout_s=0.3)

    assert answer.status == 202
    assert answer.json()["status"] == "running"
    shown = stage.gateway.request("GET", answer.headers["location"]).json()
    assert shown["status"] == "running"
    assert shown["inputs"] == {"topic": "goes-on"}


def test_accepted_run_is_known_at_once(stage: Stage) -> None:
    answer = stage.start("queued", script=never_begins, respond="accepted")

    assert answer.status == 202
    shown = stage.gateway.request("GET", f"{PATH}/{answer.json()['id']}")
    assert (shown.status, shown.json()) == (200, answer.json())
    assert shown.json()["status"] == "queued"


def test_run_is_streamed(stage: Stage) -> None:
    async def talk(run: ScriptedRun) -> None:
        run.begin()
        run.say("Hum ")
        run.say("hum")
        run.succeed("Hum hum")

    answer = stage.start("streamed", script=talk, respond="stream")

    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = events(answer.body.decode())
    assert [name for name, _ in told] == [
        "run.started",
        "answer.delta",
        "answer.delta",
        "run.succeeded",
    ]
    run_id = answer.headers["location"].rpartition("/")[2]
    assert {data["run_id"] for _, data in told} == {run_id}
    assert [data["number"] for _, data in told if "number" in data] == [1, 2]


def test_stream_can_be_followed_later_and_from_the_middle(stage: Stage) -> None:
    run_id = stage.start("later").json()["id"]
    path = f"{PATH}/{run_id}/events"

    whole = stage.gateway.request("GET", path)
    rest = stage.gateway.request("GET", path, headers={"Last-Event-ID": "1-0"})
    same = stage.gateway.request("GET", f"{path}?after=1-0")

    assert [name for name, _ in events(whole.body.decode())] == ["run.started", "run.succeeded"]
    assert [name for name, _ in events(rest.body.decode())] == ["run.succeeded"]
    assert rest.body == same.body


@pytest.mark.parametrize("last_id", ["x", "-1", "1", "1-5", "9" * 30, "1-1-zzzzzzzz", "0-0\u00e9"])
def test_senseless_last_event_id_is_refused(stage: Stage, last_id: str) -> None:
    run_id = stage.start("senseless").json()["id"]

    answer = stage.gateway.request(
        "GET", f"{PATH}/{run_id}/events", headers={"Last-Event-ID": last_id}
    )

    assert_problem(answer, 422, "bad_event_id")


def test_failed_run_is_a_result(stage: Stage) -> None:
    async def fail(run: ScriptedRun) -> None:
        run.begin()
        run.write(RunFailed(problem=ProviderFailed("The vendor failed.").to_problem(), node="echo"))

    run = stage.start("fails", script=fail).json()

    assert run["status"] == "failed"
    assert run["problem"]["code"] == "provider_failed"
    assert run["outputs"] == {}


@pytest.mark.parametrize(
    ("end", "status"),
    [(RunCancelled(reason="x"), "cancelled"), (RunPaused(waits={}), "paused")],
)
def test_wait_ends_with_the_run_and_where_it_pauses(stage: Stage, end: Any, status: str) -> None:
    async def stop(run: ScriptedRun) -> None:
        run.begin()
        run.write(end)

    run = stage.start(f"ends-{status}", script=stop).json()

    assert run["status"] == status
    assert (run["ended_at"] is None) == (status == "paused")


def test_result_that_is_stored_apart_is_fetched(stage: Stage) -> None:
    async def store(run: ScriptedRun) -> None:
        run.begin()
        reference = {"$blob": {"key": BlobKey("a" * 64), "size_bytes": 1}}
        run.write(RunSucceeded(outputs={"said": reference}))

    run = stage.start("apart", script=store).json()

    assert run["status"] == "succeeded"
    assert "nodes" in run, "the whole run was asked for"


@pytest.mark.parametrize(
    ("change", "status", "place"),
    [
        ({"app": "nobody"}, 404, None),
        ({"app": "app_01ARZ3NDEKTSV4RRFFQ69G5FAV"}, 404, None),
        ({"app": ""}, 422, "/app"),
        ({"version": "f" * 64}, 404, None),
        ({"inputs": {}}, 422, "/inputs/topic"),
        ({"inputs": {"topic": "x", "more": 1}}, 422, "/inputs/more"),
        (
            {"inputs": {"topic": {"$file": {"id": "file_01ARZ3NDEKTSV4RRFFQ69G5FAV"}}}},
            422,
            "/inputs/topic",
        ),
        ({"inputs": {"topic": [{"$file": {"id": "x"}}]}}, 422, "/inputs/topic/0"),
        ({"files": ["file_01ARZ3NDEKTSV4RRFFQ69G5FAV"]}, 422, "/files/0"),
        ({"files": ["x"] * 51}, 422, "/files"),
        ({"query": "hello"}, 422, "/query"),
        ({"conversation_id": "conv_01ARZ3NDEKTSV4RRFFQ69G5FAV"}, 422, "/conversation_id"),
        ({"respond": "shout"}, 422, "/respond"),
        ({"timeout_s": 0}, 422, "/timeout_s"),
        ({"timeout_s": 1e9}, 422, "/timeout_s"),
        ({"end_user": "two\nlines"}, 422, "/end_user"),
        ({"graph": {}}, 422, "/graph"),
        ({"data": {}}, 422, "/data"),
    ],
)
def test_what_cannot_run_is_refused_before_anything_is_ordered(
    stage: Stage, change: dict[str, Any], status: int, place: str | None
) -> None:
    before = len(stage.orchestrator.commands)
    body = {"app": stage.app, "inputs": {"topic": "refused"}, **change}

    problem = assert_problem(stage.gateway.request("POST", PATH, body), status)

    assert place is None or place in pointers(problem)
    assert len(stage.orchestrator.commands) == before


def test_chat_needs_a_message_and_begins_a_conversation(stage: Stage) -> None:
    silent = stage.gateway.request("POST", PATH, {"app": stage.chat})
    spoken = stage.gateway.request("POST", PATH, {"app": stage.chat, "query": "hello"})

    assert pointers(assert_problem(silent, 422)) == {"/query"}
    assert spoken.json()["conversation_id"].startswith("conv_")


def test_conversation_must_be_one_of_the_app(stage: Stage, stranger_: OtherTenant) -> None:
    tenant = stage.gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]
    ours = stage.orchestrator.add_conversation(tenant, stage.chat)
    of_another_app = stage.orchestrator.add_conversation(tenant, new_id("app"))
    theirs = stage.orchestrator.add_conversation(stranger_.id, stage.chat)
    body = {"app": stage.chat, "query": "hello"}

    def status(conversation: str) -> int:
        sent = {**body, "conversation_id": conversation}
        return stage.gateway.request("POST", PATH, sent).status

    assert status(ours) == 200
    assert [status(other) for other in (of_another_app, theirs, "x")] == [404, 404, 404]


@pytest.fixture(scope="module")
def stranger_(stage: Stage) -> OtherTenant:
    return stage.gateway.add_tenant("stranger")


@pytest.mark.parametrize("respond", ["wait", "stream", "accepted"])
def test_inputs_that_fit_into_no_message_are_a_problem_in_every_way(
    stage: Stage, respond: str
) -> None:
    problem = assert_problem(stage.start("x" * 300_000, respond=respond), 413, "too_large")

    assert pointers(problem) == {"/inputs"}


def test_message_that_is_too_large_is_pointed_at(stage: Stage) -> None:
    body = {"app": stage.chat, "query": "蜂" * 100_000}

    problem = assert_problem(stage.gateway.request("POST", PATH, body), 413)

    assert pointers(problem) == {"/query"}


@pytest.mark.parametrize("respond", ["wait", "stream"])
def test_client_that_goes_away_leaves_nothing_behind(stage: Stage, respond: str) -> None:
    topic = f"left-{respond}"
    stage.orchestrator.scripts[topic] = never_ends
    stage.start("warm-up")
    before = stage.listeners()
    body = {"app": stage.app, "inputs": {"topic": topic}, "respond": respond}

    requests = [OpenRequest(stage.gateway, "POST", PATH, body) for _ in range(5)]
    until(lambda: stage.commands(topic) == 5)
    assert stage.listeners() > before
    for request in requests:
        request.leave()

    until(lambda: stage.listeners() <= before, timeout_s=5)


def test_follower_that_goes_away_leaves_nothing_behind(stage: Stage) -> None:
    run_id = stage.start("left-follow", script=never_ends, timeout_s=0.2).json()["id"]
    before = stage.listeners()

    request = OpenRequest(stage.gateway, "GET", f"{PATH}/{run_id}/events")
    request.wait_for("run.started")
    request.leave()

    until(lambda: stage.listeners() <= before, timeout_s=5)


def test_gateway_that_stops_tells_which_run_it_is() -> None:
    with staged(web=WebSettings(shutdown_timeout_s=3.0)) as stage:
        stage.orchestrator.scripts["stopping"] = never_ends
        body = {"app": stage.app, "inputs": {"topic": "stopping"}}
        waiting = OpenRequest(stage.gateway, "POST", PATH, body)
        until(lambda: stage.commands("stopping") == 1)
        stage.tear_down()
        stopping = threading.Thread(target=stage.gateway.stop)
        stopping.start()
        text = waiting.wait_for('"status":"running"')
        stopping.join(30)

    assert "202 Accepted" in text


def test_run_is_cancelled_once_it_is_known(stage: Stage) -> None:
    run_id = stage.start("cancelled", script=never_begins, respond="accepted").json()["id"]
    path = f"{PATH}/{run_id}/cancellations"

    answers = [
        stage.gateway.request("POST", path, {"reason": "enough"}),
        stage.gateway.request("POST", path),
    ]
    unknown = stage.gateway.request("POST", f"{PATH}/{new_id('run')}/cancellations", {})

    assert [a.status for a in answers] == [202, 202]
    assert_problem(unknown, 404)
    until(lambda: run_id in stage.orchestrator.cancelled)
    assert stage.orchestrator.cancelled.count(run_id) == 1


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("status=unknown", "/status"),
        ("status=banana", "/status"),
        ("cursor=x", "/cursor"),
        ("limit=0", "/limit"),
        ("limit=100000", "/limit"),
        ("since=yesterday", "/since"),
        ("until=2026-01-31T00:00:00", "/until"),
    ],
)
def test_senseless_lists_are_refused(stage: Stage, query: str, place: str) -> None:
    problem = assert_problem(stage.gateway.request("GET", f"{PATH}?{query}"), 422)

    assert pointers(problem) == {place}


def test_list_takes_the_name_of_an_app(stage: Stage) -> None:
    narrow = "status=failed&via=api&end_user=ada&origin=run_1&since=2026-01-01T00:00:00Z"
    assert stage.gateway.request("GET", f"{PATH}?app=staged&{narrow}").status == 200
    assert_problem(stage.gateway.request("GET", f"{PATH}?app=nobody"), 404)


def test_without_an_orchestrator_runs_wait_and_questions_are_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("skep_runtime.bus.calls._GATHERING_S", 0.1)
    with running_gateway() as gateway:
        stage = Stage(gateway)
        stage.set_up(orchestrator=False)
        accepted = stage.start("alone", timeout_s=0.3)
        listed = gateway.request("GET", PATH)
        queued = gateway.request("GET", f"{PATH}/{accepted.json()['id']}")
        unknown = gateway.request("GET", f"{PATH}/{new_id('run')}")
        stage.tear_down()

    assert (accepted.status, accepted.json()["status"]) == (202, "queued")
    assert_problem(listed, 503, "no_responder")
    assert_problem(unknown, 503, "no_responder")
    assert queued.status == 503 or queued.json()["status"] == "queued"


def test_bus_that_is_away_is_said_before_anything_is_streamed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("skep_runtime.bus.wire.jetstream.DEADLINE_S", 0.5)
    monkeypatch.setattr("skep_runtime.bus.client.DEADLINE_S", 0.5)
    with staged() as stage:
        stage.start("warm-up")
        stage.gateway.nats.kill()
        until(lambda: not stage.gateway.gateway.bus.is_connected)
        answers = [
            stage.start("away", respond=respond, key=f"away-{respond}")
            for respond in ("wait", "stream", "accepted")
        ]
        stage.gateway.nats.start()
        until(lambda: stage.gateway.gateway.bus.is_connected)
        until(lambda: stage.orchestrator.bus.is_connected)
        again = [
            stage.start("away", respond=respond, key=f"away-{respond}")
            for respond in ("wait", "stream", "accepted")
        ]

        for answer in answers:
            assert_problem(answer, 503)
        assert [answer.status for answer in again] == [200, 200, 202]
        until(lambda: stage.commands("away") == 3)


def test_draft_can_be_run_and_an_unpublished_app_cannot(stage: Stage) -> None:
    made = stage.gateway.request("POST", "/api/v1/apps", {"document": document("unpublished")})
    body = {"app": made.json()["id"], "inputs": {"topic": "draft"}}

    assert_problem(stage.gateway.request("POST", PATH, body), 409, "not_published")
    assert stage.gateway.request("POST", PATH, {**body, "version": "draft"}).status == 200


def test_description_of_the_api_says_what_runs_answer(gateway: RunningGateway) -> None:
    paths = gateway.request("GET", "/api/v1/openapi.json").json()["paths"]

    start = paths[PATH]["post"]["responses"]
    shown = paths[f"{PATH}/{{run_id}}"]["get"]["responses"]["200"]["content"]["application/json"]
    assert {"200", "202", "404", "409", "413", "422", "503"} <= start.keys()
    assert set(start["200"]["content"]) == {"application/json", "text/event-stream"}
    assert [schema["title"] for schema in shown["schema"]["anyOf"]] == ["RunDetail", "AcceptedRun"]
    cancel = paths[f"{PATH}/{{run_id}}/cancellations"]["post"]["requestBody"]
    assert not cancel.get("required", False)


def test_client_may_hang_up_and_come_back_on_one_connection(stage: Stage) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", stage.gateway.port, timeout=10)
    headers = {
        "Authorization": f"Bearer {stage.gateway.key}",
        "Content-Type": "application/json",
    }
    body = json.dumps({"app": stage.app, "inputs": {"topic": "kept"}})
    for _ in range(3):
        connection.request("POST", PATH, body, headers)
        answer = connection.getresponse()
        assert json.loads(answer.read())["status"] == "succeeded"
    connection.close()


def test_many_at_once_each_get_their_own(stage: Stage) -> None:
    async def slowly(run: ScriptedRun) -> None:
        run.begin()
        await asyncio.sleep(0.05)
        run.succeed()

    found: dict[str, str] = {}

    def one(topic: str) -> None:
        found[topic] = stage.start(topic, script=slowly).json()["outputs"]["said"]

    topics = [f"many-{n}" for n in range(16)]
    threads = [threading.Thread(target=one, args=(topic,)) for topic in topics]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {topic: topic for topic in topics}
