"""Checks of documents, node types, and what the runs feature loads."""

import time
from typing import Any

import pytest

from services.gateway.tests.support import (
    OtherTenant,
    RunningGateway,
    assert_problem,
    running_gateway,
)
from services.gateway.tests.trial_plugin import document
from skep_contracts.ids import BlobKey, TenantId
from skep_contracts.problems import (
    Conflict,
    InvalidInput,
    NotFound,
    ProviderFailed,
    SkepError,
    TooLarge,
    Unavailable,
)
from skep_gateway.workflows.runnables import Runnable

CHECKS = "/api/v1/workflow-checks"


def check(gateway: RunningGateway, content: object) -> dict[str, Any]:
    answer = gateway.request("POST", CHECKS, {"document": content})
    assert answer.status == 200
    found: dict[str, Any] = answer.json()
    return found


def tenant_of(gateway: RunningGateway) -> TenantId:
    return TenantId(gateway.request("GET", "/api/v1/me").json()["tenant"]["id"])


def publish(gateway: RunningGateway, name: str, **settings: object) -> str:
    app = gateway.request("POST", "/api/v1/apps", {"document": document(name, **settings)}).json()
    assert gateway.request("POST", f"/api/v1/apps/{app['id']}/versions", {}).status == 201
    return str(app["id"])


def load(gateway: RunningGateway, app: str, version: str = "published") -> Runnable:
    tenant = tenant_of(gateway)
    return gateway.run(lambda: gateway.gateway.runnables.load(tenant, app, version))


def test_good_document_is_good_and_saves_nothing(gateway: RunningGateway) -> None:
    found = check(gateway, document("just-checked"))

    assert found["ok"]
    assert found["name"] == "just-checked"
    assert found["outputs"] == [{"node": "end", "name": "said", "type": "any"}]
    assert_problem(gateway.request("GET", "/api/v1/apps/just-checked"), 404)


def test_every_fault_is_found_at_once(gateway: RunningGateway) -> None:
    faulty: Any = document("faulty")
    faulty["nodes"]["echo"] = {"type": "trial-ecko", "settings": {}}
    faulty["nodes"]["end"]["settings"]["outputs"]["said"] = "{{nowhere.text}}"
    faulty["edges"].append({"from": "start", "to": "missing"})

    found = check(gateway, faulty)

    assert not found["ok"]
    assert found["name"] == "faulty"
    places = {error["pointer"] for error in found["errors"]}
    assert {"/nodes/echo/type", "/edges/2/to", "/nodes/end/settings/outputs/said"} <= places
    assert any("trial-echo" in error["message"] for error in found["errors"])


@pytest.mark.parametrize("body", [b"{}", b'{"document": null}', b'{"document": []}', b"[]"])
def test_what_is_no_document_is_not_ok(gateway: RunningGateway, body: bytes) -> None:
    answer = gateway.request("POST", CHECKS, data=body)

    assert answer.status == 200
    assert not answer.json()["ok"]
    assert answer.json()["errors"]


def test_malformed_yaml_is_not_ok_and_names_the_line(gateway: RunningGateway) -> None:
    answer = gateway.request(
        "POST", CHECKS, data=b"skep: 1\n a: {", content_type="application/yaml"
    )

    assert not answer.json()["ok"]
    assert "line" in answer.json()["detail"]


def test_check_of_another_type_of_content_is_refused(gateway: RunningGateway) -> None:
    answer = gateway.request("POST", CHECKS, data=b"x", content_type="text/html")

    assert_problem(answer, 415)


def test_node_types_come_with_schemas(gateway: RunningGateway) -> None:
    items = gateway.request("GET", "/api/v1/node-types").json()["items"]

    echo = next(item for item in items if item["type"] == "trial-echo")
    end = next(item for item in items if item["type"] == "trial-end")
    assert echo["settings"]["required"] == ["text"]
    assert echo["settings"]["additionalProperties"] is False
    assert echo["outputs"] is None
    assert (end["outputs"], end["ports"], end["role"]) == ([], ["out"], "end")


def test_published_version_is_loaded_from_memory(gateway: RunningGateway) -> None:
    app = publish(gateway, "in-memory")
    first = load(gateway, app)

    began = time.perf_counter()
    again = load(gateway, "in-memory")

    assert again.document is load(gateway, "in-memory").document
    assert (first.app_id, first.is_draft) == (app, False)
    assert again.version == first.version
    assert time.perf_counter() - began < 1


def test_publication_is_what_runs_at_once(gateway: RunningGateway) -> None:
    app = publish(gateway, "changing")
    before = load(gateway, app).version
    changed: Any = document("changing")
    changed["app"]["description"] = "changed"
    gateway.request("PUT", f"/api/v1/apps/{app}/draft", {"document": changed})
    assert load(gateway, app).version == before

    gateway.request("POST", f"/api/v1/apps/{app}/versions", {})

    assert load(gateway, app).version != before
    assert load(gateway, app, before).version == before
    assert load(gateway, app, "1").version == before


def test_deletion_is_noticed_at_once(gateway: RunningGateway) -> None:
    app = publish(gateway, "vanishing")
    load(gateway, app)

    gateway.request("DELETE", f"/api/v1/apps/{app}")

    with pytest.raises(NotFound):
        load(gateway, app)


def test_what_cannot_run_says_why(gateway: RunningGateway) -> None:
    broken: Any = document("broken-draft")
    broken["nodes"]["end"]["settings"]["outputs"]["said"] = "{{nowhere.text}}"
    app = gateway.request("POST", "/api/v1/apps", {"document": broken}).json()["id"]

    with pytest.raises(Conflict, match="no published version"):
        load(gateway, app)
    with pytest.raises(InvalidInput) as caught:
        load(gateway, app, "draft")
    with pytest.raises(NotFound):
        load(gateway, app, "f" * 64)
    assert caught.value.exact_code == "draft_has_issues"
    assert caught.value.errors[0].pointer == "/nodes/end/settings/outputs/said"


def test_draft_that_runs_has_its_blob(gateway: RunningGateway) -> None:
    app = gateway.request("POST", "/api/v1/apps", {"document": document("draft-run")}).json()

    runnable = load(gateway, app["id"], "draft")

    assert runnable.is_draft
    assert runnable.version == app["draft"]
    tenant = tenant_of(gateway)
    assert gateway.run(lambda: gateway.gateway.bus.blobs.exists(tenant, BlobKey(runnable.version)))


def test_app_of_another_tenant_does_not_load(
    gateway: RunningGateway, stranger: OtherTenant
) -> None:
    app = publish(gateway, "private")
    version = load(gateway, app).version
    runnables = gateway.gateway.runnables

    for version_ref in ("published", "draft", version):
        with pytest.raises(NotFound):
            gateway.run(lambda ref=version_ref: runnables.load(stranger.id, app, ref))  # type: ignore[misc]  # mypy sees no default in a lambda


def refusal(gateway: RunningGateway, runnable: Runnable, inputs: dict[str, Any]) -> SkepError:
    with pytest.raises(SkepError) as caught:
        gateway.gateway.runnables.check_inputs(runnable, inputs)
    return caught.value


def test_inputs_are_held_against_the_start_form(gateway: RunningGateway) -> None:
    runnable = load(gateway, publish(gateway, "form"))

    gateway.gateway.runnables.check_inputs(runnable, {"topic": "bees"})
    missing = refusal(gateway, runnable, {})
    extra = refusal(gateway, runnable, {"topic": "x", "a/b": 1})

    assert isinstance(missing, InvalidInput)
    assert [e.pointer for e in missing.errors] == ["/inputs/topic"]
    assert extra.errors[0].pointer.startswith("/inputs/a")


def test_inputs_are_bounded_json(gateway: RunningGateway) -> None:
    runnable = load(gateway, publish(gateway, "bounded"))

    deep: Any = "x"
    for _ in range(200):
        deep = [deep]

    assert isinstance(refusal(gateway, runnable, {"topic": "x" * 9_000_000}), TooLarge)
    assert isinstance(refusal(gateway, runnable, {"topic": deep}), InvalidInput)
    assert isinstance(refusal(gateway, runnable, {"topic": "\ud800"}), InvalidInput)
    assert isinstance(refusal(gateway, runnable, {"topic": float("nan")}), InvalidInput)


def test_start_node_that_fails_is_the_plugins_fault(gateway: RunningGateway) -> None:
    runnable = load(gateway, publish(gateway, "failing", fails=True))

    error = refusal(gateway, runnable, {"topic": "x"})

    assert isinstance(error, ProviderFailed)
    assert "canary" not in error.detail


def test_missing_start_type_is_named_and_comes_back() -> None:
    with running_gateway() as gateway:
        runnable = load(gateway, publish(gateway, "uninstalled"))
        gateway.gateway.runnables.check_inputs(runnable, {"topic": "x"})
        host = gateway.gateway.host
        nodes = host.nodes

        host.nodes, host.generation = {}, host.generation + 1
        error = refusal(gateway, runnable, {"topic": "x"})
        host.nodes, host.generation = nodes, host.generation + 1

        assert isinstance(error, Unavailable)
        gateway.gateway.runnables.check_inputs(runnable, {"topic": "x"})
