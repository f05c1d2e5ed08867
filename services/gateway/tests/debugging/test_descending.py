"""Forks and replays as clients ask for them; the orchestrator is a script here."""

from typing import Any

import pytest

from services.gateway.tests.scripted import ScriptedRun
from services.gateway.tests.stage import Stage
from services.gateway.tests.support import Answer, OtherTenant, assert_problem, pointers
from services.gateway.tests.trial_plugin import document
from skep_contracts.commands.run import StartRun
from skep_contracts.ids import new_id

RUNS = "/api/v1/runs"


async def never_begins(run: ScriptedRun) -> None:
    pass


def started(stage: Stage, topic: str, **more: Any) -> str:
    return str(stage.start(topic, **more).json()["id"])


def fork(stage: Stage, run_id: str, body: dict[str, Any] | None = None, **how: Any) -> Answer:
    return stage.gateway.request("POST", f"{RUNS}/{run_id}/forks", body or {}, **how)


def replay(stage: Stage, run_id: str, body: dict[str, Any] | None = None) -> Answer:
    return stage.gateway.request("POST", f"{RUNS}/{run_id}/replays", body or {})


def ordered(stage: Stage, answer: Answer) -> StartRun:
    """Return the command that a request led to."""
    run_id = answer.json()["id"]
    return next(c for c in stage.orchestrator.commands if c.run_id == run_id)


def test_fork_is_a_run_with_the_recorded_inputs(stage: Stage) -> None:
    origin = started(stage, "forked")

    answer = fork(stage, origin)

    assert answer.status == 200
    assert answer.headers["location"] == f"{RUNS}/{answer.json()['id']}"
    command = ordered(stage, answer)
    assert command.origin is not None
    assert (command.origin.run_id, command.origin.kind) == (origin, "fork")
    assert command.inputs == {"topic": "forked"}
    assert command.conversation_id is None


def test_changes_go_into_the_command(stage: Stage) -> None:
    origin = started(stage, "changed")
    body = {
        "at": "echo",
        "inputs": {"topic": "other"},
        "pins": {"echo": {"text": "pinned"}},
        "end_user": "me",
        "respond": "accepted",
    }

    answer = fork(stage, origin, body)
    stage.gateway.request("GET", answer.headers["location"])
    shown = fork(stage, origin, body | {"at": ["echo", "end"], "respond": "wait"})

    assert answer.status == 202
    command = ordered(stage, shown)
    assert command.origin is not None
    assert command.origin.live == ("echo", "end")
    assert command.inputs == {"topic": "other"}
    assert command.pins == {"echo": {"text": "pinned"}}
    assert command.caller.end_user == "me"


def test_nothing_needs_to_be_said_to_fork_or_replay(stage: Stage) -> None:
    origin = started(stage, "wordless")

    for path in ("forks", "replays"):
        answer = stage.gateway.request("POST", f"{RUNS}/{origin}/{path}")
        assert (answer.status, answer.json()["status"]) == (200, "succeeded")


def test_fork_is_streamed(stage: Stage) -> None:
    origin = started(stage, "streamed-fork")

    answer = fork(stage, origin, {"respond": "stream"})

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert b"event: run.succeeded" in answer.body


def test_same_key_is_one_fork(stage: Stage) -> None:
    origin = started(stage, "one-fork")
    headers = {"Idempotency-Key": "fork-1"}

    first, second = (fork(stage, origin, headers=headers) for _ in range(2))
    other = fork(stage, origin, {"at": "echo"}, headers=headers)

    assert first.json()["id"] == second.json()["id"]
    assert_problem(other, 422, "idempotency_key_reused")


def test_draft_is_forked_and_replayed(stage: Stage) -> None:
    app = stage.publish(document("to-be-drafted"))
    run = stage.gateway.request("POST", RUNS, {"app": app, "inputs": {"topic": "d"}})
    origin, version = run.json()["id"], run.json()["version"]
    draft = document("to-be-drafted")
    draft["nodes"]["echo"]["settings"]["text"] = "{{start.topic}}!"  # type: ignore[index]  # JSON
    saved = stage.gateway.request("PUT", f"/api/v1/apps/{app}/draft", draft).json()["version"]

    same, drafted = fork(stage, origin), fork(stage, origin, {"version": "draft"})
    replayed = replay(stage, origin, {"changed": "stub", "live": ["echo"]})

    assert ordered(stage, same).version == version
    assert (ordered(stage, drafted).version, ordered(stage, drafted).is_draft) == (saved, True)
    command = ordered(stage, replayed)
    assert command.origin is not None
    assert (command.version, command.origin.kind) == (saved, "replay")
    assert (command.origin.changed, command.origin.live) == ("stub", ("echo",))


def test_draft_that_was_overwritten_is_forked_as_it_ran(stage: Stage) -> None:
    app = stage.publish(document("overwritten"))
    first = stage.gateway.request(
        "POST", RUNS, {"app": app, "inputs": {"topic": "o"}, "version": "draft"}
    ).json()
    stage.gateway.request("PUT", f"/api/v1/apps/{app}/draft", document("overwritten", fails=True))

    answer = fork(stage, first["id"])

    assert (answer.status, ordered(stage, answer).version) == (200, first["version"])
    assert ordered(stage, answer).is_draft


def test_chat_is_forked_with_its_message_or_another(stage: Stage) -> None:
    body = {"app": stage.chat, "query": "hello"}
    origin = stage.gateway.request("POST", RUNS, body).json()["id"]

    same, other = fork(stage, origin), fork(stage, origin, {"query": "bye"})

    assert (ordered(stage, same).query, ordered(stage, other).query) == ("hello", "bye")
    assert ordered(stage, same).conversation_id is None


def test_workflow_takes_no_message(stage: Stage) -> None:
    problem = assert_problem(fork(stage, started(stage, "mute"), {"query": "hi"}), 422)

    assert pointers(problem) == {"/query"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"at": "ecco"}, "/at/0"),
        ({"at": ["echo", "each:0/echo"]}, "/at/1"),
        ({"at": "echo:0"}, "/at/0"),
        ({"pins": {"nobody": {}}}, "/pins/nobody"),
        ({"inputs": {"colour": "red"}}, "/inputs/colour"),
        ({"inputs": {"topic": {"$file": {"id": "file_1"}}}}, "/inputs/topic"),
        ({"pins": {"echo": {"text": {"$file": {"id": "file_1"}}}}}, "/pins/echo/text"),
        ({"pins": {"echo": 7}}, "/pins/echo"),
        ({"at": 7}, "/at"),
        ({"nonsense": 1}, "/nonsense"),
        ({"respond": "never"}, "/respond"),
    ],
)
def test_bad_fork_is_refused_with_a_pointer(
    stage: Stage, body: dict[str, Any], pointer: str
) -> None:
    answer = fork(stage, started(stage, "refused"), body)

    assert pointers(assert_problem(answer, 422)) == {pointer}


def test_unknown_node_is_guessed(stage: Stage) -> None:
    problem = assert_problem(fork(stage, started(stage, "guess"), {"at": "ecco"}), 422)

    assert problem["code"] == "unknown_node"
    assert "echo" in problem["errors"][0]["message"]


def test_run_that_is_not_there_is_not_found(stage: Stage) -> None:
    other = stage.gateway.add_tenant("curious")
    origin = started(stage, "private")

    for run_id in (new_id("run"), "nonsense"):
        assert_problem(fork(stage, run_id), 404)
        assert_problem(replay(stage, run_id), 404)
    for path in ("forks", "replays"):
        answer = stage.gateway.request("POST", f"{RUNS}/{origin}/{path}", {}, key=other.key)
        assert_problem(answer, 404)


def test_reading_key_may_not_fork(stage: Stage) -> None:
    reader: OtherTenant = stage.gateway.add_tenant("reader", ["runs:read"])

    answer = stage.gateway.request("POST", f"{RUNS}/{new_id('run')}/forks", {}, key=reader.key)

    assert_problem(answer, 403, "missing_scope")


def test_unknown_version_is_not_found(stage: Stage) -> None:
    answer = replay(stage, started(stage, "versionless"), {"version": "f" * 64})

    assert_problem(answer, 404, "unknown_version")
