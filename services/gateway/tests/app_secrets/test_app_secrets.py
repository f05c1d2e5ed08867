"""Secrets of apps: sealed, bound to their place, never shown, gone with the app."""

from typing import Any

import pytest

from services.gateway.tests.support import OtherTenant, RunningGateway, assert_problem, until
from services.gateway.tests.trial_plugin import document
from skep_contracts.topology import SECRETS
from skep_runtime.vault import Vault

CANARY = "secret-canary-0987654321"


def create(gateway: RunningGateway, name: str) -> str:
    made = document(name)
    made["environment"] = [{"name": "API_KEY", "type": "secret"}]
    answer = gateway.request("POST", "/api/v1/apps", {"document": made})
    assert answer.status == 201, answer.body
    app_id: str = answer.json()["id"]
    return app_id


def held(gateway: RunningGateway, app_id: str, name: str) -> str | None:
    """Return what the bucket holds of a secret, opened."""
    tenant = gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]
    key = f"{tenant}.{app_id}.{name}"
    entry = gateway.run(lambda: gateway.gateway.bus.bucket(SECRETS).get(key))
    if entry is None:
        return None
    assert CANARY.encode() not in entry.value
    return Vault(gateway.settings.vault).open(entry.value, context=key).decode()


def listed(gateway: RunningGateway, app: str) -> Any:
    return gateway.request("GET", f"/api/v1/apps/{app}/secrets").json()["items"]


def test_secret_is_kept_sealed_and_listed_without_its_value(gateway: RunningGateway) -> None:
    app_id = create(gateway, "keeps-secrets")
    assert listed(gateway, app_id) == [{"name": "API_KEY", "is_set": False, "is_declared": True}]

    answer = gateway.request("PUT", "/api/v1/apps/keeps-secrets/secrets/API_KEY", {"value": CANARY})

    assert answer.status == 204, answer.body
    assert held(gateway, app_id, "API_KEY") == CANARY
    shown = gateway.request("GET", f"/api/v1/apps/{app_id}/secrets")
    assert CANARY.encode() not in shown.body
    assert shown.json()["items"] == [{"name": "API_KEY", "is_set": True, "is_declared": True}]


def test_removed_secret_is_gone_and_removing_it_again_does_no_harm(gateway: RunningGateway) -> None:
    app_id = create(gateway, "drops-secrets")
    path = f"/api/v1/apps/{app_id}/secrets/OTHER"
    gateway.request("PUT", path, {"value": CANARY})
    assert {"name": "OTHER", "is_set": True, "is_declared": False} in listed(gateway, app_id)

    assert gateway.request("DELETE", path).status == 204
    assert gateway.request("DELETE", path).status == 204

    assert held(gateway, app_id, "OTHER") is None


def test_secrets_go_with_their_app(gateway: RunningGateway) -> None:
    app_id = create(gateway, "goes-away")
    gateway.request("PUT", f"/api/v1/apps/{app_id}/secrets/API_KEY", {"value": CANARY})

    assert gateway.request("DELETE", f"/api/v1/apps/{app_id}").status == 204

    until(lambda: held(gateway, app_id, "API_KEY") is None)


def test_secrets_of_an_app_that_is_not_there_are_swept(gateway: RunningGateway) -> None:
    app_id = create(gateway, "stays")
    gateway.request("PUT", f"/api/v1/apps/{app_id}/secrets/API_KEY", {"value": CANARY})
    tenant = gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]
    store = gateway.gateway.secrets
    gateway.run(lambda: store.keep(tenant, "app_gone", "API_KEY", CANARY))

    gateway.run(store.sweep)

    assert held(gateway, "app_gone", "API_KEY") is None
    assert held(gateway, app_id, "API_KEY") == CANARY


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("API_KEY", {"value": "short"}),
        ("API_KEY", {"value": "x" * 16_385}),
        ("API_KEY", {"value": 1}),
        ("API_KEY", {"wert": CANARY}),
        ("not-a-name", {"value": CANARY}),
        ("a.b", {"value": CANARY}),
    ],
)
def test_what_cannot_be_a_secret_is_refused_without_repeating_it(
    gateway: RunningGateway, name: str, body: dict[str, Any]
) -> None:
    app_id = create(gateway, f"refuses-{abs(hash((name, str(body)[:40])))}")

    answer = gateway.request("PUT", f"/api/v1/apps/{app_id}/secrets/{name}", body)

    assert_problem(answer, 422)
    assert CANARY.encode() not in answer.body
    assert b"xxxxxx" not in answer.body


def test_app_of_another_tenant_is_not_there(gateway: RunningGateway, stranger: OtherTenant) -> None:
    app_id = create(gateway, "not-theirs")
    path = f"/api/v1/apps/{app_id}/secrets"

    assert_problem(gateway.request("GET", path, key=stranger.key), 404)
    put = gateway.request("PUT", f"{path}/API_KEY", {"value": CANARY}, key=stranger.key)
    assert_problem(put, 404)
    assert_problem(gateway.request("DELETE", f"{path}/API_KEY", key=stranger.key), 404)
    assert held(gateway, app_id, "API_KEY") is None
