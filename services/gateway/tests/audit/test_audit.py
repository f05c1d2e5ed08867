"""Who changed what, and when."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from services.gateway.tests.support import (
    SETUP_TOKEN,
    RunningGateway,
    assert_problem,
    running_gateway,
)
from services.gateway.tests.trial_plugin import document
from skep_gateway.audit.repository import drop_old_records
from skep_gateway.web.route import Route
from skep_runtime.clock import now

PERSON = {"email": "ada@example.org", "password": "correct horse battery", "name": "Ada"}


@pytest.fixture(scope="module")
def gateway() -> Iterator[RunningGateway]:
    with running_gateway() as running:
        yield running


def records(gateway: RunningGateway, query: str = "", **more: Any) -> Any:
    return gateway.request("GET", f"/api/v1/audit-records{query}", **more).json()["items"]


def test_a_change_is_kept_with_who_what_and_on_which(gateway: RunningGateway) -> None:
    app = gateway.request("POST", "/api/v1/apps", {"document": document("audited")}).json()
    gateway.request("POST", f"/api/v1/apps/{app['id']}/versions", {})

    published, created = records(gateway)[:2]

    assert (created["action"], published["action"]) == ("apps.create", "apps.publish")
    assert created["target"] == {"id": app["id"], "name": "audited"}
    assert published["target"]["app"] == app["id"]
    assert created["actor"]["kind"] == "key"
    assert created["actor"]["name"] == "operator's key file"
    assert created["address"] == "127.0.0.1"


def test_a_refused_change_leaves_nothing(gateway: RunningGateway) -> None:
    before = records(gateway)

    refused = gateway.request("POST", "/api/v1/apps", {"document": document("audited")})
    broken = gateway.request("POST", "/api/v1/keys", {"name": "x", "scopes": []})

    assert (refused.status, broken.status) == (409, 422)
    assert records(gateway) == before


def test_a_repeat_with_an_idempotency_key_is_one_change(gateway: RunningGateway) -> None:
    headers = {"Idempotency-Key": "once-and-again"}
    body = {"name": "idempotent", "scopes": ["runs:read"]}

    for _ in range(2):
        assert gateway.request("POST", "/api/v1/keys", body, headers=headers).status == 201

    made = [each for each in records(gateway) if each["target"].get("name") == "idempotent"]
    assert [each["action"] for each in made] == ["identity.make_key"]


def test_setting_up_and_signing_in_are_kept_under_the_person(gateway: RunningGateway) -> None:
    gateway.request("POST", "/api/v1/setup", {"setup_token": SETUP_TOKEN, **PERSON}, key=None)
    login = {name: PERSON[name] for name in ("email", "password")}
    token = gateway.request("POST", "/api/v1/sessions", login, key=None).json()["token"]
    gateway.request("DELETE", "/api/v1/sessions/current", key=token)

    out, signed_in, set_up = records(gateway, "?action=identity")[:3]

    assert [each["action"] for each in (set_up, signed_in, out)] == [
        "identity.set_up",
        "identity.sign_in",
        "identity.sign_out",
    ]
    assert {each["actor"]["name"] for each in (set_up, signed_in, out)} == {"Ada"}
    assert len({each["actor"]["id"] for each in (set_up, signed_in, out)}) == 1


def test_records_hold_no_secret(gateway: RunningGateway) -> None:
    canary = "canary-of-the-audit-log"
    body = {"provider": "trial", "name": "sealed", "values": {"api_key": canary}}
    assert gateway.request("POST", "/api/v1/credentials", body).status == 201
    key = gateway.request("POST", "/api/v1/keys", {"name": "secret", "scopes": ["admin"]}).json()

    listed = gateway.request("GET", "/api/v1/audit-records").body

    assert canary.encode() not in listed
    assert key["key"].encode() not in listed
    assert b"sealed" in listed


def test_records_are_found_by_actor_action_and_time(gateway: RunningGateway) -> None:
    key = gateway.request("POST", "/api/v1/keys", {"name": "busy", "scopes": ["admin"]}).json()
    moment = quote(now().isoformat())
    body = {"document": document("by-the-key")}
    gateway.request("POST", "/api/v1/apps", body, key=key["key"])

    assert [each["action"] for each in records(gateway, f"?actor={key['id']}")] == ["apps.create"]
    assert records(gateway, "?action=apps.create")[0]["target"]["name"] == "by-the-key"
    assert {each["action"] for each in records(gateway, "?action=apps")} <= {
        "apps.create",
        "apps.publish",
    }
    assert [each["target"]["name"] for each in records(gateway, f"?since={moment}")] == [
        "by-the-key"
    ]
    assert "by-the-key" not in repr(records(gateway, f"?until={moment}"))
    assert records(gateway, "?action=app") == []
    bad = gateway.request("GET", "/api/v1/audit-records?since=2026-01-01T00:00:00")
    assert_problem(bad, 422)


def test_pages_follow_each_other(gateway: RunningGateway) -> None:
    whole = records(gateway)
    page = gateway.request("GET", "/api/v1/audit-records?limit=2").json()
    rest = gateway.request(
        "GET", f"/api/v1/audit-records?limit=200&cursor={page['next_cursor']}"
    ).json()

    assert [*page["items"], *rest["items"]] == whole


def test_tenants_see_their_own(gateway: RunningGateway) -> None:
    stranger = gateway.add_tenant("audited-stranger")

    assert records(gateway, key=stranger.key) == []


def test_old_records_are_dropped() -> None:
    with running_gateway() as own:
        own.request("POST", "/api/v1/keys", {"name": "old", "scopes": ["admin"]})

        async def drop() -> None:
            async with own.gateway.database.session() as session:
                await drop_old_records(session, now())

        own.run(drop)

        assert records(own) == []


def test_every_route_that_changes_something_is_kept_or_says_why_not(
    gateway: RunningGateway,
) -> None:
    """A new route is kept by itself; those left out are counted here, so that none slips in."""
    left_out = {
        f"{route.tags[0]}.{route.name}"
        for route in gateway.gateway.app.routes
        if isinstance(route, Route)
        and route.methods
        and route.methods & {"POST", "PUT", "PATCH", "DELETE"}
        and not route.rules.is_public
        and not route.rules.is_audited
    }

    assert left_out == {
        "apps.replace_draft",  # saved with every edit; publishing is kept
        "models.check_credential",
        "datasets.preview",
        "datasets.retrieve",
        "datasets.search",
        "drafts.count_tokens",
        "feedback.forget_feedback",  # kept as an event
        "feedback.give_feedback",
        "files.upload",  # what runs are given
        "guardrails.try_rule",
        "workflows.check_document",
    }
