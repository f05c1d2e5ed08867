"""Tools and agent strategies are listed, and tools have credentials like providers."""

from typing import Any

from services.gateway.tests.support import OtherTenant, RunningGateway, assert_problem
from skep_contracts.topology import CREDENTIALS, credential_key
from skep_runtime.vault import Vault

SECRET = "tool-canary-1234567890"
BODY = {"provider": "tool:weather", "name": "mine", "values": {"token": SECRET}}


def tool(gateway: RunningGateway, name: str, key: str = "") -> dict[str, Any]:
    answer = gateway.request("GET", "/api/v1/tools", key=key)
    found: dict[str, Any] = {item["name"]: item for item in answer.json()["items"]}[name]
    return found


def test_tools_are_listed_with_their_schemas(gateway: RunningGateway) -> None:
    dice, weather = tool(gateway, "dice"), tool(gateway, "weather")

    assert dice["repeatable"] is True
    assert (dice["credential_provider"], dice["is_usable"]) == (None, True)
    assert weather["parameters"]["properties"] == {"city": {"type": "string"}}
    assert (weather["credential_provider"], weather["needs_credential"]) == ("tool:weather", True)


def test_strategies_are_listed(gateway: RunningGateway) -> None:
    items = gateway.request("GET", "/api/v1/agent-strategies").json()["items"]

    assert {"name": "guess", "title": "Guess", "description": "Guesses."}.items() <= (
        {item["name"]: item for item in items}["guess"].items()
    )


def test_credential_of_a_tool_is_sealed_and_makes_it_usable(
    gateway: RunningGateway, stranger: OtherTenant
) -> None:
    assert tool(gateway, "weather")["is_usable"] is False
    answer = gateway.request("POST", "/api/v1/credentials", BODY)

    made = answer.json()
    assert (answer.status, made["provider"]) == (201, "tool:weather")
    assert made["hints"] == {"token": "…7890"}
    tenant = gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]
    key = credential_key(tenant, "tool:weather", made["id"])
    entry = gateway.run(lambda: gateway.gateway.bus.bucket(CREDENTIALS).get(key))
    assert entry is not None
    assert SECRET.encode() in Vault(gateway.settings.vault).open(entry.value, context=key)
    assert tool(gateway, "weather")["is_usable"] is True
    assert tool(gateway, "weather", stranger.key)["is_usable"] is False

    check = gateway.request("POST", f"/api/v1/credentials/{made['id']}/checks", {})
    assert_problem(check, 422, "not_checkable")
    assert gateway.request("DELETE", f"/api/v1/credentials/{made['id']}").status == 204
    assert tool(gateway, "weather")["is_usable"] is False


def test_credential_of_a_tool_follows_its_form(gateway: RunningGateway) -> None:
    bad = gateway.request("POST", "/api/v1/credentials", {**BODY, "values": {"key": SECRET}})
    none = gateway.request("POST", "/api/v1/credentials", {**BODY, "provider": "tool:dice"})

    assert_problem(bad, 422)
    assert SECRET.encode() not in bad.body
    assert "tool:weather" in assert_problem(none, 422, "unknown_provider")["detail"]


def test_wrong_key_sees_no_tools(gateway: RunningGateway) -> None:
    assert_problem(gateway.request("GET", "/api/v1/tools", key="sk_wrong"), 401)
    assert_problem(gateway.request("GET", "/api/v1/agent-strategies", key="sk_wrong"), 401)
