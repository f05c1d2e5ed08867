"""Conversations and usage: questions that are passed on, when they make sense."""

import pytest

from services.gateway.tests.stage import Stage
from services.gateway.tests.support import assert_problem

PATH = "/api/v1/conversations"


def test_conversation_is_shown_with_its_turns(stage: Stage) -> None:
    tenant = stage.gateway.request("GET", "/api/v1/me").json()["tenant"]["id"]
    made = stage.orchestrator.add_conversation(tenant, stage.chat)

    assert stage.gateway.request("GET", f"{PATH}/{made}").json()["id"] == made
    assert stage.gateway.request("GET", f"{PATH}/{made}/messages").json()["items"] == []
    listed = stage.gateway.request("GET", f"{PATH}?app=chatter").json()["items"]
    assert made in {item["id"] for item in listed}


@pytest.mark.parametrize("path", ["", "/messages"])
@pytest.mark.parametrize(
    "conversation",
    ["x", "conv_x", "conv_01ARZ3NDEKTSV4RRFFQ69G5FAV", "run_01ARZ3NDEKTSV4RRFFQ69G5FAV"],
)
def test_unknown_conversations_are_not_found(stage: Stage, conversation: str, path: str) -> None:
    assert_problem(stage.gateway.request("GET", f"{PATH}/{conversation}{path}"), 404)


def test_conversations_of_an_unknown_app_are_not_found(stage: Stage) -> None:
    assert_problem(stage.gateway.request("GET", f"{PATH}?app=nobody"), 404)
