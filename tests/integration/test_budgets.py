"""Budgets end to end: a run that meets one pauses, and goes on once it is raised."""

import urllib.error
from collections.abc import Iterator
from typing import Any

import pytest

from skep_testing.stack import RunningStack
from tests.integration.api import create_app, eventually, start_run, wait_until_ended
from tests.integration.documents import model_chain
from tests.integration.models import ScriptedModel, scripted_model

pytestmark = [pytest.mark.integration]
MODEL = "openai/gpt-4o-mini"


@pytest.fixture(scope="module")
def model(stack: RunningStack) -> Iterator[ScriptedModel]:
    with scripted_model("--tokens", "6") as running:
        running.connect(stack)
        yield running


@pytest.fixture
def budget(stack: RunningStack) -> Iterator[Any]:
    made: list[str] = []

    def make(**fields: Any) -> dict[str, Any]:
        body = {"name": "trial", "period": "total", **fields}
        created: dict[str, Any] = stack.request("POST", "/api/v1/budgets", body)
        made.append(created["id"])
        return created

    yield make
    for budget_id in made:
        stack.request("DELETE", f"/api/v1/budgets/{budget_id}")


def show(stack: RunningStack, budget_id: str) -> dict[str, Any]:
    shown: dict[str, Any] = stack.request("GET", f"/api/v1/budgets/{budget_id}")
    return shown


def status(stack: RunningStack, run_id: str) -> str:
    try:
        return str(stack.request("GET", f"/api/v1/runs/{run_id}")["status"])
    except OSError:
        return "unknown"


def test_run_pauses_where_the_budget_ends_and_goes_on_when_it_is_raised(
    stack: RunningStack, model: ScriptedModel, budget: Any
) -> None:
    app = create_app(stack, model_chain("spender", MODEL, 3))
    made = budget(subject="app", subject_id=app, measure="requests", limit=2)

    run_id = start_run(stack, app, inputs={"topic": "[[spender]] bees"})
    eventually(lambda: status(stack, run_id) == "paused")
    paused = stack.request("GET", f"/api/v1/runs/{run_id}")
    stack.request("PATCH", f"/api/v1/budgets/{made['id']}", {"limit": 3})
    stack.request("POST", f"/api/v1/runs/{run_id}/resumptions", {})
    run = wait_until_ended(stack, run_id)

    assert paused["waits"][""]["cause"] == "budget"
    assert "trial" in paused["waits"][""]["reason"]
    assert run["status"] == "succeeded"
    assert model.count("spender")["completed"] == 1, "the first call was repeated"
    eventually(lambda: show(stack, made["id"])["spent"] == 3)
    assert show(stack, made["id"])["held"] == 0


def test_each_run_has_the_limit_for_itself(
    stack: RunningStack, model: ScriptedModel, budget: Any
) -> None:
    app = create_app(stack, model_chain("each", MODEL, 2))
    budget(subject="run", measure="requests", limit=2)

    runs = [start_run(stack, app, inputs={"topic": f"t{number}"}) for number in range(3)]

    assert [wait_until_ended(stack, run_id)["status"] for run_id in runs] == ["succeeded"] * 3


def test_person_who_started_a_run_has_a_limit(
    stack: RunningStack, model: ScriptedModel, budget: Any
) -> None:
    app = create_app(stack, model_chain("person", MODEL, 1))
    budget(subject="end_user", measure="requests", limit=1)

    runs = [
        start_run(stack, app, inputs={"topic": "t"}, end_user=name)
        for name in ("ada", "grace", "ada")
    ]

    eventually(lambda: {status(stack, each) for each in runs} == {"succeeded", "paused"})
    assert [status(stack, each) for each in runs].count("paused") == 1
    assert status(stack, runs[1]) == "succeeded"


def test_money_that_is_spent_is_what_the_ledger_says(
    stack: RunningStack, model: ScriptedModel, budget: Any
) -> None:
    app = create_app(stack, model_chain("ledger", MODEL, 2))
    made = budget(subject="app", subject_id=app, measure="usd", limit=1)

    runs = [start_run(stack, app, inputs={"topic": f"topic {number}"}) for number in range(5)]
    costs = [wait_until_ended(stack, run_id)["cost_usd"] for run_id in runs]

    def rows() -> float:
        usage = stack.request("GET", f"/api/v1/usage?app={app}")
        return float(sum(row["cost_usd"] for row in usage["rows"]))

    eventually(lambda: rows() == pytest.approx(sum(costs)))
    eventually(lambda: show(stack, made["id"])["held"] == 0)
    assert show(stack, made["id"])["spent"] == pytest.approx(sum(costs), abs=1e-8)


def test_key_that_has_spent_its_budget_is_told(stack: RunningStack, budget: Any) -> None:
    key = stack.request("POST", "/api/v1/keys", {"name": "guest", "scopes": ["models:call"]})
    budget(subject="key", subject_id=key["id"], measure="requests", limit=1)
    body = {"model": "echo/echo", "messages": [{"role": "user", "content": "hi"}]}
    path = "/openai/v1/chat/completions"
    stack.request("POST", path, body, key=key["key"])

    with pytest.raises(urllib.error.HTTPError) as refusal:
        stack.request("POST", path, body, key=key["key"])

    assert refusal.value.code == 429
    assert b"insufficient_quota" in refusal.value.read()


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "subject": "tenant", "limit": -1},
        {"name": "x", "subject": "galaxy", "limit": 1},
        {"name": "x", "subject": "tenant", "subject_id": "y", "limit": 1},
        {"name": "", "subject": "tenant", "limit": 1},
    ],
)
def test_budget_that_makes_no_sense_is_refused(stack: RunningStack, body: Any) -> None:
    with pytest.raises(urllib.error.HTTPError) as refusal:
        stack.request("POST", "/api/v1/budgets", body)

    assert refusal.value.code == 422
