"""Usage: bounded by instants that say which zone they mean."""

import pytest

from services.gateway.tests.stage import Stage
from services.gateway.tests.support import assert_problem, pointers

PATH = "/api/v1/usage"


def test_usage_is_read(stage: Stage) -> None:
    query = "since=2026-01-01T00:00:00Z&until=2026-02-01T00:00:00%2B01:00&app=staged"

    assert stage.gateway.request("GET", f"{PATH}?{query}").json()["rows"] == []


@pytest.mark.parametrize(
    ("query", "status", "place"),
    [
        ("since=2026-01-01T00:00:00", 422, "/since"),
        ("until=2026-01-01", 422, "/until"),
        ("since=yesterday", 422, "/since"),
        ("since=99999999999999999999", 422, "/since"),
        ("app=nobody", 404, None),
    ],
)
def test_senseless_questions_are_refused(
    stage: Stage, query: str, status: int, place: str | None
) -> None:
    problem = assert_problem(stage.gateway.request("GET", f"{PATH}?{query}"), status)

    assert place is None or pointers(problem) == {place}


def test_sandbox_that_is_away_is_said_so(stage: Stage) -> None:
    assert_problem(stage.gateway.request("GET", "/api/v1/sandbox"), 503, "no_responder")
