"""Toolkits are set up, asked, changed and deleted; their secrets stay sealed."""

from typing import Any

import msgspec
import pytest

from services.gateway.tests.stage import Stage
from services.gateway.tests.support import assert_problem, pointers, until
from skep_contracts.topology import CREDENTIALS, credential_key
from skep_runtime.vault import Vault

PATH = "/api/v1/toolkits"


def set_up(stage: Stage, name: str, **settings: Any) -> Any:
    body = {"kind": "shelf", "name": name, "settings": {"url": "https://x.example", **settings}}
    made = stage.gateway.request("POST", PATH, body)
    assert made.status == 201, made.body
    return made.json()


def bucket(stage: Stage, toolkit: Any) -> dict[str, Any] | None:
    """Return what workers read of a toolkit."""
    gateway = stage.gateway
    tenant = gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]
    key = credential_key(tenant, "toolkit:shelf", toolkit["id"])
    entry = gateway.run(lambda: gateway.gateway.bus.bucket(CREDENTIALS).get(key))
    if entry is None:
        return None
    assert b"canary" not in entry.value
    plain = Vault(gateway.settings.vault).open(entry.value, context=key)
    return msgspec.json.decode(plain, type=dict[str, Any])


def test_kinds_say_what_to_enter(stage: Stage) -> None:
    kinds = {
        kind["name"]: kind
        for kind in stage.gateway.request("GET", "/api/v1/toolkit-kinds").json()["items"]
    }

    assert kinds["shelf"]["settings_schema"]["required"] == ["url"]


def test_toolkit_is_sealed_and_reaches_the_workers(stage: Stage) -> None:
    made = set_up(stage, "garden", token="canary-token-1234")

    assert made["hints"] == {"url": "https://x.example", "token": "…1234"}
    expected = {"url": "https://x.example", "token": "canary-token-1234", "$name": "garden"}
    until(lambda: bucket(stage, made) == expected)
    listed = stage.gateway.request("GET", PATH)
    assert made in listed.json()["items"]
    assert b"canary" not in listed.body
    assert b"garden" not in stage.gateway.request("GET", "/api/v1/credentials").body


def test_tools_are_asked_for_and_named_after_the_toolkit(stage: Stage) -> None:
    made = set_up(stage, "library")

    (tool,) = stage.gateway.request("GET", f"{PATH}/{made['id']}/tools").json()["items"]
    assert (tool["name"], tool["title"]) == ("library__look", "look")


@pytest.mark.parametrize(
    ("mood", "status", "code"),
    [("refuse", 422, "toolkit_credential_refused"), ("defect", 502, "bad_plugin")],
)
def test_toolkit_that_cannot_be_asked_says_why(
    stage: Stage, mood: str, status: int, code: str
) -> None:
    made = set_up(stage, f"kit-{mood}", mood=mood)

    answer = stage.gateway.request("GET", f"{PATH}/{made['id']}/tools")

    assert_problem(answer, status, code)
    assert b"canary" not in answer.body


def test_changes_keep_what_is_left_out(stage: Stage) -> None:
    made = set_up(stage, "changing", token="canary-old-12345", mood="fine")
    changes = {"settings": {"url": "https://y.example", "mood": None}}

    changed = stage.gateway.request("PATCH", f"{PATH}/{made['id']}", changes).json()

    assert changed["hints"]["url"] == "https://y.example"
    assert "mood" not in changed["hints"]
    expected = {"url": "https://y.example", "token": "canary-old-12345", "$name": "changing"}
    until(lambda: bucket(stage, made) == expected)
    wrong = stage.gateway.request("PATCH", f"{PATH}/{made['id']}", {"settings": {"url": 5}})
    assert pointers(assert_problem(wrong, 422)) == {"/settings/url"}


def test_deleted_toolkit_is_gone_everywhere(stage: Stage) -> None:
    made = set_up(stage, "leaving")
    until(lambda: bucket(stage, made) is not None)

    assert stage.gateway.request("DELETE", f"{PATH}/{made['id']}").status == 204
    until(lambda: bucket(stage, made) is None)
    assert_problem(stage.gateway.request("DELETE", f"{PATH}/{made['id']}"), 404)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"kind": "none", "name": "a", "settings": {}}, "/kind"),
        ({"kind": "shelf", "name": "a__b", "settings": {"url": "x"}}, "/name"),
        ({"kind": "shelf", "name": "A", "settings": {"url": "x"}}, "/name"),
        ({"kind": "shelf", "name": "a", "settings": {}}, "/settings"),
        ({"kind": "shelf", "name": "a", "settings": {"url": "x", "$name": "b"}}, "/settings"),
    ],
)
def test_senseless_toolkits_are_refused(stage: Stage, body: object, place: str) -> None:
    problem = assert_problem(stage.gateway.request("POST", PATH, body), 422)

    assert place in pointers(problem)


def test_name_is_taken_once(stage: Stage) -> None:
    set_up(stage, "twice")
    body = {"kind": "shelf", "name": "twice", "settings": {"url": "x"}}

    assert_problem(stage.gateway.request("POST", PATH, body), 409)
