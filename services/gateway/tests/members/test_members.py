"""People join, change and leave."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from services.gateway.tests.support import (
    SETUP_TOKEN,
    RunningGateway,
    assert_problem,
    pointers,
    running_gateway,
)
from skep_gateway.members.roles import SCOPES_OF, role_of
from skep_gateway.members.tables import InvitationRow
from skep_runtime.clock import now

FIRST = {"email": "ada@example.org", "password": "correct horse battery", "name": "Ada"}
PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def gateway() -> Iterator[RunningGateway]:
    with running_gateway() as running:
        made = running.request("POST", "/api/v1/setup", {"setup_token": SETUP_TOKEN, **FIRST})
        assert made.status == 201
        yield running


@pytest.fixture(scope="module")
def ada(gateway: RunningGateway) -> dict[str, Any]:
    """The first member, signed in."""
    answer = gateway.request("POST", "/api/v1/sessions", _login(FIRST["email"]), key=None)
    return dict(answer.json())


def _login(email: str, password: str = FIRST["password"]) -> dict[str, str]:
    return {"email": email, "password": password}


def invited(gateway: RunningGateway, ada: dict[str, Any], email: str, role: str) -> Any:
    body = {"email": email, "role": role}
    answer = gateway.request("POST", "/api/v1/invitations", body, key=ada["token"])
    assert answer.status == 201, answer.body
    return answer.json()


def joined(gateway: RunningGateway, ada: dict[str, Any], email: str, role: str) -> Any:
    token = invited(gateway, ada, email, role)["token"]
    answer = accept(gateway, token, name=email.partition("@")[0])
    assert answer.status == 201, answer.body
    return answer.json()


def accept(gateway: RunningGateway, token: str, **changes: str) -> Any:
    body = {"token": token, "password": PASSWORD, **changes}
    return gateway.request("POST", "/api/v1/invitations/acceptances", body, key=None)


def me(gateway: RunningGateway, token: str) -> Any:
    return gateway.request("GET", "/api/v1/me", key=token)


def test_every_role_has_a_name_and_the_rest_is_custom() -> None:
    assert [role_of(scopes) for scopes in SCOPES_OF.values()] == list(SCOPES_OF)
    assert role_of(["apps:read"]) == "custom"


def test_whoever_is_invited_joins_and_is_signed_in(
    gateway: RunningGateway, ada: dict[str, Any]
) -> None:
    link = invited(gateway, ada, "Grace@Example.org", "editor")
    opened = gateway.request(
        "POST", "/api/v1/invitations/openings", {"token": link["token"]}, key=None
    ).json()
    session = accept(gateway, link["token"], name="Grace")

    assert opened == {
        "tenant": "default",
        "email": "grace@example.org",
        "role": "editor",
        "is_reset": False,
        "invited_by": "Ada",
        "name": None,
    }
    assert session.headers["set-cookie"].startswith("skep_session=ses_")
    seen = me(gateway, session.json()["token"]).json()
    assert seen["member"]["email"] == "grace@example.org"
    assert set(SCOPES_OF["editor"]) <= set(seen["scopes"])
    assert "admin" not in seen["scopes"]
    listed = gateway.request("GET", "/api/v1/members", key=ada["token"]).json()["items"]
    assert [(each["name"], each["role"]) for each in listed][:2] == [
        ("Ada", "operator"),
        ("Grace", "editor"),
    ]


def test_a_link_is_good_once(gateway: RunningGateway, ada: dict[str, Any]) -> None:
    token = invited(gateway, ada, "once@example.org", "viewer")["token"]

    def try_it(number: int) -> int:
        return int(accept(gateway, token, name=f"Person {number}").status)

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(try_it, range(4)))

    assert statuses == [201, 404, 404, 404]


def test_an_old_a_withdrawn_and_a_replaced_link_are_worthless(
    gateway: RunningGateway, ada: dict[str, Any]
) -> None:
    old = invited(gateway, ada, "late@example.org", "viewer")

    async def expire() -> None:
        async with gateway.gateway.database.session() as session:
            await session.execute(
                update(InvitationRow)
                .where(InvitationRow.id == old["id"])
                .values(expires_at=now() - timedelta(seconds=1))
            )

    gateway.run(expire)
    first = invited(gateway, ada, "twice@example.org", "viewer")
    second = invited(gateway, ada, "twice@example.org", "viewer")
    withdrawn = invited(gateway, ada, "no@example.org", "viewer")
    path = f"/api/v1/invitations/{withdrawn['id']}"

    assert gateway.request("DELETE", path, key=ada["token"]).status == 204
    assert_problem(gateway.request("DELETE", path, key=ada["token"]), 404, "unknown_invitation")
    for link in (old, first, withdrawn, {"token": "x" * 43}):
        assert_problem(accept(gateway, link["token"], name="X"), 404, "unknown_invitation")
    waiting = gateway.request("GET", "/api/v1/invitations", key=ada["token"])
    assert [each["id"] for each in waiting.json()["items"]] == [second["id"]]
    assert second["token"].encode() not in waiting.body


def test_what_is_wrong_is_named(gateway: RunningGateway, ada: dict[str, Any]) -> None:
    token = invited(gateway, ada, "nameless@example.org", "viewer")["token"]

    nameless = accept(gateway, token)
    weak = accept(gateway, token, name="X", password="short")
    body = {"email": "nobody", "role": "king"}
    bad = gateway.request("POST", "/api/v1/invitations", body, key=ada["token"])
    known = {"email": FIRST["email"], "role": "viewer"}
    again = gateway.request("POST", "/api/v1/invitations", known, key=ada["token"])

    assert pointers(assert_problem(nameless, 422)) == {"/name"}
    assert pointers(assert_problem(weak, 422)) == {"/password"}
    assert pointers(assert_problem(bad, 422)) == {"/email", "/role"}
    assert_problem(again, 409, "member_exists")


def test_another_role_holds_at_once(gateway: RunningGateway, ada: dict[str, Any]) -> None:
    session = joined(gateway, ada, "rising@example.org", "viewer")
    member = session["member"]["id"]
    app: dict[str, Any] = {"document": {}}
    before = gateway.request("POST", "/api/v1/apps", app, key=session["token"])

    changed = gateway.request(
        "PATCH", f"/api/v1/members/{member}", {"role": "editor"}, key=ada["token"]
    )

    assert_problem(before, 403, "missing_scope")
    assert changed.json()["role"] == "editor"
    assert "apps:write" in me(gateway, session["token"]).json()["scopes"]


def test_whoever_leaves_is_out_at_once(gateway: RunningGateway, ada: dict[str, Any]) -> None:
    session = joined(gateway, ada, "leaving@example.org", "admin")
    path = f"/api/v1/members/{session['member']['id']}"
    assert me(gateway, session["token"]).status == 200

    assert gateway.request("DELETE", path, key=ada["token"]).status == 204

    assert_problem(me(gateway, session["token"]), 401)
    login = gateway.request(
        "POST", "/api/v1/sessions", _login("leaving@example.org", PASSWORD), key=None
    )
    assert_problem(login, 401, "wrong_login")
    assert_problem(gateway.request("DELETE", path, key=ada["token"]), 404, "unknown_member")


def test_nobody_gives_takes_or_resets_more_than_they_hold(
    gateway: RunningGateway, ada: dict[str, Any]
) -> None:
    token = joined(gateway, ada, "boss@example.org", "admin")["token"]
    operator = f"/api/v1/members/{ada['member']['id']}"

    refused = [
        gateway.request("PATCH", operator, {"role": "viewer"}, key=token),
        gateway.request("DELETE", operator, key=token),
        gateway.request("POST", f"{operator}/password-links", {}, key=token),
        gateway.request(
            "POST", "/api/v1/invitations", {"email": "x@y.org", "role": "operator"}, key=token
        ),
    ]

    for answer in refused:
        assert_problem(answer, 403, "missing_scope")


def test_members_are_for_administrators(gateway: RunningGateway, ada: dict[str, Any]) -> None:
    token = joined(gateway, ada, "writer@example.org", "editor")["token"]

    assert_problem(gateway.request("GET", "/api/v1/members", key=token), 403, "missing_scope")
    assert_problem(gateway.request("GET", "/api/v1/audit-records", key=token), 403)


def test_one_administrator_remains_even_when_two_remove_each_other() -> None:
    with running_gateway() as own:
        own.request("POST", "/api/v1/setup", {"setup_token": SETUP_TOKEN, **FIRST})
        one = own.request("POST", "/api/v1/sessions", _login(FIRST["email"]), key=None).json()
        two = joined(own, one, "second@example.org", "operator")
        paths = [f"/api/v1/members/{each['member']['id']}" for each in (two, one)]

        def remove(path: str) -> int:
            return own.request("DELETE", path).status

        with ThreadPoolExecutor(2) as pool:
            statuses = sorted(pool.map(remove, paths))
        left = own.request("GET", "/api/v1/members").json()["items"]
        last = f"/api/v1/members/{left[0]['id']}"

        assert statuses == [204, 409]
        assert len(left) == 1
        assert_problem(own.request("DELETE", last), 409, "last_administrator")
        demoted = own.request("PATCH", last, {"role": "viewer"})
        assert_problem(demoted, 409, "last_administrator")


def test_a_forgotten_password_is_set_anew(gateway: RunningGateway, ada: dict[str, Any]) -> None:
    session = joined(gateway, ada, "absent@example.org", "viewer")
    path = f"/api/v1/members/{session['member']['id']}/password-links"

    link = gateway.request("POST", path, {}, key=ada["token"]).json()
    opened = gateway.request(
        "POST", "/api/v1/invitations/openings", {"token": link["token"]}, key=None
    ).json()
    fresh = accept(gateway, link["token"], password="another long password")

    assert (opened["is_reset"], opened["name"]) == (True, "absent")
    assert fresh.json()["member"] == session["member"]
    assert_problem(me(gateway, session["token"]), 401)
    assert me(gateway, fresh.json()["token"]).status == 200
    old = gateway.request(
        "POST", "/api/v1/sessions", _login("absent@example.org", PASSWORD), key=None
    )
    assert_problem(old, 401, "wrong_login")


def test_people_change_their_own_name_and_password(
    gateway: RunningGateway, ada: dict[str, Any]
) -> None:
    session = joined(gateway, ada, "self@example.org", "viewer")
    token = session["token"]
    other = gateway.request(
        "POST", "/api/v1/sessions", _login("self@example.org", PASSWORD), key=None
    ).json()["token"]

    def change(current: str) -> Any:
        body = {"current_password": current, "password": "yet another password"}
        return gateway.request("PUT", "/api/v1/me/password", body, key=token)

    renamed = gateway.request("PATCH", "/api/v1/me", {"name": "Self"}, key=token)
    wrong, right = change("not my password"), change(PASSWORD)

    assert renamed.json()["name"] == "Self"
    assert pointers(assert_problem(wrong, 422, "wrong_password")) == {"/current_password"}
    assert right.status == 204
    assert me(gateway, token).json()["member"]["name"] == "Self"
    assert_problem(me(gateway, other), 401)


def test_a_key_is_nobodys_own(gateway: RunningGateway) -> None:
    assert_problem(gateway.request("PATCH", "/api/v1/me", {"name": "X"}), 403)


def test_guessing_links_is_limited() -> None:
    with running_gateway() as own:
        statuses = [accept(own, f"{number:043d}", name="X").status for number in range(31)]

    assert statuses == [404] * 30 + [429]
