"""Budgets: set, shown, changed, and seen by nobody else."""

from typing import Any

import pytest

from services.gateway.tests.support import OtherTenant, RunningGateway, assert_problem, pointers

PATH = "/api/v1/budgets"


def make(gateway: RunningGateway, **fields: Any) -> dict[str, Any]:
    body = {"name": "trial", "subject": "tenant", "limit": 5, **fields}
    answer = gateway.request("POST", PATH, body)
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.json()
    return made


def test_budget_is_set_shown_changed_and_removed(gateway: RunningGateway) -> None:
    made = make(gateway, measure="usd", period="day")
    place = f"{PATH}/{made['id']}"

    changed = gateway.request("PATCH", place, {"limit": 7.5}).json()
    listed = gateway.request("GET", PATH).json()["items"]
    gone = gateway.request("DELETE", place)

    assert (made["spent"], made["held"], made["period"]) == (0, 0, "day")
    assert (changed["limit"], changed["name"]) == (7.5, "trial")
    assert changed in listed
    assert gone.status == 204
    assert gateway.request("DELETE", place).status == 204
    assert_problem(gateway.request("GET", place), 404, "not_found")


def test_limit_of_each_has_no_single_sum(gateway: RunningGateway) -> None:
    made = make(gateway, subject="end_user", measure="requests")

    assert made["spent"] is None
    gateway.request("DELETE", f"{PATH}/{made['id']}")


def test_other_tenant_sees_changes_and_removes_nothing(
    gateway: RunningGateway, stranger: OtherTenant
) -> None:
    made = make(gateway)
    place = f"{PATH}/{made['id']}"

    assert gateway.request("GET", PATH, key=stranger.key).json()["items"] == []
    for method, body in (("GET", None), ("PATCH", {"limit": 1})):
        assert_problem(gateway.request(method, place, body, key=stranger.key), 404, "not_found")
    gateway.request("DELETE", place, key=stranger.key)

    assert gateway.request("GET", place).json()["limit"] == 5
    gateway.request("DELETE", place)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"limit": -1}, "/limit"),
        ({"limit": 1e13}, "/limit"),
        ({"subject": "galaxy"}, "/subject"),
        ({"subject": "run", "subject_id": "run_1"}, "/subject_id"),
        ({"name": ""}, "/name"),
        ({"period": "week"}, "/period"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_budget_that_makes_no_sense_is_refused(
    gateway: RunningGateway, change: dict[str, Any], pointer: str
) -> None:
    body = {"name": "trial", "subject": "tenant", "limit": 5, **change}
    answer = gateway.request("POST", PATH, body)

    problem = assert_problem(answer, 422, "invalid_input")
    assert pointers(problem) == {pointer}


@pytest.mark.parametrize("budget_id", ["x", "bud_1", "bud_*", "bud_01JG0000000000000000000000"])
def test_id_that_is_none_is_not_found(gateway: RunningGateway, budget_id: str) -> None:
    assert gateway.request("GET", f"{PATH}/{budget_id}").status == 404
