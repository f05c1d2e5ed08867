"""People sign in at the other side of a toolkit, and stay signed in."""

import asyncio
import base64
import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from services.gateway.tests.stage import Stage
from services.gateway.tests.support import assert_problem, until
from services.gateway.tests.toolkits.test_toolkits import PATH, bucket
from skep_contracts.plugins.toolkits import GRANT_FIELD
from skep_gateway.toolkits.sign_in import begin as beginning
from skep_gateway.toolkits.sign_in import renew
from skep_runtime.clock import now
from skep_testing.http_server import Answer, Received, ScriptedServer

BACK = "http://skep.test/connected"
SERVER = "/.well-known/oauth-authorization-server"
RESOURCE = "/.well-known/oauth-protected-resource"


class Vendor:
    """A server with tools, behind an OAuth server at the same address."""

    def __init__(self, server: ScriptedServer) -> None:
        self.server = server
        self.url = f"{server.url}/mcp"
        where = f'Bearer resource_metadata="{server.url}{RESOURCE}/here"'
        server.serve("/mcp", Answer(status=401, headers={"WWW-Authenticate": where}))
        self.says_of_itself(resource=self.url, authorization_servers=[server.url])
        self.serves()
        server.serve("/register", Answer(status=201, json={"client_id": "skep-7"}))
        self.gives()

    def says_of_itself(self, **metadata: Any) -> None:
        self.server.serve(f"{RESOURCE}/here", Answer(json=metadata))

    def serves(self, **changes: Any) -> None:
        url = self.server.url
        metadata = {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "registration_endpoint": f"{url}/register",
            "code_challenge_methods_supported": ["S256"],
            **changes,
        }
        self.server.serve(SERVER, Answer(json=metadata))

    def gives(self, token: str = "canary-access", **more: Any) -> None:
        given = {"access_token": token, "token_type": "Bearer", "expires_in": 3600, **more}
        given.setdefault("refresh_token", "canary-refresh")
        self.server.serve("/token", Answer(json=given))

    def asked(self) -> list[Received]:
        return self.server.requests_to("/token")


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    with ScriptedServer() as server:
        yield Vendor(server)


@pytest.fixture
def toolkit(stage: Stage, vendor: Vendor, request: pytest.FixtureRequest) -> Any:
    return added(stage, vendor, f"kit-{abs(hash(request.node.name)) % 10**9}")


def added(stage: Stage, vendor: Vendor, name: str, **settings: Any) -> Any:
    body = {"kind": "shelf", "name": name, "settings": {"url": vendor.url, **settings}}
    made = stage.gateway.request("POST", PATH, body)
    assert made.status == 201, made.body
    return made.json()


def begin(stage: Stage, toolkit: Any, **more: Any) -> Any:
    path = f"{PATH}/{toolkit['id']}/sign-ins"
    return stage.gateway.request("POST", path, {"redirect_uri": BACK}, **more)


def query_of(begun: Any) -> dict[str, str]:
    assert begun.status == 200, begun.body
    return dict(parse_qsl(urlsplit(begun.json()["address"]).query))


def end(stage: Stage, state: str, *, key: str = "", **more: Any) -> Any:
    body = {"state": state, "code": "the-code", **more}
    return stage.gateway.request("POST", "/api/v1/toolkit-sign-ins", body, key=key)


def signed_in(stage: Stage, toolkit: Any) -> Any:
    answer = end(stage, query_of(begin(stage, toolkit))["state"])
    assert answer.status == 200, answer.body
    return answer.json()


def shown(stage: Stage, toolkit: Any) -> Any:
    items = stage.gateway.request("GET", PATH).json()["items"]
    return next(each for each in items if each["id"] == toolkit["id"])


def grant(stage: Stage, toolkit: Any) -> Any:
    return (bucket(stage, toolkit) or {}).get(GRANT_FIELD)


def test_what_was_granted_reaches_the_workers_and_nobody_else(
    stage: Stage, vendor: Vendor, toolkit: Any
) -> None:
    begun = begin(stage, toolkit)
    query = query_of(begun)
    answer = end(stage, query["state"])

    assert begun.json()["address"].startswith(f"{vendor.server.url}/authorize?")
    assert query["response_type"] == "code"
    assert query["client_id"] == "skep-7"
    assert query["redirect_uri"] == BACK
    assert query["resource"] == vendor.url
    (registered,) = vendor.server.requests_to("/register")
    assert registered.json()["redirect_uris"] == [BACK]
    (asked,) = vendor.asked()
    form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
    assert form["code"] == "the-code"
    assert form["resource"] == vendor.url
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == query["code_challenge"]
    assert form["code_verifier"] not in query["state"]
    assert answer.json()["sign_in"] == "granted"
    assert answer.json()["hints"] == {"url": vendor.url}
    until(lambda: grant(stage, toolkit))
    assert grant(stage, toolkit)["access_token"] == "canary-access"
    assert b"canary" not in stage.gateway.request("GET", PATH).body
    assert b"canary" not in stage.gateway.request("GET", "/api/v1/audit-records").body


def test_kinds_say_whether_people_sign_in(stage: Stage) -> None:
    kinds = stage.gateway.request("GET", "/api/v1/toolkit-kinds").json()["items"]

    assert {kind["name"]: kind["has_sign_in"] for kind in kinds}["shelf"] is True


def test_state_is_good_for_whoever_began_alone(stage: Stage, toolkit: Any) -> None:
    gateway = stage.gateway
    state = query_of(begin(stage, toolkit))["state"]
    colleague = gateway.request("POST", "/api/v1/keys", {"name": "c", "scopes": ["admin"]}).json()
    stranger = gateway.add_tenant("signing-in-elsewhere")

    for refused in (
        end(stage, state, key=colleague["key"]),
        end(stage, state, key=stranger.key),
        end(stage, state[:-4] + "AAAA"),
        end(stage, "x"),
    ):
        assert_problem(refused, 422, "unknown_sign_in")
    assert shown(stage, toolkit)["sign_in"] == "none"
    assert end(stage, state).status == 200


def test_state_is_good_for_ten_minutes(
    stage: Stage, toolkit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = query_of(begin(stage, toolkit))["state"]
    later = now() + timedelta(minutes=11)
    monkeypatch.setattr(beginning, "now", lambda: later)

    assert_problem(end(stage, state), 422, "unknown_sign_in")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"error": "access_denied", "error_description": "No."}, "sign_in_refused"),
        ({"iss": "https://elsewhere.example"}, "sign_in_refused"),
        ({"code": ""}, "invalid_input"),
    ],
)
def test_refusals_of_the_other_side_are_told(
    *, stage: Stage, vendor: Vendor, toolkit: Any, more: dict[str, str], code: str
) -> None:
    assert_problem(end(stage, query_of(begin(stage, toolkit))["state"], **more), 422, code)
    assert vendor.asked() == []


def test_server_that_speaks_for_another_is_refused(
    stage: Stage, vendor: Vendor, toolkit: Any
) -> None:
    vendor.says_of_itself(
        resource="https://bank.example/mcp", authorization_servers=[vendor.server.url]
    )

    assert_problem(begin(stage, toolkit), 422, "wrong_resource")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code_challenge_methods_supported": ["plain"]}, "no_pkce"),
        ({"registration_endpoint": ""}, "no_registration"),
        ({"issuer": "https://elsewhere.example"}, "no_sign_in"),
        ({"token_endpoint": "http://10.0.0.1/token"}, "address_not_allowed"),
        ({"authorization_endpoint": "javascript:alert(1)"}, None),
    ],
)
def test_unsafe_servers_are_refused(
    *, stage: Stage, vendor: Vendor, toolkit: Any, changes: dict[str, Any], code: str | None
) -> None:
    vendor.serves(**changes)

    problem = assert_problem(begin(stage, toolkit), 422)
    assert code is None or code in {problem["code"], "address_not_allowed"}


def test_address_without_oauth_says_so(stage: Stage, vendor: Vendor) -> None:
    vendor.server.serve(SERVER, Answer(status=404))
    vendor.says_of_itself()
    toolkit = added(stage, vendor, "open-to-all")

    assert_problem(begin(stage, toolkit), 422, "no_sign_in")


def test_registered_client_is_used_with_its_secret(stage: Stage, vendor: Vendor) -> None:
    toolkit = added(stage, vendor, "by-hand", oauth_client_id="me", oauth_client_secret="s:ecret")

    query = query_of(begin(stage, toolkit))
    assert end(stage, query["state"]).status == 200

    assert query["client_id"] == "me"
    assert vendor.server.requests_to("/register") == []
    (asked,) = vendor.asked()
    assert asked.headers["authorization"] == "Basic bWU6cyUzQWVjcmV0"


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (Answer(status=400, json={"error": "invalid_grant"}), 422, "code_refused"),
        (Answer(status=500), 502, "no_token"),
        (Answer(body=b"\xff\xfe"), 502, "no_token"),
        (Answer(json={"access_token": "two\nlines"}), 502, "no_token"),
        (Answer(json={"access_token": "x", "token_type": "mac"}), 502, "no_token"),
        (Answer(json={"access_token": 7}), 502, "no_token"),
    ],
)
def test_whatever_comes_in_place_of_a_token_is_a_problem(
    *, stage: Stage, vendor: Vendor, toolkit: Any, answer: Answer, status: int, code: str
) -> None:
    vendor.server.serve("/token", answer)

    refused = end(stage, query_of(begin(stage, toolkit))["state"])

    assert_problem(refused, status, code)
    assert shown(stage, toolkit)["sign_in"] == "none"


def test_grant_goes_to_its_own_address_alone(stage: Stage, vendor: Vendor, toolkit: Any) -> None:
    path = f"{PATH}/{toolkit['id']}"
    state = query_of(begin(stage, toolkit))["state"]
    signed_in(stage, toolkit)
    kept = stage.gateway.request("PATCH", path, {"settings": {"mood": "fine"}}).json()
    moved = stage.gateway.request("PATCH", path, {"settings": {"url": "https://y.example"}}).json()

    assert (kept["sign_in"], moved["sign_in"]) == ("granted", "none")
    until(lambda: (bucket(stage, toolkit) or {}).get("url") == "https://y.example")
    assert grant(stage, toolkit) is None
    assert_problem(end(stage, state), 409, "toolkit_changed")


def test_sign_in_is_forgotten(stage: Stage, vendor: Vendor, toolkit: Any) -> None:
    signed_in(stage, toolkit)
    until(lambda: grant(stage, toolkit))

    path = f"{PATH}/{toolkit['id']}/sign-ins"
    assert stage.gateway.request("DELETE", path).status == 204

    until(lambda: grant(stage, toolkit) is None)
    assert shown(stage, toolkit)["sign_in"] == "none"
    assert stage.gateway.request("DELETE", path).status == 204


def look(stage: Stage, times: int = 1) -> None:
    async def together() -> None:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(times):
                tasks.create_task(stage.gateway.gateway.grants.look())

    stage.gateway.run(together)


def test_token_is_renewed_once_before_it_ends(stage: Stage, vendor: Vendor, toolkit: Any) -> None:
    vendor.gives("canary-first", expires_in=60)
    signed_in(stage, toolkit)
    vendor.gives("canary-second", expires_in=3600, refresh_token="canary-next")

    look(stage, times=4)

    until(lambda: grant(stage, toolkit)["access_token"] == "canary-second")
    assert grant(stage, toolkit)["refresh_token"] == "canary-next"
    (first, second) = vendor.asked()
    assert b"grant_type=authorization_code" in first.body
    assert b"grant_type=refresh_token&refresh_token=canary-refresh" in second.body
    assert shown(stage, toolkit)["sign_in"] == "granted"


def test_grant_that_was_taken_back_has_ended(stage: Stage, vendor: Vendor, toolkit: Any) -> None:
    vendor.gives(expires_in=60)
    signed_in(stage, toolkit)
    vendor.server.serve("/token", Answer(status=400, json={"error": "invalid_grant"}))

    look(stage)

    assert shown(stage, toolkit)["sign_in"] == "ended"
    until(lambda: grant(stage, toolkit) is None)
    vendor.gives()
    assert signed_in(stage, toolkit)["sign_in"] == "granted"


def test_server_that_is_away_is_asked_again_later(
    stage: Stage, vendor: Vendor, toolkit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor.gives("canary-first", expires_in=60)
    signed_in(stage, toolkit)
    vendor.server.serve("/token", Answer(status=503))
    look(stage)
    assert shown(stage, toolkit)["sign_in"] == "granted"

    vendor.gives("canary-later", expires_in=3600)
    look(stage)
    assert len(vendor.asked()) == 2, "another gateway may be about it for a minute"
    later = now() + timedelta(minutes=2)
    monkeypatch.setattr(renew, "now", lambda: later)
    look(stage)

    until(lambda: grant(stage, toolkit)["access_token"] == "canary-later")


def test_only_administrators_sign_in(stage: Stage, toolkit: Any) -> None:
    key = stage.gateway.request("POST", "/api/v1/keys", {"name": "e", "scopes": ["apps:write"]})

    assert_problem(begin(stage, toolkit, key=key.json()["key"]), 403, "missing_scope")
