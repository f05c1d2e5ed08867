"""What a node gives is checked, bounded and made our own."""

from enum import IntEnum
from typing import Any

import msgspec
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from services.orchestrator.tests.scripted import node, plan_of
from skep_contracts.plugins.nodes import NodeResult
from skep_contracts.problems import InvalidInput, Problem, RateLimited, Retry, SkepError
from skep_orchestrator.engine.compile import PlanNode
from skep_orchestrator.nodes.results import accept, bounded_logs, notes_of, problem_of

PLAN = plan_of({"s": node("begin"), "a": node("act"), "e": node("finish")}, ["s > a > e"])
NODE = PLAN.nodes[PLAN.index["a"]]

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


@drawn(st.dictionaries(st.text("abé", max_size=3), json_values, max_size=4))
@settings(max_examples=60, deadline=None)
def test_accepted_values_survive_the_log_unchanged(outputs: dict[str, Any]) -> None:
    accepted = accept(NodeResult(outputs=outputs), NODE).outputs

    assert accepted == outputs
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(accepted)) == accepted


def test_accepted_values_belong_to_nobody_else() -> None:
    shared: list[Any] = [1, 2]

    accepted = accept(NodeResult(outputs={"a": shared}), NODE).outputs
    shared.append(3)

    assert accepted == {"a": [1, 2]}


def test_relatives_of_json_become_json() -> None:
    class Colour(IntEnum):
        RED = 1

    given: dict[str, Any] = {"a": (1, 2), "b": Colour.RED, "c": True}

    accepted = accept(NodeResult(outputs=given), NODE).outputs

    assert accepted == {"a": [1, 2], "b": 1, "c": True}
    assert type(accepted["b"]) is int


@pytest.mark.parametrize("port", ["", "failed", "out2"])
def test_port_that_does_not_exist_is_refused(port: str) -> None:
    with pytest.raises(InvalidInput, match="port"):
        accept(NodeResult(port=port), NODE)


def test_logs_are_cut() -> None:
    logs = bounded_logs(tuple("x" * 5000 for _ in range(1000)))

    assert sum(map(len, logs)) < 20_000
    assert logs[-1].endswith("more lines")
    assert bounded_logs(("fine", "\ud800")) == ("fine", "?")
    assert bounded_logs("no list") == ()


def test_problem_keeps_what_helps_and_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    problem = problem_of(RateLimited("Slow down. " * 1000, retry_after_s=3), NODE)

    assert caplog.records == []
    assert len(problem.detail) == 2000
    assert (problem.code, problem.retry_after_s) == ("rate_limited", 3)


def test_foreign_error_says_nothing_about_itself(caplog: pytest.LogCaptureFixture) -> None:
    problem = problem_of(ValueError("the password is hunter2"), NODE)

    assert [record.message for record in caplog.records] == ["node failed with a defect"]
    assert "hunter2" not in problem.detail
    assert problem.trace_id


def test_error_class_that_lies_is_a_defect() -> None:
    class Liar(SkepError):
        def to_problem(self, **fields: Any) -> Problem:
            raise KeyError("no")

    problem = problem_of(Liar("x"), NODE)

    assert problem.code == "defect"


def test_time_that_ran_out_can_be_tried_again() -> None:
    problem = problem_of(TimeoutError(), NODE)

    assert (problem.code, problem.retry) == ("node_timed_out", Retry.LATER)


def test_notes_on_an_error_reach_the_trace() -> None:
    error = InvalidInput("No.")
    error.add_note("printed before it failed")

    assert notes_of(error) == ("printed before it failed",)
    assert notes_of(ValueError("x")) == ()


def test_nodes_are_planned_with_their_ports() -> None:
    assert isinstance(NODE, PlanNode)
    assert NODE.ports == ("out",)
