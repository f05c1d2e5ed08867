"""Runs that wait, on the real stack: people, callbacks, time, operators, apps below apps, kills."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import (
    Follower,
    create_app,
    eventually,
    skep,
    start_run,
    wait_until_ended,
)
from tests.integration.documents import start, text_field, workflow

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture(scope="module")
def stack() -> Iterator[RunningStack]:
    """A stack of their own: some of these tests kill parts of it."""
    with RunningStack() as running:
        yield running


def ask(**more: Any) -> dict[str, Any]:
    settings = {
        "content": "Go on, {{start.topic}}?",
        "fields": [{"name": "why", "default": "because"}],
        "actions": [{"id": "yes"}, {"id": "no"}],
        **more,
    }
    return {"type": "human-input", "settings": settings}


def asking(name: str, **more: Any) -> dict[str, Any]:
    """A person is asked, then a model."""
    return workflow(
        name,
        {
            "start": start(text_field("topic", required=False)),
            "ask": ask(**more),
            "say": {"type": "llm", "settings": {"model": "echo/echo", "prompt": "{{ask.why}}"}},
            "answer": {"type": "answer", "settings": {"text": "{{say.text}}"}},
            "end": {
                "type": "end",
                "settings": {"outputs": {"why": "{{ask.why}}", "action": "{{ask.action}}"}},
            },
        },
        [
            ("start", "ask"),
            ("ask.yes", "say"),
            ("ask.no", "end"),
            ("ask.timeout", "end"),
            ("say", "answer"),
            ("answer", "end"),
        ],
    )


def waits_of(stack: RunningStack, run_id: str) -> dict[str, Any]:
    found = stack.request("GET", f"/api/v1/runs/{run_id}/waits")
    return {wait["place"]: wait for wait in found["waits"]}


def until_paused(stack: RunningStack, run_id: str, *, at: str = "ask") -> dict[str, Any]:
    """Return the wait at a place, once the run is paused there."""

    def is_paused() -> bool:
        try:
            found = stack.request("GET", f"/api/v1/runs/{run_id}/waits")
        except OSError:  # not begun yet, or something is just being restarted
            return False
        return found["status"] == "paused" and at in {wait["place"] for wait in found["waits"]}

    eventually(is_paused)
    found: dict[str, Any] = waits_of(stack, run_id)[at]
    return found


def answer(stack: RunningStack, run_id: str, place: str = "ask", **given: Any) -> Any:
    given = given or {"action": "yes"}
    body = {"place": place, "answer": given}
    return stack.request("POST", f"/api/v1/runs/{run_id}/answers", body)


def status_of(send: Any) -> int:
    """Return the status that a request is refused with, 200 when it is not."""
    try:
        send()
    except urllib.error.HTTPError as error:
        return error.code
    return 200


def post(url: str, body: bytes, kind: str = "application/json") -> tuple[int, str]:
    request = urllib.request.Request(url, body, {"Content-Type": kind})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return reply.status, reply.read().decode()


def test_example_waits_for_a_person_who_answers_on_the_page(stack: RunningStack) -> None:
    begun = skep(
        stack,
        *("run", str(EXAMPLES / "approved-reply.yaml"), "--input", "customer=Ada", "--detach"),
    )
    run_id = begun.stdout.strip()
    wait = until_paused(stack, run_id, at="review")
    listed = skep(stack, "runs", "waits", run_id)
    assert wait["link"] in listed.stdout, listed.stderr
    assert wait["link"].startswith(stack.url)

    with urllib.request.urlopen(wait["link"], timeout=30) as page:
        text = page.read().decode()
    assert "Send this to Ada?" in text
    assert "<strong>Nothing is sent</strong>" in text
    sent = urlencode({"field.text": "Dear Ada, hello.", "field.note": "", "action": "send"})
    status, said = post(wait["link"], sent.encode(), "application/x-www-form-urlencoded")

    assert status == 200
    assert "Thank you" in said
    run = wait_until_ended(stack, run_id)
    assert run["outputs"] == {"sent": True, "text": "Dear Ada, hello.", "note": ""}


def test_answer_from_the_command_line(stack: RunningStack) -> None:
    run_id = start_run(stack, create_app(stack, asking("by-command")), inputs={"topic": "x"})
    until_paused(stack, run_id)

    unclear = skep(stack, "runs", "answer", run_id)
    done = skep(stack, *("runs", "answer", run_id, "--action", "yes", "--field", "why=art"))
    late = skep(stack, "runs", "answer", run_id, "ask", "--action", "yes")

    assert unclear.returncode == 2
    assert "yes, no" in unclear.stderr
    assert done.returncode == 0, done.stderr
    assert late.returncode != 0
    assert wait_until_ended(stack, run_id)["outputs"] == {"why": "art", "action": "yes"}


def test_answered_run_goes_on_at_once_and_its_stream_with_it(stack: RunningStack) -> None:
    run_id = start_run(stack, create_app(stack, asking("quick")), inputs={"topic": "x"})
    follower = Follower(stack, run_id)
    paused = follower.wait_for("run.paused")
    until_paused(stack, run_id)
    assert list(paused.data["waits"]) == ["ask"]

    begin = time.monotonic()
    answer(stack, run_id)
    end = follower.end()
    took_s = time.monotonic() - begin

    assert end.event == "run.succeeded"
    assert follower.text == "because"
    assert follower.resets == 0
    assert took_s < 1.0, f"{took_s:.3f} s"


def test_client_that_waits_gets_the_paused_run(stack: RunningStack) -> None:
    app = create_app(stack, asking("awaited"))

    run = stack.request("POST", "/api/v1/runs", {"app": app, "inputs": {"topic": "bees"}})

    assert run["status"] == "paused"
    assert run["waits"]["ask"]["kind"] == "form"
    assert run["waits"]["ask"]["data"]["content"] == "Go on, bees?"
    shown = stack.request("GET", f"/api/v1/runs/{run['id']}")
    assert shown["status"] == "paused"
    assert shown["waits"] == run["waits"]

    def listed() -> list[str]:
        page = stack.request("GET", f"/api/v1/runs?app={app}&status=paused")
        return [item["id"] for item in page["items"]]

    eventually(lambda: listed() == [run["id"]])


def test_of_many_answers_at_once_one_wins(stack: RunningStack) -> None:
    run_id = start_run(stack, create_app(stack, asking("contested")), inputs={"topic": "x"})
    until_paused(stack, run_id)
    statuses: list[int] = []

    def send() -> None:
        statuses.append(status_of(lambda: answer(stack, run_id)))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] + [409] * 5
    assert wait_until_ended(stack, run_id)["status"] == "succeeded"


def calling_back(name: str, **more: Any) -> dict[str, Any]:
    return workflow(
        name,
        {
            "start": start(),
            "told": {
                "type": "template",
                "settings": {
                    "inputs": {"url": "{{sys.callback_url}}/paid"},
                    "template": "{{ url }}",
                },
            },
            "paid": {"type": "wait", "settings": {"callback": True, **more}},
            "end": {
                "type": "end",
                "settings": {
                    "outputs": {
                        "got": "{{paid.answer}}",
                        "late": "{{paid.timed_out}}",
                        "url": "{{told.text}}",
                    }
                },
            },
        },
        [("start", "told"), ("told", "paid"), ("paid", "end")],
    )


def test_callback_is_posted_to_the_address_that_the_run_gave_out(stack: RunningStack) -> None:
    run_id = start_run(stack, create_app(stack, calling_back("callback")))
    until_paused(stack, run_id, at="paid")
    nodes = stack.request("GET", f"/api/v1/runs/{run_id}")["nodes"]
    (url,) = (node["outputs"]["text"] for node in nodes if node["node"] == "told")

    status, _ = post(url, json.dumps({"amount": 7}).encode())

    assert status == 202
    assert url.startswith(stack.url)
    assert status_of(lambda: post(url, b"{}")) in {409, 410}
    assert status_of(lambda: post(url[:-8] + "x/paid", b"{}")) == 404
    run = wait_until_ended(stack, run_id)
    assert run["outputs"] == {"got": {"amount": 7}, "late": False, "url": url}


def test_time_is_waited_for_across_a_restart_of_everything(stack: RunningStack) -> None:
    app = create_app(
        stack,
        workflow(
            "later",
            {
                "start": start(),
                "nap": {"type": "wait", "settings": {"seconds": 14}},
                "end": {"type": "end", "settings": {"outputs": {"done": "{{nap.timed_out}}"}}},
            },
            [("start", "nap"), ("nap", "end")],
        ),
    )
    begin = time.time()
    run_id = start_run(stack, app)
    until_paused(stack, run_id, at="nap")

    for name in ("orchestrator", "gateway"):
        stack.kill(name)
    stack.wait_until_ready()

    run = wait_until_ended(stack, run_id)
    assert run["outputs"] == {"done": False}
    assert 14 <= time.time() - begin < 22
    assert run["elapsed_s"] < 5


def test_nobody_in_time_takes_the_way_out_for_that(stack: RunningStack) -> None:
    document = asking("late", timeout_s=1)
    run_id = start_run(stack, create_app(stack, document), inputs={"topic": "x"})

    run = wait_until_ended(stack, run_id)

    assert run["outputs"] == {"why": "because", "action": "timeout"}


def test_everything_is_killed_while_a_run_is_paused_and_while_it_goes_on(
    stack: RunningStack,
) -> None:
    app = create_app(stack, asking("killed"))
    run_ids = [start_run(stack, app, inputs={"topic": "x"}) for _ in range(5)]
    for run_id in run_ids:
        until_paused(stack, run_id)

    stack.kill("orchestrator")
    stack.kill("gateway")
    stack.wait_until_ready()
    for run_id in run_ids:
        answer(stack, run_id)
    stack.kill("orchestrator")

    for run_id in run_ids:
        assert wait_until_ended(stack, run_id)["outputs"]["action"] == "yes"
        assert waits_of(stack, run_id) == {}


def test_paused_run_is_cancelled_at_once(stack: RunningStack) -> None:
    run_id = start_run(stack, create_app(stack, asking("stopped")), inputs={"topic": "x"})
    wait = until_paused(stack, run_id)

    begin = time.monotonic()
    stack.request("POST", f"/api/v1/runs/{run_id}/cancellations", {"reason": "no need"})
    run = wait_until_ended(stack, run_id)

    assert run["status"] == "cancelled"
    assert time.monotonic() - begin < 1.5
    assert status_of(lambda: answer(stack, run_id)) == 409
    assert status_of(lambda: urllib.request.urlopen(wait["link"], timeout=10)) == 410


def test_person_is_asked_in_every_round(stack: RunningStack) -> None:
    inner = {**ask(content="About {{each.item}}?"), "parent": "each"}
    app = create_app(
        stack,
        workflow(
            "rounds",
            {
                "start": start(),
                "each": {
                    "type": "iteration",
                    "settings": {
                        "items": ["a", "b", "c"],
                        "output": "{{ask.why}}",
                        "parallel": 3,
                    },
                },
                "ask": inner,
                "end": {"type": "end", "settings": {"outputs": {"all": "{{each.output}}"}}},
            },
            [("start", "each"), ("each", "end")],
        ),
    )
    run_id = start_run(stack, app)
    until_paused(stack, run_id, at="each:2/ask")
    found = waits_of(stack, run_id)
    assert list(found) == ["each:0/ask", "each:1/ask", "each:2/ask"]
    assert found["each:1/ask"]["data"]["content"] == "About b?"

    for number in (1, 0, 2):
        fields = {"why": f"w{number}"}
        answer(stack, run_id, f"each:{number}/ask", action="yes", fields=fields)

    assert wait_until_ended(stack, run_id)["outputs"] == {"all": ["w0", "w1", "w2"]}


def test_operator_pauses_a_run_and_lets_it_go_on(stack: RunningStack) -> None:
    nodes: dict[str, Any] = {"start": start()}
    edges = []
    before = "start"
    for number in range(1, 5):
        nodes[f"n{number}"] = {"type": "wait", "settings": {"seconds": 0.6}}
        edges.append((before, f"n{number}"))
        before = f"n{number}"
    nodes["end"] = {"type": "end", "settings": {"outputs": {}}}
    run_id = start_run(stack, create_app(stack, workflow("held", nodes, [*edges, (before, "end")])))
    follower = Follower(stack, run_id)
    follower.wait_for("node.succeeded", node="n1")

    # Over HTTP, for a command may take longer to start than the run to end.
    stack.request("POST", f"/api/v1/runs/{run_id}/pauses", {"reason": "lunch"})
    wait = until_paused(stack, run_id, at="")
    again = skep(stack, "runs", "pause", run_id)

    assert (wait["kind"], wait["data"]["reason"]) == ("hold", "lunch")
    assert "paused the run already" in again.stderr
    done = [e.data["node"] for e in follower.events if e.event == "node.succeeded"]
    time.sleep(1.0)
    assert [e.data["node"] for e in follower.events if e.event == "node.succeeded"] == done
    assert "n4" not in done
    assert skep(stack, "runs", "resume", run_id).returncode == 0
    assert follower.end().event == "run.succeeded"


def test_run_that_waits_is_held_from_the_command_line(stack: RunningStack) -> None:
    nodes = {
        "start": start(),
        "ask": {"type": "human-input", "settings": {"actions": [{"id": "yes"}]}},
        "end": {"type": "end", "settings": {"outputs": {"said": "{{ask.action}}"}}},
    }
    edges = [("start", "ask"), ("ask.yes", "end"), ("ask.timeout", "end")]
    run_id = start_run(stack, create_app(stack, workflow("held-form", nodes, edges)))
    until_paused(stack, run_id)

    paused = skep(stack, "runs", "pause", run_id, "--reason", "lunch")
    until_paused(stack, run_id, at="")
    shown = skep(stack, "runs", "waits", run_id).stdout
    assert skep(stack, "runs", "answer", run_id).returncode == 0
    still = stack.request("GET", f"/api/v1/runs/{run_id}")["status"]
    assert skep(stack, "runs", "resume", run_id).returncode == 0

    assert paused.returncode == 0, paused.stderr
    assert "(the run)" in shown
    assert "lunch" in shown
    assert still == "paused"
    assert wait_until_ended(stack, run_id)["outputs"] == {"said": "yes"}


def sub_workflow(name: str, app: str, **more: Any) -> dict[str, Any]:
    return workflow(
        name,
        {
            "start": start(text_field("topic", required=False)),
            "sub": {
                "type": "sub-workflow",
                "settings": {"app": app, "inputs": {"topic": "{{start.topic}}"}},
                **more,
            },
            "answer": {"type": "answer", "settings": {"text": "{{sub.answer}}"}},
            "end": {
                "type": "end",
                "settings": {"outputs": {"below": "{{sub.outputs}}", "run": "{{sub.run_id}}"}},
            },
        },
        [("start", "sub"), ("sub", "answer"), ("answer", "end")],
    )


def test_app_runs_as_a_step_by_its_name_and_waits_with_it(stack: RunningStack) -> None:
    create_app(stack, asking("below"))
    run_id = start_run(
        stack, create_app(stack, sub_workflow("above", "below")), inputs={"topic": "bees"}
    )
    follower = Follower(stack, run_id)
    wait = until_paused(stack, run_id, at="sub")
    below = wait["data"]["run_id"]
    assert wait["kind"] == "run"
    assert status_of(lambda: answer(stack, run_id, "sub")) == 409
    assert stack.request("GET", f"/api/v1/runs/{below}")["parent_run_id"] == run_id

    until_paused(stack, below)
    stack.kill("orchestrator")
    stack.wait_until_ready()
    answer(stack, below, action="yes", fields={"why": "honey"})

    end = follower.end()
    assert end.event == "run.succeeded", end.data
    assert end.data["outputs"]["below"] == {"why": "honey", "action": "yes"}
    assert end.data["outputs"]["run"] == below
    assert follower.text == end.data["answer"] == "honey"


def test_failure_and_recursion_below_are_the_nodes_problem(stack: RunningStack) -> None:
    app = create_app(stack, sub_workflow("itself", "itself"))

    run = wait_until_ended(stack, start_run(stack, app, inputs={"topic": "x"}))

    assert run["status"] == "failed"
    assert run["problem"]["code"] == "runs_too_deep"
    assert "run_" in run["problem"]["detail"]
    missing = create_app(stack, sub_workflow("missing", "nowhere-to-be-found"))
    run = wait_until_ended(stack, start_run(stack, missing, inputs={"topic": "x"}))
    assert run["problem"]["code"] == "unknown_app"


def test_cancelling_above_cancels_below(stack: RunningStack) -> None:
    create_app(stack, asking("patient"))
    run_id = start_run(
        stack, create_app(stack, sub_workflow("impatient", "patient")), inputs={"topic": "x"}
    )
    below = until_paused(stack, run_id, at="sub")["data"]["run_id"]

    stack.request("POST", f"/api/v1/runs/{run_id}/cancellations", {})

    assert wait_until_ended(stack, run_id)["status"] == "cancelled"
    assert wait_until_ended(stack, below)["status"] == "cancelled"
