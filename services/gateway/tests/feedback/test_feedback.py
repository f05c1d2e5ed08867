"""What people think of answers."""

from typing import Any
from urllib.parse import quote

import pytest

from services.gateway.tests.sites.test_sites import anyone, open_site, visitor_of
from services.gateway.tests.sites.test_sites import run as visitors_run
from services.gateway.tests.stage import Stage
from services.gateway.tests.support import assert_problem, pointers, until
from skep_contracts import topology
from skep_contracts.ids import new_id, new_ulid


@pytest.fixture
def run_id(stage: Stage) -> str:
    return str(stage.start(f"rated-{new_ulid()}", end_user="ada").json()["id"])


def put(stage: Stage, run_id: str, **body: Any) -> Any:
    return stage.gateway.request("PUT", f"/api/v1/runs/{run_id}/feedback", body)


def of_run(stage: Stage, run_id: str) -> Any:
    return stage.gateway.request("GET", f"/api/v1/runs/{run_id}/feedback").json()["items"]


def test_both_sides_say_something_and_say_it_anew(stage: Stage, run_id: str) -> None:
    first = put(stage, run_id, rating="bad", comment=" Too long. ", end_user="ada").json()
    team = put(stage, run_id, rating="bad", correction="Bees dance.").json()
    again = put(stage, run_id, rating="good", end_user="ada").json()

    assert (first["rater"], first["comment"], first["given_by"]) == ("end_user", "Too long.", "ada")
    assert (team["rater"], team["correction"]) == ("team", "Bees dance.")
    assert team["given_by"] == "operator's key file"
    assert again["created_at"] == first["created_at"]
    assert of_run(stage, run_id) == [again, team]


def test_feedback_is_taken_back(stage: Stage, run_id: str) -> None:
    put(stage, run_id, rating="good")
    put(stage, run_id, rating="good", end_user="ada")
    path = f"/api/v1/runs/{run_id}/feedback"

    assert stage.gateway.request("DELETE", path).status == 204
    assert [each["rater"] for each in of_run(stage, run_id)] == ["end_user"]
    assert stage.gateway.request("DELETE", f"{path}?rater=end_user").status == 204
    assert stage.gateway.request("DELETE", f"{path}?rater=end_user").status == 204
    assert of_run(stage, run_id) == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, None),
        ({"comment": "  "}, None),
        ({"rating": "fair"}, "/rating"),
        ({"rating": "good", "end_user": "grace"}, "/end_user"),
        ({"rating": "bad", "correction": "x", "end_user": "ada"}, "/correction"),
        ({"comment": "x" * 4_001}, "/comment"),
    ],
)
def test_what_cannot_be_said_is_named(
    stage: Stage, run_id: str, body: dict[str, str], pointer: str | None
) -> None:
    problem = assert_problem(put(stage, run_id, **body), 422)

    assert pointer is None or pointer in pointers(problem)
    assert of_run(stage, run_id) == []


def test_unknown_runs_and_others_are_not_rated(stage: Stage, run_id: str) -> None:
    stranger = stage.gateway.add_tenant(f"rating-{new_ulid()}".lower())
    path = f"/api/v1/runs/{run_id}/feedback"

    assert_problem(put(stage, "run_x", rating="good"), 404)
    assert_problem(put(stage, new_id("run"), rating="good"), 404)
    theirs = stage.gateway.request("PUT", path, {"rating": "good"}, key=stranger.key)
    assert_problem(theirs, 404)
    put(stage, run_id, rating="good")
    assert_problem(stage.gateway.request("DELETE", path, key=stranger.key), 404)
    assert_problem(stage.gateway.request("GET", path, key=stranger.key), 404)
    assert len(of_run(stage, run_id)) == 1


def test_feedback_is_listed_and_narrowed(stage: Stage) -> None:
    runs = [str(stage.start("listed", end_user="ada").json()["id"]) for _ in range(3)]
    put(stage, runs[0], rating="good", end_user="ada")
    put(stage, runs[1], rating="bad", correction="Better.")
    put(stage, runs[2], comment="Hm.")

    def listed(query: str) -> list[str]:
        path = f"/api/v1/feedback?app={quote(stage.app)}&limit=3{query}"
        return [each["run_id"] for each in stage.gateway.request("GET", path).json()["items"]]

    assert listed("") == runs[::-1]
    assert listed("&rating=bad")[0] == runs[1]
    assert runs[0] not in listed("&rater=team")
    assert listed("&conversation=conv_x") == []
    assert listed("&has_correction=true")[0] == runs[1]
    assert runs[1] not in listed("&has_correction=false")
    first = stage.gateway.request("GET", "/api/v1/feedback?limit=2").json()
    rest = f"/api/v1/feedback?limit=1&cursor={first['next_cursor']}"
    assert [each["run_id"] for each in first["items"]] == runs[:0:-1]
    assert stage.gateway.request("GET", rest).json()["items"][0]["run_id"] == runs[0]
    assert_problem(stage.gateway.request("GET", "/api/v1/feedback?app=nowhere"), 404)


def test_visitors_rate_their_own_answers(stage: Stage) -> None:
    site = open_site(stage, stage.app)
    visitor, other = visitor_of(stage, site), visitor_of(stage, site)
    run_id = visitors_run(stage, site, visitor)[0][1]["id"]
    path = f"{site}/runs/{run_id}/feedback"

    rated = anyone(stage, "PUT", path, {"rating": "bad"}, **{"X-Skep-Visitor": visitor})
    theirs = anyone(stage, "PUT", path, {"rating": "good"}, **{"X-Skep-Visitor": other})
    nobody = anyone(stage, "PUT", path, {"rating": "good"})
    mended = anyone(
        stage, "PUT", path, {"rating": "bad", "correction": "x"}, **{"X-Skep-Visitor": visitor}
    )

    assert rated.json() == {"rating": "bad", "comment": ""}
    assert_problem(theirs, 404, "unknown_run")
    assert_problem(nobody, 401, "unknown_visitor")
    assert pointers(assert_problem(mended, 422)) == {"/correction"}
    (kept,) = of_run(stage, run_id)
    assert (kept["rater"], kept["rating"]) == ("end_user", "bad")
    back = anyone(stage, "PUT", path, {}, **{"X-Skep-Visitor": visitor})
    assert back.json() == {"rating": None, "comment": ""}
    assert of_run(stage, run_id) == []


def test_each_change_is_an_event(stage: Stage, run_id: str) -> None:
    gateway = stage.gateway
    _, before = gateway.run(lambda: gateway.gateway.bus.extent(topology.EVENTS))

    put(stage, run_id, rating="bad", comment="No.", correction="Yes.")
    gateway.request("DELETE", f"/api/v1/runs/{run_id}/feedback")

    def last() -> int:
        return gateway.run(lambda: gateway.gateway.bus.extent(topology.EVENTS))[1]

    until(lambda: last() >= before + 2)
