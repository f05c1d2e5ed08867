"""A repeated write meets the answer of the first."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from services.gateway.tests.support import Answer, OtherTenant, RunningGateway, assert_problem
from services.gateway.tests.trial_plugin import document
from skep_contracts.ids import TenantId
from skep_gateway.idempotency.repository import IdempotencyRepository
from skep_gateway.idempotency.tables import IdempotencyRow
from skep_gateway.web.caller import CallerIdentity
from skep_runtime.clock import now


def make(gateway: RunningGateway, key: str, name: str = "same", credential: str = "") -> Answer:
    body = {"name": name, "scopes": ["runs:read"]}
    headers = {"Idempotency-Key": key}
    return gateway.request("POST", "/api/v1/keys", body, headers=headers, key=credential)


def test_repeat_gets_the_same_answer_and_does_nothing(gateway: RunningGateway) -> None:
    first = make(gateway, "repeat-1")
    second = make(gateway, "repeat-1")

    assert (first.status, first.body) == (second.status, second.body)
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers


def test_repeat_keeps_the_etag(gateway: RunningGateway) -> None:
    answers = [
        gateway.request(
            "POST",
            "/api/v1/apps",
            {"document": document("idempotent")},
            headers={"Idempotency-Key": "etag-1"},
        )
        for _ in range(2)
    ]

    assert answers[0].headers["etag"] == answers[1].headers["etag"]
    assert answers[0].body == answers[1].body


def test_key_cannot_be_used_for_something_else(gateway: RunningGateway) -> None:
    make(gateway, "reused")

    assert_problem(make(gateway, "reused", name="other"), 422, "idempotency_key_reused")


def test_callers_do_not_meet(gateway: RunningGateway, stranger: OtherTenant) -> None:
    first = make(gateway, "shared")
    second = make(gateway, "shared", name="theirs", credential=stranger.key)

    assert second.status == 201
    assert first.json()["id"] != second.json()["id"]


def test_failed_request_leaves_its_key_free(gateway: RunningGateway) -> None:
    headers = {"Idempotency-Key": "failed-1"}
    refused = gateway.request(
        "POST", "/api/v1/keys", {"name": "x", "scopes": ["nonsense"]}, headers=headers
    )
    missing = gateway.request("DELETE", "/api/v1/keys/key_none", headers=headers)

    assert_problem(refused, 422)
    assert_problem(missing, 404)
    assert make(gateway, "failed-1").status == 201


def test_simultaneous_repeats_do_the_work_once(gateway: RunningGateway) -> None:
    at_once = threading.Barrier(8)

    def attempt(_: int) -> Answer:
        at_once.wait()
        return make(gateway, "simultaneous")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(8)))

    assert {answer.status for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "ä"], ids=ascii)
def test_odd_keys_are_refused(gateway: RunningGateway, key: str) -> None:
    body = {"name": "x", "scopes": ["runs:read"]}
    headers = {"Idempotency-Key": key}

    answer = gateway.request("POST", "/api/v1/keys", body, headers=headers)

    assert_problem(answer, 422, "bad_idempotency_key")


def test_answer_with_a_secret_is_kept_sealed(gateway: RunningGateway) -> None:
    secret = make(gateway, "sealed").json()["key"]

    async def read() -> list[bytes | None]:
        async with gateway.gateway.database.reading() as session:
            return list(await session.scalars(select(IdempotencyRow.answer)))

    assert not any(secret.encode() in (answer or b"") for answer in gateway.run(read))


def test_key_of_a_request_that_died_is_taken_over(gateway: RunningGateway) -> None:
    kept = make(gateway, "died").json()

    async def pretend_it_died() -> None:
        async with gateway.gateway.database.session() as session:
            await session.execute(
                update(IdempotencyRow)
                .where(IdempotencyRow.key == "died")
                .values(status=None, answer=None, locked_until=now() - timedelta(seconds=1))
            )

    gateway.run(pretend_it_died)
    again = make(gateway, "died")

    assert again.status == 201
    assert again.json()["id"] != kept["id"]


def test_request_that_is_still_answered_is_waited_for_and_then_refused(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skep_gateway.idempotency.replay._WAIT_S", 0.3)
    make(gateway, "busy")

    async def pretend_it_is_busy() -> None:
        async with gateway.gateway.database.session() as session:
            await session.execute(
                update(IdempotencyRow)
                .where(IdempotencyRow.key == "busy")
                .values(status=None, answer=None, locked_until=now() + timedelta(seconds=60))
            )

    gateway.run(pretend_it_is_busy)

    problem = assert_problem(make(gateway, "busy"), 409, "request_in_progress")
    assert problem["retry_after_s"] == 1


def test_old_keys_are_forgotten(gateway: RunningGateway) -> None:
    make(gateway, "old")

    async def forget() -> bool:
        await gateway.gateway.idempotency.drop_old(now() + timedelta(hours=25))
        caller = CallerIdentity(tenant=TenantId("x"), kind="key", id="x", scopes=frozenset())
        async with gateway.gateway.database.reading() as session:
            found = await session.scalars(select(IdempotencyRow))
            assert await IdempotencyRepository(session, caller).find("old") is None
            return found.first() is None

    assert gateway.run(forget)
