"""Forks, replays, single nodes, comparison and verification on the real stack.

The model server counts calls: what a fork was served costs none.
"""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from skep_contracts import subjects
from skep_contracts.run_log import Batch, RunCancelled, decode_batch, encode_batch
from skep_runtime.bus import Bus, BusSettings
from skep_testing.stack import RunningStack
from tests.integration.api import Follower, create_app, skep, start_run, wait_until_ended
from tests.integration.documents import start, text_field, workflow
from tests.integration.models import ScriptedModel, scripted_model
from tests.integration.test_waits import answer, until_paused

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_model("--latency-s", "0.05", "--tokens", "8") as it:
        yield it


@pytest.fixture(scope="module")
def stack(model: ScriptedModel) -> Iterator[RunningStack]:
    """A stack of their own: one of these tests kills a part of it."""
    with RunningStack() as running:
        model.connect(running)
        yield running


def ask(prompt: str, **more: Any) -> dict[str, Any]:
    return {"type": "llm", "settings": {"model": "openai/gpt-4o-mini", "prompt": prompt, **more}}


def diamond(name: str, **nodes: dict[str, Any]) -> dict[str, Any]:
    """`n1` follows the topic and `n3` follows it; `n2` follows the tone. Calls carry `mark`."""
    made = {
        "start": start(text_field("mark"), text_field("topic"), text_field("tone")),
        "n1": ask("[[{{start.mark}}.n1]] about {{start.topic}}"),
        "n2": ask("[[{{start.mark}}.n2]] in a {{start.tone}} tone"),
        "n3": ask("[[{{start.mark}}.n3]] go on: {{n1.text}}"),
        "answer": {"type": "answer", "settings": {"text": "{{n3.text}} / {{n2.text}}"}},
        "end": {"type": "end", "settings": {"outputs": {"n3": "{{n3.text}}"}}},
        **nodes,
    }
    edges = [
        *(("start", "n1"), ("start", "n2"), ("n1", "n3")),
        *(("n3", "answer"), ("n2", "answer"), ("answer", "end")),
    ]
    return workflow(name, made, edges)


def ran(stack: RunningStack, app: str, mark: str, **more: Any) -> dict[str, Any]:
    inputs = {"mark": mark, "topic": "bees", "tone": "calm"}
    return wait_until_ended(stack, start_run(stack, app, inputs=inputs, **more))


def order(stack: RunningStack, run_id: str, what: str, **body: Any) -> dict[str, Any]:
    """Order a fork or a replay, and return the run at its end."""
    path = f"/api/v1/runs/{run_id}/{what}"
    started = stack.request("POST", path, body | {"respond": "accepted"})
    return wait_until_ended(stack, started["id"])


def calls(model: ScriptedModel, mark: str) -> list[int]:
    """Return how often each of the three nodes has called the model."""
    return [model.count(f"{mark}.n{number}")["started"] for number in (1, 2, 3)]


def faults(stack: RunningStack, run_id: str) -> list[Any]:
    found: list[Any] = stack.request("GET", f"/api/v1/runs/{run_id}/verification")["faults"]
    return found


def test_edited_input_is_paid_for_where_it_matters(
    stack: RunningStack, model: ScriptedModel
) -> None:
    app = create_app(stack, diamond("fork-input"))
    origin = ran(stack, app, "fi")
    assert calls(model, "fi") == [1, 1, 1]

    fork = order(stack, origin["id"], "forks", inputs={"topic": "wasps"})

    assert calls(model, "fi") == [2, 1, 2]
    assert (fork["status"], fork["origin_run_id"]) == ("succeeded", origin["id"])
    assert fork["reused_effects"] == 1
    assert fork["answer"] != origin["answer"]
    assert fork["output_tokens"] < origin["output_tokens"]
    assert faults(stack, fork["id"]) == []


def test_fork_at_a_node_pays_for_it_and_serves_what_follows(
    stack: RunningStack, model: ScriptedModel
) -> None:
    app = create_app(stack, diamond("fork-at"))
    origin = ran(stack, app, "fa")

    fork = order(stack, origin["id"], "forks", at="n1")

    assert calls(model, "fa") == [2, 1, 1], "the model says the same again, so n3 is served"
    assert fork["answer"] == origin["answer"]


def test_draft_is_tried_on_a_run_and_replayed_without_a_model(
    stack: RunningStack, model: ScriptedModel
) -> None:
    app = create_app(stack, diamond("fork-draft"))
    origin = ran(stack, app, "fd")
    louder = ask("[[{{start.mark}}.n3]] LOUDER: {{n1.text}}")
    stack.request("PUT", f"/api/v1/apps/{app}/draft", diamond("fork-draft", n3=louder))

    stub = order(stack, origin["id"], "replays", changed="stub")
    assert calls(model, "fd") == [1, 1, 1]
    live = order(stack, origin["id"], "replays")
    assert calls(model, "fd") == [1, 1, 2]
    fork = order(stack, live["id"], "forks")

    assert calls(model, "fd") == [1, 1, 2], "the fork of the replay is served by that"
    assert (stub["is_draft"], stub["answer"]) == (True, origin["answer"])
    assert fork["answer"] == live["answer"] != origin["answer"]
    compared = stack.request("GET", f"/api/v1/runs/{origin['id']}/comparison?with={live['id']}")
    assert [node["place"] for node in compared["nodes"]] == ["n3", "answer", "end"]
    assert compared["counts"]["reused"] == 2
    assert compared["after"]["model_calls"] == 1
    assert compared["answer"]["before"] == origin["answer"]
    assert [faults(stack, run["id"]) for run in (stub, live, fork)] == [[], [], []]


def test_failed_run_goes_on_where_it_failed(stack: RunningStack, model: ScriptedModel) -> None:
    model.script("[[ff.n3]]", {"status": 400}, {"text": "at last"})
    app = create_app(stack, diamond("fork-failed"))
    origin = ran(stack, app, "ff")
    assert origin["status"] == "failed"

    fork = order(stack, origin["id"], "forks")

    assert fork["outputs"] == {"n3": "at last"}
    assert calls(model, "ff") == [1, 1, 2]


def rounds_and_a_person(name: str, *, flatten: bool) -> dict[str, Any]:
    iteration = {
        "items": "{{start.items}}",
        "output": "{{say.text}}",
        "parallel": 3,
        "flatten": flatten,
    }
    nodes = {
        "start": start({"name": "items", "label": "items", "type": "json"}, text_field("mark")),
        "each": {"type": "iteration", "settings": iteration},
        "say": {**ask("[[{{start.mark}}.say]] about {{each.item}}"), "parent": "each"},
        "review": {
            "type": "human-input",
            "settings": {
                "content": "{{each.output}}",
                "fields": [{"name": "note"}],
                "actions": [{"id": "ok"}],
            },
        },
        "end": {
            "type": "end",
            "settings": {"outputs": {"said": "{{each.output}}", "note": "{{review.note}}"}},
        },
    }
    edges = [("start", "each"), ("each", "review"), ("review.ok", "end")]
    return workflow(name, nodes, edges)


def test_rounds_and_the_answer_of_a_person_are_replayed(
    stack: RunningStack, model: ScriptedModel
) -> None:
    app = create_app(stack, rounds_and_a_person("replay-rounds", flatten=True))
    run_id = start_run(stack, app, inputs={"items": ["a", "b", "c"], "mark": "rr"})
    until_paused(stack, run_id, at="review")
    answer(stack, run_id, "review", action="ok", fields={"note": "fine"})
    origin = wait_until_ended(stack, run_id)
    stack.request(
        "PUT", f"/api/v1/apps/{app}/draft", rounds_and_a_person("replay-rounds", flatten=False)
    )

    replay = order(stack, run_id, "replays")
    longer = stack.request(
        "POST",
        f"/api/v1/runs/{run_id}/forks",
        {"inputs": {"items": ["z", "a", "b", "c"]}, "respond": "accepted"},
    )
    until_paused(stack, longer["id"], at="review")

    assert replay["outputs"] == origin["outputs"]
    assert replay["outputs"]["note"] == "fine"
    assert replay["reused_effects"] == 4
    assert model.count("rr.say")["started"] == 4, "a round was put in front, and no other paid for"
    nodes = stack.request("GET", f"/api/v1/runs/{replay['id']}/nodes?scope=each")["items"]
    assert [node["reused"] for node in nodes] == [run_id] * 3
    assert faults(stack, replay["id"]) == []


def test_one_node_is_run_alone(stack: RunningStack, model: ScriptedModel) -> None:
    app = create_app(stack, diamond("alone"))
    values = {"start": {"mark": "al"}, "n1": {"text": "given"}}
    path = f"/api/v1/apps/{app}/node-runs"

    run = stack.request("POST", path, {"node": "n3", "values": values})

    assert (run["status"], run["is_draft"]) == ("succeeded", True)
    assert run["outputs"]["text"]
    assert calls(model, "al") == [0, 0, 1]
    with pytest.raises(urllib.error.HTTPError) as caught:
        stack.request("POST", path, {"node": "n3", "values": {}})
    assert caught.value.code == 422


def test_secret_is_served_on_and_never_told(stack: RunningStack) -> None:
    canary = "canary-7f3a9d-secret"
    document = workflow(
        "secretive",
        {
            "start": start(text_field("topic")),
            "say": ask("{{env.KEY}} and {{start.topic}}", model="echo/echo"),
            "end": {"type": "end", "settings": {"outputs": {"said": "{{say.text}}"}}},
        },
        [("start", "say"), ("say", "end")],
    )
    document["environment"] = [{"name": "KEY", "type": "secret"}]
    app = create_app(stack, document)
    stack.request("PUT", f"/api/v1/apps/{app}/secrets/KEY", {"value": canary})
    origin = wait_until_ended(stack, start_run(stack, app, inputs={"topic": "x"}))

    same = order(stack, origin["id"], "forks")
    other = order(stack, origin["id"], "forks", inputs={"topic": "y"})

    assert (same["reused_effects"], other["reused_effects"]) == (1, 0)
    seen = [
        stack.request("GET", f"/api/v1/runs/{run}{path}")
        for run in (origin["id"], same["id"], other["id"])
        for path in ("", "/nodes", f"/comparison?with={other['id']}", "/verification")
    ]
    assert canary not in json.dumps([seen, same, other])


def test_killed_fork_goes_on_and_pays_nothing_twice(
    stack: RunningStack, model: ScriptedModel
) -> None:
    nodes: dict[str, Any] = {"start": start(text_field("mark"), text_field("last"))}
    edges, before = [], "start"
    for number in range(1, 7):
        last = "{{start.last}}" if number >= 4 else ""
        nodes[f"n{number}"] = ask(f"[[{{{{start.mark}}}}.n{number}]] {number} {last}")
        edges.append((before, f"n{number}"))
        before = f"n{number}"
    nodes["end"] = {"type": "end", "settings": {"outputs": {"n6": "{{n6.text}}"}}}
    app = create_app(stack, workflow("fork-killed", nodes, [*edges, (before, "end")]))
    run_id = start_run(stack, app, inputs={"mark": "fk", "last": "a"})
    wait_until_ended(stack, run_id)

    path = f"/api/v1/runs/{run_id}/forks"
    body = {"inputs": {"last": "b"}, "respond": "accepted"}
    fork = stack.request("POST", path, body)["id"]
    follower = Follower(stack, fork)
    follower.wait_for("node.succeeded", node="n4")
    stack.kill("orchestrator")

    assert follower.end().event == "run.succeeded"
    counts = [model.count(f"fk.n{number}")["started"] for number in range(1, 7)]
    assert counts[:4] == [1, 1, 1, 2], "served before and after the kill; n4 had succeeded"
    assert sum(counts[4:]) <= 5, "only what was in flight may be repeated"
    assert faults(stack, fork) == []


def test_runs_are_told_apart_on_the_command_line(stack: RunningStack, model: ScriptedModel) -> None:
    app = create_app(stack, diamond("on-the-line"))
    origin = ran(stack, app, "cl")["id"]

    forked = skep(stack, "runs", "fork", origin, "-i", "topic=wasps", "--compare")
    pinned = skep(stack, "runs", "fork", origin, "--pin", 'n1={"text": "pinned"}', "--json")
    wrong = skep(stack, "runs", "fork", origin, "--at", "n9")
    replayed = skep(stack, "runs", "replay", origin, "--stub", "--json")
    listed = skep(stack, "runs", "nodes", origin)
    verified = skep(stack, "runs", "verify", "--app", "on-the-line")

    assert forked.returncode == 0, forked.stderr
    assert "output n3:" in forked.stdout
    assert "1 from a record" in forked.stdout
    assert json.loads(pinned.stdout)["reused_effects"] == 2
    assert (wrong.returncode, "no node `n9`" in wrong.stderr) == (2, True)
    assert json.loads(replayed.stdout)["comparison"]["counts"]["changed"] == 0
    assert "n3" in listed.stdout
    assert (verified.returncode, "every rule holds: 4 runs" in verified.stderr) == (0, True)
    assert calls(model, "cl") == [2, 1, 3]


def test_log_that_was_tampered_with_fails_verification(stack: RunningStack) -> None:
    app = create_app(stack, diamond("tampered"))
    run_id = ran(stack, app, "tw")["id"]
    asyncio.run(write_after_the_end(stack, run_id))

    verified = skep(stack, "runs", "verify", run_id)
    as_json = skep(stack, "runs", "verify", run_id, "--json")
    unknown = skep(stack, "runs", "verify", "run_01ARZ3NDEKTSV4RRFFQ69G5FAV")

    assert verified.returncode == 1
    assert "end: run.cancelled after run.succeeded" in verified.stdout
    assert json.loads(as_json.stdout)[0]["faults"][0]["rule"] == "end"
    assert unknown.returncode == 2
    assert skep(stack, "runs", "verify").returncode == 2


async def write_after_the_end(stack: RunningStack, run_id: str) -> None:
    """Put an event into a run's log that has no place there."""
    password = (stack.data_dir / "secrets" / "nats.password").read_text().strip()
    settings = BusSettings(url=stack.nats_url, user="skep", password=password)
    tenant = stack.request("GET", "/api/v1/me")["tenant"]["id"]
    bus = await Bus.connect(settings, service="test")
    try:
        subject = subjects.journal(tenant, run_id)
        last = await bus.journal.last(subject)
        assert last is not None
        batch = decode_batch(last.data)
        after = Batch(1, batch.epoch, batch.first + len(batch.events), [RunCancelled(reason="x")])
        await bus.journal.append(subject, encode_batch(after), expected_last=last.seq)
    finally:
        await bus.close()


def test_every_run_of_this_module_keeps_the_rules(stack: RunningStack) -> None:
    verified = skep(stack, "runs", "verify", "--all", timeout_s=180)

    lines = [line for line in verified.stdout.splitlines() if "run.cancelled after" not in line]
    assert lines == []
