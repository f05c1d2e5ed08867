"""The examples and the main road: a run from its inputs to a streamed, cited answer."""

import json
import threading
from pathlib import Path

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import (
    Follower,
    create_app,
    eventually,
    skep,
    start_run,
    stream_events,
    wait_until_ended,
)
from tests.integration.documents import code_app, echo_app, model_chain
from tests.integration.models import scripted_model

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
pytestmark = [pytest.mark.integration]


def test_hello_greets(stack: RunningStack) -> None:
    done = skep(stack, "run", str(EXAMPLES / "hello.yaml"), "--input", "name=Ada")

    assert done.returncode == 0, done.stderr
    assert "Ada" in done.stdout


def test_support_assistant_streams_a_cited_answer(stack: RunningStack) -> None:
    done = skep(
        stack,
        *("run", str(EXAMPLES / "support-assistant"), "--json"),
        *("--query", "Can I return boots I wore twice?"),
    )

    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout)
    assert run["outputs"]["topic"] == "returns"
    assert "[1]" in run["answer"]
    first = run["outputs"]["sources"][0]
    assert first["document"] == "returns.md"
    statuses = {node["node"]: node["status"] for node in run["nodes"]}
    assert statuses["quote"] == "skipped"


def test_support_assistant_computes_a_delivery_quote(stack: RunningStack) -> None:
    done = skep(
        stack,
        *("run", str(EXAMPLES / "support-assistant"), "--json", "--input", "parcel_kg=3"),
        *("--query", "What does express delivery to Norway cost for my parcel?"),
    )

    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout)
    assert run["outputs"]["topic"] == "delivery"
    assert "39.60 EUR" in run["answer"]  # 9.90 + 3 × 1.60 + 24.90


def test_savings_plan_finds_the_best_of_the_known_offers(stack: RunningStack) -> None:
    done = skep(stack, "run", str(EXAMPLES / "savings-plan.yaml"), "--json", "--input", "goal=5000")

    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout)
    assert (run["outputs"]["best"], run["outputs"]["months"]) == ("Harbour Bank", 19)
    assert [offer["months"] for offer in run["outputs"]["offers"]] == [19, 20, 20]
    assert run["answer"].splitlines()[2] == "3. Old Mattress: 5000 after 20 months"


def test_savings_plan_gives_up_on_an_offer_that_only_costs(stack: RunningStack) -> None:
    offers = [{"bank": "Leaky Purse", "growth": 0.9, "fee": 100}]
    done = skep(
        stack,
        *("run", str(EXAMPLES / "savings-plan.yaml"), "--json", "--input", "goal=5000"),
        *("--input", f"offers={json.dumps(offers)}"),
    )

    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout)
    assert run["outputs"]["best"] is None
    assert run["outputs"]["offers"][0]["months"] > 0
    assert "within twenty years" in run["answer"]


def test_applying_twice_changes_nothing(stack: RunningStack) -> None:
    first = json.loads(skep(stack, "apply", str(EXAMPLES / "hello.yaml"), "--json").stdout)
    second = json.loads(skep(stack, "apply", str(EXAMPLES / "hello.yaml"), "--json").stdout)

    assert first["version"] == second["version"]


def test_conversation_remembers_earlier_turns(stack: RunningStack) -> None:
    app = json.loads(skep(stack, "apply", str(EXAMPLES / "support-assistant"), "--json").stdout)[
        "app"
    ]
    one = stack.request(
        "POST", "/api/v1/runs", {"app": app["id"], "query": "How long is the warranty on a tent?"}
    )
    conversation = one["conversation_id"]

    stack.request(
        "POST",
        "/api/v1/runs",
        {"app": app["id"], "query": "And on boots?", "conversation_id": conversation},
    )

    path = f"/api/v1/conversations/{conversation}/messages"
    turns = stack.request("GET", path)["items"]
    assert [turn["query"] for turn in turns] == [
        "How long is the warranty on a tent?",
        "And on boots?",
    ]


def test_waiting_run_returns_its_outputs(stack: RunningStack) -> None:
    app = create_app(stack, echo_app("wait"))

    run = stack.request("POST", "/api/v1/runs", {"app": app, "inputs": {"topic": "bees"}})

    assert run["status"] == "succeeded"
    assert "bees" in run["outputs"]["text"]


def test_stream_resumes_at_every_event(stack: RunningStack) -> None:
    app = create_app(stack, echo_app("resume"))
    run_id = start_run(stack, app, inputs={"topic": "a few words to stream, one by one"})
    wait_until_ended(stack, run_id)
    whole = list(stream_events(stack, run_id))
    text = "".join(e.data["text"] for e in whole if e.event == "answer.delta")

    for position, event in enumerate(whole):
        rest = list(stream_events(stack, run_id, last_id=event.id))
        seen = [e for e in whole[: position + 1] if e.event == "answer.delta"]
        so_far = "".join(e.data["text"] for e in seen)
        tail = "".join(e.data["text"] for e in rest if e.event == "answer.delta")
        assert so_far + tail == text, event
        numbers = [e.data["number"] for e in rest if not e.event.startswith("answer.")]
        assert numbers == sorted(set(numbers))


def test_events_of_a_run_are_numbered_without_gaps(stack: RunningStack) -> None:
    app = create_app(stack, echo_app("numbers"))
    run_id = start_run(stack, app, inputs={"topic": "x"})

    events = Follower(stack, run_id)
    events.end()

    numbers = [e.data["number"] for e in events.events if not e.event.startswith("answer.")]
    assert numbers == list(range(1, len(numbers) + 1))


def test_repeated_request_starts_one_run(stack: RunningStack) -> None:
    app = create_app(stack, echo_app("idempotent"))
    body = {"app": app, "inputs": {"topic": "once"}, "respond": "accepted"}
    headers = {"Idempotency-Key": "order-66"}
    ids: list[str] = []

    def send() -> None:
        ids.append(stack.request("POST", "/api/v1/runs", body, headers=headers)["id"])

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(ids)) == 1
    wait_until_ended(stack, ids[0])
    assert len(stack.request("GET", f"/api/v1/runs?app={app}")["items"]) == 1


def test_cancelled_run_ends_at_once(stack: RunningStack) -> None:
    document = model_chain("slow", "echo/echo", 1, extra={"delay_s": 1.0})
    app = create_app(stack, document)
    run_id = start_run(stack, app, inputs={"topic": "one two three four five six seven eight"})
    follower = Follower(stack, run_id)
    follower.wait_for("answer.delta")

    stack.request("POST", f"/api/v1/runs/{run_id}/cancellations", {"reason": "enough"})

    end = follower.end(timeout_s=5)
    assert end.event == "run.cancelled"
    assert end.data["reason"] == "enough"


def test_code_node_prints_into_the_trace(stack: RunningStack) -> None:
    code = "def main(topic):\n    print('looking at', topic)\n    return {'result': len(topic)}\n"
    app = create_app(stack, code_app("printing", code))

    run = stack.request("POST", "/api/v1/runs", {"app": app, "inputs": {"topic": "bees"}})

    assert run["outputs"] == {"result": 4}
    nodes = stack.request("GET", f"/api/v1/runs/{run['id']}")["nodes"]
    (work,) = (node for node in nodes if node["node"] == "work")
    assert any("looking at bees" in line for line in work["logs"])


def test_error_in_user_code_names_the_line(stack: RunningStack) -> None:
    code = "def main(topic):\n    x = 1\n    return {'result': x / 0}\n"
    app = create_app(stack, code_app("dividing", code))

    run = stack.request("POST", "/api/v1/runs", {"app": app, "inputs": {"topic": ""}})

    assert run["status"] == "failed"
    assert "line 3" in run["problem"]["detail"]
    assert "ZeroDivisionError" in run["problem"]["detail"]


def test_first_member_is_created_once_and_signs_in(stack: RunningStack) -> None:
    person = {"email": "ada@example.org", "password": "correct horse battery staple"}
    command = ("setup", person["email"], "--password", person["password"])

    made = skep(stack, *command)
    again = skep(stack, *command)
    signed_in = stack.request("POST", "/api/v1/sessions", person)

    assert made.returncode == 0, made.stderr
    assert again.returncode == 2
    me = stack.request("GET", "/api/v1/me", key=signed_in["token"])
    assert me["member"]["email"] == "ada@example.org"
    assert stack.request("GET", "/api/v1/setup") == {"needed": False}


def test_key_in_the_environment_makes_a_real_provider_the_default() -> None:
    with scripted_model() as model:
        environment = {"OPENAI_API_KEY": model.api_key, "OPENAI_BASE_URL": model.url}
        with RunningStack(environment=environment) as stack:
            eventually(
                lambda: str(stack.request("GET", "/api/v1/default-models").get("chat")).startswith(
                    "openai/"
                )
            )
            done = skep(
                stack,
                *("run", str(EXAMPLES / "support-assistant"), "--json"),
                *("--query", "Can I return boots I wore twice?"),
            )

            assert done.returncode == 0, done.stderr
            assert json.loads(done.stdout)["answer"]
            assert model.stats()["chat"]["completed"] == 2
            assert model.api_key not in stack.log()
