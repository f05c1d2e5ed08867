"""Models and apps of other tenants are not there."""

from typing import Any

import pytest

from services.gateway.tests.stage import Stage
from services.gateway.tests.support import OtherTenant


@pytest.fixture(name="other", scope="module")
def _other(stage: Stage) -> OtherTenant:
    return stage.gateway.add_tenant("completions-stranger")


def ask(stage: Stage, model: str, key: str) -> Any:
    body = {"model": model, "messages": [{"role": "user", "content": "Hi"}]}
    return stage.gateway.request("POST", "/openai/v1/chat/completions", body, key=key)


def test_app_of_another_tenant_cannot_be_asked(stage: Stage, other: OtherTenant) -> None:
    answer = ask(stage, f"app/{stage.chat}", other.key)

    assert answer.status == 404
    assert answer.json()["error"]["code"] == "model_not_found"


def test_list_has_the_callers_apps_alone(stage: Stage, other: OtherTenant) -> None:
    mine = stage.gateway.request("GET", "/openai/v1/models").json()["data"]
    theirs = stage.gateway.request("GET", "/openai/v1/models", key=other.key).json()["data"]

    assert any(model["id"].startswith("app/") for model in mine)
    assert not any(model["id"].startswith("app/") for model in theirs)


def test_wrong_address_answers_in_the_same_shape(stage: Stage) -> None:
    answer = stage.gateway.request("GET", "/openai/v1/nothing")

    assert answer.status == 404
    assert answer.json()["error"]["type"] == "not_found_error"
