"""Usage and statistics: bounded by instants that say which zone they mean."""

from datetime import datetime, timedelta

import pytest

from services.gateway.tests.stage import Stage
from services.gateway.tests.support import assert_problem, pointers

PATH = "/api/v1/usage"
STATISTICS = "/api/v1/statistics"


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
        ("bucket=week", 422, "/bucket"),
        ("utc_offset=900", 422, "/utc_offset"),
    ],
)
@pytest.mark.parametrize("path", [PATH, STATISTICS])
def test_senseless_questions_are_refused(
    stage: Stage, path: str, *, query: str, status: int, place: str | None
) -> None:
    problem = assert_problem(stage.gateway.request("GET", f"{path}?{query}"), status)

    assert place is None or pointers(problem) == {place}


def test_statistics_are_of_seven_days_unless_told(stage: Stage) -> None:
    until = "until=2026-03-08T00:00:00Z"

    told = stage.gateway.request("GET", f"{STATISTICS}?{until}&app=staged").json()

    since = datetime.fromisoformat(told["counted_since"])
    assert datetime.fromisoformat("2026-03-08T00:00:00Z") - since == timedelta(days=7)
    assert told["total"]["runs"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "since=2026-01-01T00:00:00Z&until=2026-02-03T00:00:00Z",
        "since=2025-01-01T00:00:00Z&until=2026-02-01T00:00:00Z&bucket=day",
        "since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z",
        "since=2026-01-01T00:00:00Z&until=2026-01-01T00:00:00Z",
        "until=0001-01-01T00:00:00Z",
    ],
)
def test_spans_are_bounded(stage: Stage, query: str) -> None:
    problem = assert_problem(stage.gateway.request("GET", f"{STATISTICS}?{query}"), 422)

    assert pointers(problem) <= {"/since"}


def test_sandbox_that_is_away_is_said_so(stage: Stage) -> None:
    assert_problem(stage.gateway.request("GET", "/api/v1/sandbox"), 503, "no_responder")
