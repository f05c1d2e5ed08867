"""One Idempotency-Key is one run, however and whenever it is repeated."""

import asyncio
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from services.gateway.tests.scripted import ScriptedRun
from services.gateway.tests.stage import Stage
from services.gateway.tests.support import Answer, OtherTenant, assert_problem, until
from services.gateway.tests.trial_plugin import document
from skep_contracts import subjects, topology
from skep_gateway.idempotency.tables import IdempotencyRow
from skep_runtime.clock import now

PATH = "/api/v1/runs"


async def never_ends(run: ScriptedRun) -> None:
    run.begin()


def make_old(stage: Stage, key: str, *, is_forgotten: bool) -> None:
    """Let ten minutes pass: longer than a stream remembers, shorter than a key is kept."""
    changes: dict[str, Any] = {"created_at": now() - timedelta(minutes=10)}
    if is_forgotten:  # as when the first gateway died before it could note that it was done
        changes |= {"status": None, "answer": None}

    async def change() -> None:
        async with stage.gateway.gateway.database.session() as session:
            await session.execute(
                update(IdempotencyRow).where(IdempotencyRow.key == key).values(**changes)
            )

    async def forget() -> None:
        bus = stage.gateway.gateway.bus
        name = topology.commands_stream("orchestrator").name
        config = (await bus._jetstream.ask(f"STREAM.INFO.{name}"))["config"]
        window = config["duplicate_window"]
        for each in (100_000_000, window):  # the shortest there is, for a moment
            await bus._jetstream.ask(f"STREAM.UPDATE.{name}", config | {"duplicate_window": each})
            await asyncio.sleep(0.2)

    stage.gateway.run(change)
    stage.gateway.run(forget)


def ids(answers: list[Answer]) -> set[str]:
    return {answer.headers["location"] for answer in answers}


def test_repeat_is_answered_with_the_first_run_in_every_way(stage: Stage) -> None:
    answers = [
        stage.gateway.request(
            "POST",
            PATH,
            {"app": stage.app, "inputs": {"topic": "again"}},
            headers={"Idempotency-Key": "again"},
        )
        for _ in range(3)
    ]

    assert len(ids(answers)) == 1
    assert [answer.json()["outputs"] for answer in answers] == [{"said": "again"}] * 3
    assert stage.commands("again") == 1


def test_repeat_that_streams_gets_the_whole_run(stage: Stage) -> None:
    first = stage.start("streams", key="streams", respond="stream")
    second = stage.start("streams", key="streams", respond="stream")

    assert first.body.count(b"event: run.") == 2
    # The heartbeat at the beginning is the only thing that may come at another place.
    assert sorted(first.body.split(b"\n\n")) == sorted(second.body.split(b"\n\n"))
    assert stage.commands("streams") == 1


def test_simultaneous_repeats_are_one_run(stage: Stage) -> None:
    at_once = threading.Barrier(9)
    answers: list[Answer] = []

    def attempt() -> None:
        at_once.wait()
        answers.append(stage.start("at-once", key="at-once"))

    threads = [threading.Thread(target=attempt) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status for answer in answers} == {200}
    assert len(ids(answers)) == 1
    assert stage.commands("at-once") == 1


@pytest.mark.parametrize("is_forgotten", [False, True], ids=["noted", "not noted"])
@pytest.mark.parametrize("respond", ["accepted", "wait"])
def test_repeat_long_after_does_not_touch_the_run_that_goes_on(
    stage: Stage, respond: str, is_forgotten: bool
) -> None:
    key = f"long-{respond}-{is_forgotten}"
    first = stage.start(key, script=never_ends, key=key, respond=respond, timeout_s=0.3)
    until(lambda: stage.commands(key) == 1)
    make_old(stage, key, is_forgotten=is_forgotten)

    again = stage.start(key, key=key, respond=respond, timeout_s=0.3)

    assert (first.status, again.status) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    other = stage.start(f"{key}-other", respond="wait")  # whatever was ordered before has arrived
    assert other.status == 200
    assert stage.commands(key) == 1


def test_repeat_long_after_orders_what_was_never_ordered(stage: Stage) -> None:
    """The first gateway died between taking the key and placing the order."""
    key = "died"
    stage.start(key, key=key)
    make_old(stage, key, is_forgotten=True)
    run_id = next(c.run_id for c in stage.orchestrator.commands if c.inputs.get("topic") == key)
    tenant = next(tenant for tenant, known in stage.orchestrator.runs if known == run_id)
    del stage.orchestrator.runs[tenant, run_id]

    async def lose_what_was_live() -> None:
        note = {"filter": subjects.live_of_run(tenant, run_id)}
        await stage.gateway.gateway.bus._jetstream.ask("STREAM.PURGE.SKEP_LIVE", note)

    stage.gateway.run(lose_what_was_live)

    again = stage.start(key, key=key)

    assert again.status == 200
    assert again.json()["id"] == run_id
    assert stage.commands(key) == 2


def test_refused_request_frees_its_key(stage: Stage) -> None:
    headers = {"Idempotency-Key": "refused"}
    bodies: list[dict[str, Any]] = [
        {"app": "nobody", "inputs": {"topic": "refused"}},
        {"app": stage.app, "inputs": {"wrong": 1}},
        {"app": stage.app, "inputs": {"topic": "x" * 300_000}},
        {"app": stage.app, "inputs": {"topic": "refused"}},
    ]

    statuses = [
        stage.gateway.request("POST", PATH, body, headers=headers).status for body in bodies
    ]

    assert statuses == [404, 422, 413, 200]


def test_key_cannot_be_used_for_another_run(stage: Stage) -> None:
    stage.start("one", key="taken")

    assert_problem(stage.start("other", key="taken"), 422, "idempotency_key_reused")


def test_repeat_is_answered_though_the_app_has_gone_since(stage: Stage) -> None:
    app = stage.publish(document("short-lived"))
    first = stage.start("short-lived", key="short-lived", app=app)
    assert stage.gateway.request("DELETE", f"/api/v1/apps/{app}").status == 204

    again = stage.start("short-lived", key="short-lived", app=app)

    assert again.json() == first.json()
    assert_problem(stage.start("short-lived", app=app), 404)


def test_callers_do_not_meet(stage: Stage) -> None:
    theirs: OtherTenant = stage.gateway.add_tenant("repeats")
    ours = stage.start("shared", key="shared")
    body = {"app": stage.app, "inputs": {"topic": "shared"}}

    answer = stage.gateway.request(
        "POST", PATH, body, key=theirs.key, headers={"Idempotency-Key": "shared"}
    )

    assert ours.status == 200
    assert_problem(answer, 404)
