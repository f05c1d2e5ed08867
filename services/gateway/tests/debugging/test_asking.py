"""Single nodes, and questions about runs."""

from typing import Any

import pytest

from services.gateway.tests.debugging.test_descending import RUNS, ordered, started
from services.gateway.tests.stage import Stage
from services.gateway.tests.support import Answer, assert_problem, pointers
from skep_contracts.ids import new_id


def run_node(stage: Stage, body: dict[str, Any], app: str = "") -> Answer:
    path = f"/api/v1/apps/{app or stage.app}/node-runs"
    return stage.gateway.request("POST", path, body)


def test_node_is_run_with_given_values(stage: Stage) -> None:
    answer = run_node(stage, {"node": "echo", "values": {"start": {"topic": "x"}}})

    assert answer.status == 200
    command = ordered(stage, answer)
    assert (command.only, command.pins) == ("echo", {"start": {"topic": "x"}})
    assert command.is_draft


def test_start_is_run_with_given_inputs(stage: Stage) -> None:
    answer = run_node(stage, {"node": "start", "inputs": {"topic": "x"}, "version": "published"})

    assert ordered(stage, answer).inputs == {"topic": "x"}
    assert not ordered(stage, answer).is_draft


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"node": "echo"}, "/values/start/topic"),
        ({"node": "echo", "values": {"start": {"other": 1}}}, "/values/start/topic"),
        ({"node": "ecco", "values": {"start": {"topic": 1}}}, "/node"),
        ({"node": "echo", "values": {"strat": {"topic": 1}}}, "/values/strat"),
        ({"values": {}}, "/node"),
        ({"node": "echo", "values": {"start": 1}}, "/values/start"),
    ],
)
def test_bad_node_run_is_refused_with_a_pointer(
    stage: Stage, body: dict[str, Any], pointer: str
) -> None:
    assert pointer in pointers(assert_problem(run_node(stage, body), 422))


def test_null_is_a_value(stage: Stage) -> None:
    assert run_node(stage, {"node": "echo", "values": {"start": {"topic": None}}}).status == 200


def test_node_of_an_unknown_app_is_not_found(stage: Stage) -> None:
    assert_problem(run_node(stage, {"node": "echo"}, app="nobody"), 404, "unknown_app")


def test_nodes_come_in_pages(stage: Stage) -> None:
    run_id = started(stage, "paged")
    path = f"{RUNS}/{run_id}/nodes?scope=each:0&limit=2"
    seen: list[str] = []
    cursor = ""
    while True:
        page = stage.gateway.request("GET", path + (f"&cursor={cursor}" if cursor else "")).json()
        seen += [item["node"] for item in page["items"]]
        assert {item["scope"] for item in page["items"]} == {"each:0"}
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == [f"n{index}" for index in range(5)]


def test_cursor_of_another_scope_is_refused(stage: Stage) -> None:
    run_id = started(stage, "sealed")
    first = stage.gateway.request("GET", f"{RUNS}/{run_id}/nodes?limit=2").json()
    cursor = first["next_cursor"]

    answer = stage.gateway.request("GET", f"{RUNS}/{run_id}/nodes?scope=each:1&cursor={cursor}")

    assert_problem(answer, 422, "bad_cursor")


def test_run_is_verified_and_compared(stage: Stage) -> None:
    one, other = started(stage, "one"), started(stage, "other")

    verified = stage.gateway.request("GET", f"{RUNS}/{one}/verification").json()
    compared = stage.gateway.request("GET", f"{RUNS}/{one}/comparison?with={other}").json()

    assert verified["faults"] == []
    assert (compared["before"]["run_id"], compared["after"]["run_id"]) == (one, other)


def test_document_of_a_run_is_shown_as_it_was(stage: Stage) -> None:
    shown = stage.gateway.request("GET", f"{RUNS}/{started(stage, 'drawn')}/document").json()

    assert "echo" in shown["document"]["nodes"]
    assert not shown["is_draft"]


@pytest.mark.parametrize("path", ["nodes", "document", "verification", "comparison?with={other}"])
def test_runs_of_others_are_not_found(stage: Stage, path: str) -> None:
    stranger = stage.gateway.add_tenant(f"asks-{path[:4]}")
    run_id = started(stage, "hidden")
    at = path.format(other=run_id)

    for which in (run_id, new_id("run"), "nonsense"):
        answer = stage.gateway.request("GET", f"{RUNS}/{which}/{at}", key=stranger.key)
        assert_problem(answer, 404)


def test_comparison_needs_another_run(stage: Stage) -> None:
    answer = stage.gateway.request("GET", f"{RUNS}/{started(stage, 'alone')}/comparison")

    assert pointers(assert_problem(answer, 422)) == {"/with"}
