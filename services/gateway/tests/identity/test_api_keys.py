"""API keys: made, limited, revoked."""

import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from services.gateway.tests.support import (
    OtherTenant,
    RunningGateway,
    assert_problem,
    pointers,
    running_gateway,
)
from skep_gateway.identity.set_up import UnsafeStartError, check_secrets, prepare_first_start
from skep_gateway.identity.tables import ApiKeyRow
from skep_gateway.identity.tokens import new_api_key
from skep_gateway.web.scopes import SCOPES, effective
from skep_runtime.clock import now


def make_key(gateway: RunningGateway, *scopes: str, key: str = "") -> dict[str, Any]:
    answer = gateway.request("POST", "/api/v1/keys", {"name": "k", "scopes": list(scopes)}, key=key)
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.json()
    return made


def test_key_is_shown_once(gateway: RunningGateway) -> None:
    made = make_key(gateway, "runs:read")

    listed = gateway.request("GET", "/api/v1/keys")

    assert made["key"].startswith("sk_")
    assert made["key"].startswith(made["prefix"])
    assert len(made["prefix"]) < 12
    assert made["key"].encode() not in listed.body
    assert made["id"] in listed.body.decode()


def test_nobody_hands_on_more_than_theirs(gateway: RunningGateway) -> None:
    keeper = make_key(gateway, "keys", "runs:write")["key"]

    fine = make_key(gateway, "runs:read", key=keeper)
    refused = gateway.request(
        "POST", "/api/v1/keys", {"name": "k", "scopes": ["apps:read"]}, key=keeper
    )

    assert fine["scopes"] == ["runs:read"]
    assert "apps:read" in assert_problem(refused, 403, "missing_scope")["detail"]


def test_admin_of_a_tenant_is_no_operator(gateway: RunningGateway, stranger: OtherTenant) -> None:
    body = {"name": "skep-x", "version": "1", "groups": ["skep.nodes"]}

    assert_problem(gateway.request("POST", "/api/v1/plugins", body, key=stranger.key), 403)
    assert_problem(
        gateway.request(
            "POST", "/api/v1/keys", {"name": "k", "scopes": ["operator"]}, key=stranger.key
        ),
        403,
    )
    assert "operator" not in effective(["admin"])
    assert effective(["admin", "operator"]) == set(SCOPES)


def test_key_expires(gateway: RunningGateway) -> None:
    soon = now() + timedelta(seconds=0.6)
    body = {"name": "k", "scopes": ["runs:read"], "expires_at": soon.isoformat()}
    key = gateway.request("POST", "/api/v1/keys", body).json()["key"]
    assert gateway.request("GET", "/api/v1/me", key=key).status == 200

    time.sleep(0.7)

    assert_problem(gateway.request("GET", "/api/v1/me", key=key), 401)


@pytest.mark.parametrize("at", ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00", "tomorrow"])
def test_expiry_in_the_past_or_without_a_zone_is_refused(gateway: RunningGateway, at: str) -> None:
    body = {"name": "k", "scopes": ["runs:read"], "expires_at": at}

    assert pointers(assert_problem(gateway.request("POST", "/api/v1/keys", body), 422)) == {
        "/expires_at"
    }


def test_revoked_key_is_worthless_at_once(gateway: RunningGateway) -> None:
    made = make_key(gateway, "runs:read")
    assert gateway.request("GET", "/api/v1/me", key=made["key"]).status == 200

    assert gateway.request("DELETE", f"/api/v1/keys/{made['id']}").status == 204

    assert_problem(gateway.request("GET", "/api/v1/me", key=made["key"]), 401)
    assert_problem(gateway.request("DELETE", f"/api/v1/keys/{made['id']}"), 404)


def test_revocation_elsewhere_is_noticed_within_seconds(gateway: RunningGateway) -> None:
    made = make_key(gateway, "runs:read")
    assert gateway.request("GET", "/api/v1/me", key=made["key"]).status == 200

    async def revoke_in_another_process() -> None:
        async with gateway.gateway.database.session() as session:
            await session.execute(
                update(ApiKeyRow).where(ApiKeyRow.id == made["id"]).values(revoked_at=now())
            )

    gateway.run(revoke_in_another_process)

    deadline = time.monotonic() + 4
    while gateway.request("GET", "/api/v1/me", key=made["key"]).status != 401:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_use_is_written_down_later(gateway: RunningGateway) -> None:
    made = make_key(gateway, "runs:read")
    gateway.request("GET", "/api/v1/me", key=made["key"])

    gateway.run(gateway.gateway.authenticator.write_usage)

    listed = gateway.request("GET", "/api/v1/keys").json()["items"]
    assert next(k for k in listed if k["id"] == made["id"])["last_used_at"]


def test_keys_come_in_pages(gateway: RunningGateway, stranger: OtherTenant) -> None:
    other = gateway.add_tenant("pages")
    ids = {make_key(gateway, "runs:read", key=other.key)["id"] for _ in range(5)}

    seen: list[str] = []
    cursor = ""
    while True:
        page = gateway.request("GET", f"/api/v1/keys?limit=2&cursor={cursor}", key=other.key).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
        theirs = gateway.request("GET", f"/api/v1/keys?cursor={cursor}", key=stranger.key)
        assert_problem(theirs, 422, "bad_cursor")
        elsewhere = gateway.request("GET", f"/api/v1/apps?cursor={cursor}", key=other.key)
        assert_problem(elsewhere, 422, "bad_cursor")

    assert len(seen) == len(set(seen)) == 6
    assert ids < set(seen)


def test_another_key_file_replaces_the_one_before() -> None:
    with running_gateway() as gateway:
        replacement = new_api_key()

        async def start_again() -> None:
            await prepare_first_start(gateway.gateway.database, replacement)
            await prepare_first_start(gateway.gateway.database, replacement)

        before = gateway.request("GET", "/api/v1/me").json()
        gateway.run(start_again)
        after = gateway.request("GET", "/api/v1/me", key=replacement).json()
        gateway.gateway.authenticator.forget(before["id"])

        assert after["tenant"] == before["tenant"]
        assert "operator" in after["scopes"]
        assert_problem(gateway.request("GET", "/api/v1/me"), 401)


@pytest.mark.parametrize(
    ("key", "token"),
    [("sk_short", None), ("password", None), ("", None), (None, "short"), (None, "")],
)
def test_guessable_secrets_keep_the_gateway_from_starting(
    key: str | None, token: str | None
) -> None:
    with pytest.raises(UnsafeStartError):
        check_secrets(bootstrap_key=key, setup_token=token)
