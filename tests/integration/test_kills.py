"""`kill -9` of every process in the middle of work, with a model server that counts its calls."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from skep_contracts.calls.run import FindRunHolder, FindRunHolderReply
from skep_runtime.bus import Bus, BusSettings
from skep_testing.stack import RunningStack
from tests.integration.api import (
    Follower,
    create_app,
    eventually,
    start_run,
    wait_for_document,
    wait_until_ended,
)
from tests.integration.documents import code_app, start, text_field, workflow
from tests.integration.models import ScriptedModel, scripted_model
from tests.integration.pdf import pdf_of

pytestmark = [pytest.mark.integration, pytest.mark.slow]

NODES = 5
RESUME_LIMIT_S = 10.0


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_model("--latency-s", "0.25", "--token-delay-s", "0.02", "--tokens", "12") as it:
        yield it


@pytest.fixture(scope="module")
def stack(model: ScriptedModel) -> Iterator[RunningStack]:
    with RunningStack() as running:
        model.connect(running)
        yield running


@pytest.fixture(scope="module")
def pair(model: ScriptedModel) -> Iterator[RunningStack]:
    """A stack with two orchestrators."""
    with RunningStack(options=["--workers", "2"]) as running:
        model.connect(running)
        yield running


def counted_chain(name: str, length: int = NODES) -> dict[str, Any]:
    """Model calls in a row; each prompt names its run and node, so that calls can be counted."""
    nodes: dict[str, Any] = {"start": start(text_field("mark"))}
    edges = []
    before = "start"
    for number in range(1, length + 1):
        told = "begin" if number == 1 else f"{{{{n{number - 1}.text}}}}"
        prompt = f"[[{{{{start.mark}}}}.n{number}]] continue: {told}"
        nodes[f"n{number}"] = {
            "type": "llm",
            "settings": {"model": "openai/gpt-4o-mini", "prompt": prompt},
        }
        edges.append((before, f"n{number}"))
        before = f"n{number}"
    nodes["answer"] = {"type": "answer", "settings": {"text": f"{{{{{before}.text}}}}"}}
    nodes["end"] = {"type": "end", "settings": {"outputs": {"text": f"{{{{{before}.text}}}}"}}}
    edges += [(before, "answer"), ("answer", "end")]
    return workflow(name, nodes, edges)


def repeated_completed_calls(
    model: ScriptedModel, follower: Follower, mark: str, before: int
) -> int:
    """Count calls again made for nodes that had succeeded by the event at index `before`."""
    done = [
        event.data["node"]
        for event in follower.events[:before]
        if event.event == "node.succeeded" and event.data["node"].startswith("n")
    ]
    assert done, "nothing had succeeded before the kill"
    return sum(model.count(f"{mark}.{node}")["started"] - 1 for node in done)


def test_killed_orchestrator_repeats_no_completed_call(
    stack: RunningStack, model: ScriptedModel
) -> None:
    app = create_app(stack, counted_chain("kill-orchestrator"))
    run_id = start_run(stack, app, inputs={"mark": "ko"})
    follower = Follower(stack, run_id)
    follower.wait_for("node.succeeded", node="n2")

    seen = len(follower.events)
    stack.kill("orchestrator")
    killed_at = time.monotonic()
    follower.wait_for("worker.acquired", timeout_s=20)
    resumed_s = time.monotonic() - killed_at

    assert follower.end().event == "run.succeeded"
    assert resumed_s < RESUME_LIMIT_S
    assert repeated_completed_calls(model, follower, "ko", seen) == 0
    counts = [model.count(f"ko.n{number}")["started"] for number in range(1, NODES + 1)]
    assert sum(counts) <= NODES + 1, f"only the call in flight may be repeated: {counts}"


def test_killed_nats_loses_nothing(stack: RunningStack, model: ScriptedModel) -> None:
    app = create_app(stack, counted_chain("kill-nats"))
    run_id = start_run(stack, app, inputs={"mark": "kn"})
    follower = Follower(stack, run_id)
    follower.wait_for("node.succeeded", node="n2")

    stack.kill("nats")

    assert follower.end().event == "run.succeeded"
    counts = [model.count(f"kn.n{number}")["completed"] for number in range(1, NODES + 1)]
    assert counts[:2] == [1, 1]
    assert sum(counts) <= NODES + 1, counts
    stack.wait_until_ready()


def test_killed_gateway_leaves_no_mark_in_the_stream(
    stack: RunningStack, model: ScriptedModel
) -> None:
    app = create_app(stack, counted_chain("kill-gateway", 3))
    run_id = start_run(stack, app, inputs={"mark": "kg"})
    follower = Follower(stack, run_id)
    follower.wait_for("answer.delta")

    stack.kill("gateway")

    end = follower.end()
    stack.wait_until_ready()
    calm = Follower(stack, start_run(stack, app, inputs={"mark": "kg"}))
    calm.end()
    assert end.event == "run.succeeded"
    assert follower.reconnects > 0
    assert follower.resets == 0
    assert follower.text == calm.text == end.data["answer"]
    numbers = [e.data["number"] for e in follower.events if not e.event.startswith("answer.")]
    assert numbers == list(range(1, len(numbers) + 1))


def test_killed_ingest_continues_a_long_document(stack: RunningStack) -> None:
    pages = [f"Page {n}. The hive number {n} holds honey of kind {n * 7}." for n in range(1, 201)]
    dataset = stack.request("POST", "/api/v1/datasets", {"name": "long"})
    path = f"/api/v1/datasets/{dataset['id']}/documents"
    document = upload(stack, path, "hives.pdf", pdf_of(pages))
    at = f"{path}/{document['id']}"
    eventually(lambda: stack.request("GET", at)["chunks_done"] > 0)

    stack.kill("ingest")

    settled = wait_for_document(stack, at, timeout_s=60)
    assert settled["status"] == "ready", settled
    assert settled["chunks_done"] == settled["chunks_total"]
    found = stack.request(
        "POST",
        f"/api/v1/datasets/{dataset['id']}/searches",
        {"query": "hive number 137", "top_k": 500, "mode": "full_text"},
    )["chunks"]
    keys = [(chunk["document_id"], chunk["seq"]) for chunk in found]
    assert len(keys) == len(set(keys))
    text = " ".join(chunk["text"] for chunk in found)
    assert "hive number 137" in text
    assert (
        stack.request("GET", f"/api/v1/datasets/{dataset['id']}")["chunks"]
        == (settled["chunks_total"])
    )


def test_killed_sandbox_is_retried_or_fails_with_a_cause(stack: RunningStack) -> None:
    code = "import time\n\ndef main(topic):\n    time.sleep(1.5)\n    return {'result': 'done'}\n"
    document = code_app("kill-sandbox", code)
    document["nodes"]["work"]["retry"] = {"attempts": 5, "delay_s": 0.5}
    app = create_app(stack, document)
    run_id = start_run(stack, app, inputs={"topic": ""})
    Follower(stack, run_id).wait_for("node.started", node="work")
    time.sleep(0.4)

    stack.kill("sandbox")

    run = wait_until_ended(stack, run_id)
    assert run["status"] == "succeeded", run["problem"]
    assert run["outputs"] == {"result": "done"}


def test_two_orchestrators_share_work_and_losing_one_loses_nothing(
    pair: RunningStack, model: ScriptedModel
) -> None:
    app = create_app(pair, counted_chain("shared", 3))
    runs = {f"sh{n}": start_run(pair, app, inputs={"mark": f"sh{n}"}) for n in range(12)}
    followers = {mark: Follower(pair, run_id) for mark, run_id in runs.items()}
    for follower in followers.values():
        follower.wait_for("node.succeeded", node="n1")
    seen = {mark: len(follower.events) for mark, follower in followers.items()}

    pair.kill("orchestrator-1")

    for mark, follower in followers.items():
        assert follower.end().event == "run.succeeded", mark
        assert repeated_completed_calls(model, follower, mark, seen[mark]) == 0
    taken_over = [
        mark
        for mark, follower in followers.items()
        if any(e.event == "worker.acquired" and e.data["epoch"] > 1 for e in follower.events)
    ]
    assert 0 < len(taken_over) < len(runs), "both workers should have held some runs"


def test_frozen_worker_cannot_write_when_it_wakes(pair: RunningStack, model: ScriptedModel) -> None:
    model.script("[[fz.n2]]", {"latency_s": 2.5, "text": "slow"})
    app = create_app(pair, counted_chain("frozen", 3))
    run_id = start_run(pair, app, inputs={"mark": "fz"})
    follower = Follower(pair, run_id)
    first = follower.wait_for("run.started")
    follower.wait_for("node.started", node="n2")
    holder = asyncio.run(holder_of(pair, run_id))

    frozen = pair.pid_of(holder)
    os.kill(frozen, signal.SIGSTOP)
    try:
        end = follower.end()
    finally:
        os.kill(frozen, signal.SIGCONT)
    time.sleep(2.0)  # the woken worker finishes its own call and tries to write it down

    after = Follower(pair, run_id)
    after.end()
    assert first.data["number"] == 1
    assert end.event == "run.succeeded"
    assert logged(after) == logged(follower)
    epochs = [e.data["epoch"] for e in after.events if e.event == "worker.acquired"]
    assert epochs[-1] == max(epochs) >= 2
    assert pair.pid_of(holder) == frozen, "the woken worker should live on"


def logged(follower: Follower) -> list[tuple[int, str]]:
    """Return number and name of every log event, in the order they came."""
    return [
        (e.data["number"], e.event) for e in follower.events if not e.event.startswith("answer.")
    ]


async def holder_of(stack: RunningStack, run_id: str) -> str:
    """Return the name of the process that holds the run: workers log their name when they start."""
    password = (stack.data_dir / "secrets" / "nats.password").read_text().strip()
    settings = BusSettings(url=stack.nats_url, user="skep", password=password)
    tenant = stack.request("GET", "/api/v1/me")["tenant"]["id"]
    bus = await Bus.connect(settings, service="test")
    try:
        call = FindRunHolder(run_id=run_id)
        reply = await bus.broadcast(call, tenant=tenant, reply=FindRunHolderReply, timeout_s=5)
    finally:
        await bus.close()
    assert reply is not None
    (line,) = (line for line in stack.log().splitlines() if reply.worker in line)
    return line.partition("│")[0].strip()


def upload(stack: RunningStack, path: str, name: str, content: bytes) -> dict[str, Any]:
    boundary = "----skep-test"
    head = (
        f"--{boundary}\r\nContent-Disposition: form-data; "
        f'name="file"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
    )
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    made: dict[str, Any] = stack.request(
        "POST", path, body, content_type=f"multipart/form-data; boundary={boundary}"
    )
    return made
