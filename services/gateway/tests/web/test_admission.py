"""Every route, called by those who may not: nobody, a revoked key, another tenant."""

import re
from collections.abc import Iterator

import pytest

from services.gateway.tests.facts import began, publish
from services.gateway.tests.stage import Stage, form
from services.gateway.tests.support import (
    OtherTenant,
    RunningGateway,
    assert_problem,
    until,
)
from services.gateway.tests.trial_plugin import document
from skep_contracts import topology
from skep_contracts.ids import PREFIXES, new_id, new_ulid
from skep_gateway.web.limits import PUBLIC_ROUTES
from skep_gateway.web.route import Route
from skep_testing.ports import free_port

BODIES: dict[str, object] = {
    "PATCH /api/v1/apps/{app}": {"description": "theirs"},
    "PATCH /api/v1/members/{member_id}": {"role": "viewer"},
    "PATCH /api/v1/keys/{key_id}": {"name": "theirs"},
    "PUT /api/v1/apps/{app}/draft": {"document": document("theirs")},
    "POST /api/v1/apps/{app}/versions": {},
    "POST /api/v1/datasets/{dataset}/documents": {"name": "x", "text": "theirs"},
    "POST /api/v1/datasets/{dataset}/searches": {"query": "x"},
    "POST /api/v1/external-knowledge/retrieval": {"knowledge_id": "x", "query": "x"},
    "POST /api/v1/datasets/{dataset}/previews": {"file_id": "file_01ARZ3NDEKTSV4RRFFQ69G5FAV"},
    "PATCH /api/v1/datasets/{dataset}": {"name": "theirs"},
    "PUT /api/v1/datasets/{dataset}/access": {"access": "workspace"},
    "POST /api/v1/datasets/{dataset}/moves": {"store": "elsewhere"},
    "POST /api/v1/datasets/{dataset}/reindexings": {},
    "PATCH /api/v1/datasets/{dataset}/documents/{document_id}": {"enabled": False},
    "POST /api/v1/datasets/{dataset}/documents/{document_id}/chunks": {"text": "theirs"},
    "PATCH /api/v1/datasets/{dataset}/documents/{document_id}/chunks/{chunk_id}": {"text": "x"},
    "POST /api/v1/datasets/{dataset}/sources": {"name": "x", "kind": "trial", "settings": {}},
    "PATCH /api/v1/datasets/{dataset}/sources/{source}": {"settings": {}},
    "POST /api/v1/datasets/{dataset}/sources/{source}/syncs": {},
    "PATCH /api/v1/toolkits/{toolkit_id}": {"settings": {}},
    "PUT /api/v1/runs/{run_id}/feedback": {"rating": "good"},
    "POST /api/v1/toolkits/{toolkit_id}/sign-ins": {"redirect_uri": "http://x/connected"},
    "PUT /api/v1/apps/{app}/site": {"is_open": True},
    "POST /mcp/{app}": {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
    "POST /api/v1/runs/{run_id}/answers": {"place": "ask", "answer": {}},
    "POST /api/v1/apps/{app}/node-runs": {"node": "start"},
}
"""Bodies that are right, so that nothing but the tenant keeps the request from working."""
QUERIES = {"GET /api/v1/runs/{run_id}/comparison": "?with={run_id}"}
PREFIX_OF = {"session": "ses", **PREFIXES}


def routes(gateway: RunningGateway) -> Iterator[tuple[str, str]]:
    for route in gateway.gateway.app.routes:
        assert isinstance(route, Route), f"{route} is not one of ours and has no rules"
        for method in sorted(route.methods or ()):
            yield method, route.path


def protected(gateway: RunningGateway) -> list[tuple[str, str]]:
    return [(m, p) for m, p in routes(gateway) if f"{m} {p}" not in PUBLIC_ROUTES]


@pytest.fixture(scope="module")
def gateway(stage: Stage) -> RunningGateway:
    """The gateway with all that is behind it, so that others' things are really there."""
    return stage.gateway


@pytest.fixture(scope="module")
def stranger(gateway: RunningGateway) -> OtherTenant:
    return gateway.add_tenant("outsider")


@pytest.fixture(scope="module")
def theirs(stage: Stage, gateway: RunningGateway) -> dict[str, str]:
    """Things of the first tenant, by name of the path parameter."""
    app = gateway.request("POST", "/api/v1/apps", {"document": document("not-yours")}).json()
    version = gateway.request("POST", f"/api/v1/apps/{app['id']}/versions", {}).json()
    key = gateway.request("POST", "/api/v1/keys", {"name": "x", "scopes": ["runs:read"]}).json()
    credential = gateway.request(
        "POST",
        "/api/v1/credentials",
        {"provider": "trial", "name": "not-yours", "values": {"api_key": "canary-of-theirs"}},
    ).json()
    toolkit = gateway.request(
        "POST",
        "/api/v1/toolkits",
        {"kind": "shelf", "name": "not-yours", "settings": {"url": "canary-of-theirs"}},
    ).json()
    return {
        "app": app["id"],
        "version": version["version"],
        "key_id": key["id"],
        "credential_id": credential["id"],
        "toolkit_id": toolkit["id"],
        **theirs_of_other_services(stage),
        **theirs_of_webhooks(stage),
        **their_people(gateway),
    }


def their_people(gateway: RunningGateway) -> dict[str, str]:
    def invited(email: str) -> dict[str, str]:
        body = {"email": email, "role": "viewer"}
        return dict(gateway.request("POST", "/api/v1/invitations", body).json())

    link = invited("here@example.org")
    join = {"token": link["token"], "name": "Here", "password": "canary-of-theirs"}
    path = "/api/v1/invitations/acceptances"
    session = gateway.request("POST", path, join, key=None).json()
    return {
        "member_id": session["member"]["id"],
        "invitation_id": invited("coming@example.org")["id"],
    }


def theirs_of_other_services(stage: Stage) -> dict[str, str]:
    gateway = stage.gateway
    tenant = gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]
    file = gateway.request(
        "POST",
        "/api/v1/files",
        data=form(b"canary-of-theirs"),
        content_type="multipart/form-data; boundary=b",
    ).json()
    dataset = gateway.request("POST", "/api/v1/datasets", {"name": "not-yours"}).json()
    path = f"/api/v1/datasets/{dataset['id']}/documents"
    added = gateway.request("POST", path, {"name": "x", "text": "canary-of-theirs"}).json()
    body = {"name": "x", "kind": "trial", "settings": {"url": "canary-of-theirs"}}
    source = gateway.request("POST", f"/api/v1/datasets/{dataset['id']}/sources", body).json()
    return {
        "run_id": stage.start("canary-of-theirs").json()["id"],
        "conversation_id": stage.orchestrator.add_conversation(tenant, stage.chat),
        "file_id": file["id"],
        "dataset": dataset["id"],
        "document_id": added["id"],
        "source": source["id"],
        "chunk_id": "chunk-of-theirs",
    }


def theirs_of_webhooks(stage: Stage) -> dict[str, str]:
    gateway = stage.gateway
    tenant = gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]
    # Nobody listens there: the delivery stays, waiting for its next try.
    hook = gateway.request(
        "POST", "/api/v1/webhooks", {"url": f"http://127.0.0.1:{free_port()}/canary"}
    ).json()
    publish(gateway, tenant, began(new_id("run")))
    path = f"/api/v1/webhooks/{hook['id']}/deliveries"
    until(lambda: gateway.request("GET", path).json()["items"])
    (delivery,) = gateway.request("GET", path).json()["items"]
    return {"webhook_id": hook["id"], "delivery_id": delivery["id"]}


def filled(path: str, theirs: dict[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1].partition(":")[0]
        noun = name.removesuffix("_id")
        return theirs.get(name) or f"{PREFIX_OF.get(noun, noun)}_{new_ulid()}"

    return re.sub(r"\{([^}]+)\}", value, path)


def test_public_routes_all_exist_and_say_why(gateway: RunningGateway) -> None:
    known = {f"{method} {path}" for method, path in routes(gateway)}

    assert PUBLIC_ROUTES.keys() <= known
    assert all(len(reason) > 10 for reason in PUBLIC_ROUTES.values())


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost"},
        {"Host": "evil.example"},
        {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "localhost"},
        {"X-Original-URL": "/healthz", "X-Rewrite-URL": "/healthz"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic c2s6c2s="},
        {"Authorization": "Bearer sk_' OR '1'='1' -- aaaaaaaaaaaaaaaaaaaaaaaaa"},
        {"Authorization": "Bearer ses_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
        {"Cookie": "skep_session=ses_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
    ],
    ids=lambda headers: " ".join(headers) or "nothing",
)
def test_every_route_refuses_who_is_nobody(
    gateway: RunningGateway, theirs: dict[str, str], headers: dict[str, str]
) -> None:
    answers = {
        (method, path): gateway.request(
            method, filled(path, theirs), key=None, headers=headers
        ).status
        for method, path in protected(gateway)
    }

    assert {place: status for place, status in answers.items() if status != 401} == {}


def test_every_route_refuses_a_revoked_key(gateway: RunningGateway, theirs: dict[str, str]) -> None:
    made = gateway.request("POST", "/api/v1/keys", {"name": "old", "scopes": ["admin"]}).json()
    assert gateway.request("GET", "/api/v1/me", key=made["key"]).status == 200
    assert gateway.request("DELETE", f"/api/v1/keys/{made['id']}").status == 204

    answers = {
        (method, path): gateway.request(method, filled(path, theirs), key=made["key"]).status
        for method, path in protected(gateway)
    }

    assert {place: status for place, status in answers.items() if status != 401} == {}


def test_every_route_keeps_other_tenants_apart(
    gateway: RunningGateway, stranger: OtherTenant, theirs: dict[str, str]
) -> None:
    before = count_messages(gateway)
    wrong, asked = {}, set()
    for method, path in protected(gateway):
        named = set(re.findall(r"\{(\w+)", path))
        if not named or not named <= theirs.keys():
            continue
        asked |= named
        body = BODIES.get(f"{method} {path}")
        whole = path + QUERIES.get(f"{method} {path}", "")
        answer = gateway.request(method, filled(whole, theirs), body, key=stranger.key)
        if answer.status != 404:
            wrong[method, path] = answer.status
        assert b"canary" not in answer.body

    assert wrong == {}
    assert asked == theirs.keys(), "a kind of thing is not asked for any more"
    assert count_messages(gateway) == before
    for path in (
        f"/api/v1/apps/{theirs['app']}",
        f"/api/v1/files/{theirs['file_id']}/content",
        f"/api/v1/datasets/{theirs['dataset']}/documents/{theirs['document_id']}",
        f"/api/v1/webhooks/{theirs['webhook_id']}/deliveries",
        f"/api/v1/runs/{theirs['run_id']}",
    ):
        assert gateway.request("GET", path).status == 200, path


def test_bodies_and_queries_keep_other_tenants_apart(
    gateway: RunningGateway, stage: Stage, stranger: OtherTenant, theirs: dict[str, str]
) -> None:
    began_with = count_messages(gateway)["SKEP_EVENTS"]
    own = gateway.request(
        "POST", "/api/v1/apps", {"document": document("own")}, key=stranger.key
    ).json()["id"]
    gateway.request("POST", f"/api/v1/apps/{own}/versions", {}, key=stranger.key)
    gateway.request("POST", "/api/v1/datasets", {"name": "own"}, key=stranger.key)
    until(lambda: count_messages(gateway)["SKEP_EVENTS"] > began_with)  # that it was published
    before = count_messages(gateway)
    file = {"$file": {"id": theirs["file_id"]}}
    bodies: list[tuple[str, dict[str, object]]] = [
        ("runs", {"app": theirs["app"], "inputs": {"topic": "x"}}),
        ("runs", {"app": own, "version": theirs["version"], "inputs": {"topic": "x"}}),
        ("runs", {"app": own, "inputs": {"topic": file}}),
        ("runs", {"app": own, "inputs": {"topic": {"deep": [file]}}}),
        ("runs", {"app": own, "inputs": {"topic": "x"}, "files": [theirs["file_id"]]}),
        ("datasets/own/documents", {"file_id": theirs["file_id"]}),
        ("webhooks", {"url": "http://127.0.0.1:9/x", "app": theirs["app"]}),
    ]
    for place, body in bodies:
        answer = gateway.request("POST", f"/api/v1/{place}", body, key=stranger.key)
        assert answer.status in {404, 422}, (place, body, answer.body)
        assert b"canary" not in answer.body
    for query in (
        f"runs?app={theirs['app']}",
        f"runs?conversation_id={theirs['conversation_id']}",
        f"conversations?app={theirs['app']}",
        f"usage?app={theirs['app']}",
        f"statistics?app={theirs['app']}",
    ):
        listed = gateway.request("GET", f"/api/v1/{query}", key=stranger.key).json()
        assert (listed.get("items") or listed.get("rows") or []) == [], query

    assert count_messages(gateway) == before


def count_messages(gateway: RunningGateway) -> dict[str, int]:
    """Return where every stream of facts and orders stands."""
    streams = [stream for stream in topology.STREAMS if stream is not topology.LIVE]

    async def count() -> dict[str, int]:
        bus = gateway.gateway.bus
        return {stream.name: (await bus.extent(stream))[1] for stream in streams}

    return gateway.run(count)


def test_lists_show_nothing_of_other_tenants(
    gateway: RunningGateway, stranger: OtherTenant, theirs: dict[str, str]
) -> None:
    for path in (
        "/api/v1/apps",
        "/api/v1/keys",
        "/api/v1/credentials",
        "/api/v1/toolkits",
        "/api/v1/runs",
        "/api/v1/conversations",
        "/api/v1/datasets",
        "/api/v1/webhooks",
    ):
        listed = gateway.request("GET", path, key=stranger.key)

        assert listed.status == 200
        assert not any(thing in listed.body.decode() for thing in theirs.values())


def test_names_of_other_tenants_are_free(
    gateway: RunningGateway, stranger: OtherTenant, theirs: dict[str, str]
) -> None:
    made = gateway.request(
        "POST", "/api/v1/apps", {"document": document("not-yours")}, key=stranger.key
    )

    assert made.status == 201
    assert gateway.request("GET", "/api/v1/apps/not-yours").json()["id"] == theirs["app"]


def test_every_route_asks_for_its_scope(gateway: RunningGateway, theirs: dict[str, str]) -> None:
    harmless = gateway.request(
        "POST", "/api/v1/keys", {"name": "harmless", "scopes": ["datasets:read"]}
    ).json()["key"]
    open_to_all = {
        (method, route.path)
        for route in gateway.gateway.app.routes
        if isinstance(route, Route) and route.rules.scope in {None, "datasets:read"}
        for method in route.methods or ()
    }

    answers = {
        place: gateway.request(place[0], filled(place[1], theirs), key=harmless).status
        for place in protected(gateway)
        if place not in open_to_all
    }

    assert {place: status for place, status in answers.items() if status != 403} == {}


@pytest.mark.parametrize(
    "path",
    [
        "//api/v1/apps",
        "/api/v1//apps",
        "/api/v1/apps/",
        "/api/v1/apps/.",
        "/api/v1/apps/%2e%2e/keys",
        "/api/v1/apps/..%2fkeys",
        "/api/v1/apps/..;/keys",
        "/api/v1/healthz/../keys",
        "/healthz/%2e%2e/api/v1/keys",
        "/API/V1/APPS",
        "/api/v1/apps%20",
        "/docs/../api/v1/keys",
    ],
)
def test_no_spelling_of_a_path_gets_around_the_credential(
    gateway: RunningGateway, path: str
) -> None:
    assert gateway.request("GET", path, key=None).status in {401, 404}


def test_no_cookie_or_origin_opens_the_api_to_other_sites(gateway: RunningGateway) -> None:
    answer = gateway.request("GET", "/api/v1/me", headers={"Origin": "https://evil.example"})
    asked = gateway.request(
        "OPTIONS",
        "/api/v1/apps",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
    )

    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert asked.status == 405
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_two_authorization_headers_are_refused(gateway: RunningGateway) -> None:
    raw = (
        f"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {gateway.key}\r\n"
        "Authorization: Bearer sk_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nConnection: close\r\n\r\n"
    )

    assert gateway.raw(raw.encode()).startswith(b"HTTP/1.1 401")


def test_refusal_says_how_to_come_in(gateway: RunningGateway) -> None:
    answer = gateway.request("GET", "/api/v1/me", key=None)

    problem = assert_problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"] == 'Bearer realm="skep"'
    assert "skep keys create" in problem["detail"]
