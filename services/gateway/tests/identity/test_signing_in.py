"""Setting up, signing in, sessions."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from services.gateway.tests.support import (
    SETUP_TOKEN,
    RunningGateway,
    assert_problem,
    running_gateway,
)
from skep_gateway.identity.tables import SessionRow
from skep_runtime.clock import now
from skep_runtime.database import metadata_of

PERSON = {"email": "Ada@Example.org", "password": "correct horse battery"}


@pytest.fixture(scope="module")
def fresh() -> Iterator[RunningGateway]:
    """A gateway nobody has set up."""
    with running_gateway() as running:
        yield running


@pytest.fixture(scope="module")
def ready(fresh: RunningGateway) -> RunningGateway:
    """The same, set up."""
    if fresh.request("GET", "/api/v1/setup", key=None).json()["needed"]:
        made = fresh.request(
            "POST", "/api/v1/setup", {"setup_token": SETUP_TOKEN, **PERSON}, key=None
        )
        assert made.status == 201
    return fresh


def sign_in(gateway: RunningGateway, **changes: str) -> Any:
    answer = gateway.request("POST", "/api/v1/sessions", {**PERSON, **changes}, key=None)
    assert answer.status == 201, answer.body
    return answer


def test_first_member_is_created_once_with_the_token(fresh: RunningGateway) -> None:
    wrong = fresh.request("POST", "/api/v1/setup", {"setup_token": "x" * 24, **PERSON}, key=None)
    weak = fresh.request(
        "POST",
        "/api/v1/setup",
        {"setup_token": SETUP_TOKEN, "email": "nobody", "password": "short"},
        key=None,
    )
    assert fresh.request("GET", "/api/v1/setup", key=None).json() == {"needed": True}

    made = fresh.request("POST", "/api/v1/setup", {"setup_token": SETUP_TOKEN, **PERSON}, key=None)
    again = fresh.request("POST", "/api/v1/setup", {"setup_token": SETUP_TOKEN, **PERSON}, key=None)

    assert_problem(wrong, 403, "wrong_token")
    assert {e["pointer"] for e in assert_problem(weak, 422)["errors"]} == {"/email", "/password"}
    assert made.status == 201
    assert made.json()["member"]["email"] == "ada@example.org"
    assert_problem(again, 409, "already_set_up")
    assert fresh.request("GET", "/api/v1/setup", key=None).json() == {"needed": False}


def test_session_works_as_a_bearer_token(ready: RunningGateway) -> None:
    token = sign_in(ready, email=" ada@EXAMPLE.org").json()["token"]

    me = ready.request("GET", "/api/v1/me", key=token).json()

    assert me["kind"] == "session"
    assert me["member"]["email"] == "ada@example.org"
    assert "operator" in me["scopes"]


def test_cookie_is_kept_from_scripts_and_other_sites(ready: RunningGateway) -> None:
    cookie = sign_in(ready).headers["set-cookie"]

    assert cookie.startswith("skep_session=ses_")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie


def test_change_with_the_cookie_needs_the_csrf_token(ready: RunningGateway) -> None:
    answer = sign_in(ready)
    cookie = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
    csrf = answer.json()["csrf_token"]
    body = {"name": "by cookie", "scopes": ["runs:read"]}

    read = ready.request("GET", "/api/v1/me", key=None, headers=cookie)
    bare = ready.request("POST", "/api/v1/keys", body, key=None, headers=cookie)
    wrong = ready.request(
        "POST", "/api/v1/keys", body, key=None, headers={**cookie, "X-Skep-CSRF": "x" * 64}
    )
    right = ready.request(
        "POST", "/api/v1/keys", body, key=None, headers={**cookie, "X-Skep-CSRF": csrf}
    )

    assert read.json()["csrf_token"] == csrf
    assert_problem(bare, 403, "csrf")
    assert_problem(wrong, 403, "csrf")
    assert right.status == 201


def test_csrf_token_of_another_session_does_not_do(ready: RunningGateway) -> None:
    first, second = sign_in(ready), sign_in(ready)
    headers = {
        "Cookie": first.headers["set-cookie"].partition(";")[0],
        "X-Skep-CSRF": second.json()["csrf_token"],
    }

    answer = ready.request("DELETE", "/api/v1/sessions/current", key=None, headers=headers)

    assert_problem(answer, 403, "csrf")


def test_session_ends_at_once(ready: RunningGateway) -> None:
    token = sign_in(ready).json()["token"]
    assert ready.request("GET", "/api/v1/me", key=token).status == 200

    ended = ready.request("DELETE", "/api/v1/sessions/current", key=token)

    assert ended.status == 204
    assert_problem(ready.request("GET", "/api/v1/me", key=token), 401)


def test_api_key_is_no_session(ready: RunningGateway) -> None:
    assert_problem(ready.request("DELETE", "/api/v1/sessions/current"), 403)


def test_expired_session_is_refused(ready: RunningGateway) -> None:
    signed_in = sign_in(ready).json()

    async def expire() -> None:
        async with ready.gateway.database.session() as session:
            await session.execute(
                update(SessionRow)
                .where(SessionRow.id == signed_in["id"])
                .values(expires_at=now() - timedelta(seconds=1))
            )

    ready.run(expire)

    assert_problem(ready.request("GET", "/api/v1/me", key=signed_in["token"]), 401)


def test_unknown_address_and_wrong_password_look_alike(ready: RunningGateway) -> None:
    def attempt(email: str) -> tuple[dict[str, Any], float]:
        began = time.perf_counter()
        body = {"email": email, "password": "wrong horse battery"}
        answer = ready.request("POST", "/api/v1/sessions", body, key=None)
        problem = assert_problem(answer, 401, "wrong_login")
        del problem["trace_id"]
        return problem, time.perf_counter() - began

    known = [attempt("ada@example.org") for _ in range(3)]
    unknown = [attempt(f"nobody-{number}@example.org") for number in range(3)]

    assert known[0][0] == unknown[0][0]
    # Both hash once; an answer without hashing would take a hundredth of it.
    assert min(took for _, took in unknown) > min(took for _, took in known) / 3


def test_guessing_is_limited_per_account_and_address(ready: RunningGateway) -> None:
    body = {"email": "victim@example.org", "password": "guess-number-1"}

    statuses = [ready.request("POST", "/api/v1/sessions", body, key=None).status for _ in range(11)]
    refused = ready.request("POST", "/api/v1/sessions", body, key=None)

    assert statuses == [401] * 10 + [429]
    problem = assert_problem(refused, 429, "rate_limited")
    assert 0 < problem["retry_after_s"] <= 300
    assert 0 < int(refused.headers["retry-after"]) <= 300
    assert sign_in(ready).status == 201


def test_nothing_that_is_secret_is_stored(ready: RunningGateway) -> None:
    token = sign_in(ready).json()["token"]

    async def read() -> bytes:
        async with ready.gateway.database.reading() as session:
            tables = metadata_of("skep_gateway").sorted_tables
            rows = [(await session.execute(select(table))).all() for table in tables]
        return repr(rows).encode()

    stored = ready.run(read)

    for secret in (token, ready.key, PERSON["password"], SETUP_TOKEN):
        assert secret.encode() not in stored
