"""Containers repeat their nodes as their rounds say, and nothing gets out of a round but that."""

from typing import Any

import pytest

from services.orchestrator.tests.engine.simulation import LATER, NEVER, Outcome, Simulation
from services.orchestrator.tests.scripted import node, plan_of
from skep_contracts.assignments import Assignment
from skep_contracts.run_log import (
    NodeFailed,
    NodeStarted,
    RoundEnded,
    RoundStarted,
    RunFailed,
    RunSucceeded,
)
from skep_orchestrator.engine.apply import LogError, fold
from skep_orchestrator.engine.decide import decide

BEGIN = node("begin")
FINISH = node("finish")
INNER = node("act", parent="each")


def play(
    nodes: dict[str, Any],
    edges: list[str],
    script: Any = None,
    *,
    inputs: dict[str, Any] | None = None,
    choose: Any = lambda count: 0,
    **rest: Any,
) -> Simulation:
    plan = plan_of(nodes, edges, **rest)
    simulation = Simulation(plan, script or _standard(plan), inputs=inputs)
    simulation.run(choose)
    return simulation


def _standard(plan: Any) -> Any:
    """Give what pure nodes would give; effects give their place."""

    def script(place: str, attempt: int) -> Outcome:
        return Outcome({"value": place, "text": place})

    return script


def each(**settings: Any) -> dict[str, dict[str, Any]]:
    settings = {"items": [10, 20, 30], "output": "{{inner.value}}"} | settings
    return {
        "s": BEGIN,
        "each": node("each", **settings),
        "inner": INNER,
        "e": node("finish", outputs={"all": "{{each.output}}"}),
    }


def outputs(simulation: Simulation) -> Any:
    end = simulation.state.ended
    assert isinstance(end, RunSucceeded), end
    return simulation.state.root.values["each"]


def test_iteration_keeps_the_order_of_items_whatever_ends_first() -> None:
    done = play(each(parallel=3), ["s > each > e"], choose=lambda count: count - 1)

    assert outputs(done) == {
        "output": ["each:0/inner", "each:1/inner", "each:2/inner"],
        "rounds": 3,
    }
    assert [event.index for event in done.events(RoundEnded)] == [2, 1, 0]


def test_no_more_rounds_are_under_way_than_allowed() -> None:
    plan = plan_of(each(items=list(range(9)), parallel=4), ["s > each > e"])
    simulation = Simulation(plan, _standard(plan))
    most = 0

    for _ in range(1000):
        simulation.decide_all()
        if simulation.state.ended is not None:
            break
        most = max(most, len(simulation.flying))
        simulation.finish(simulation.flying[-1])

    assert most == 4
    assert simulation.state.frames.keys() == {""}


@pytest.mark.parametrize("items", [None, []])
def test_iteration_over_nothing_succeeds_at_once(items: Any) -> None:
    done = play(each(items=items), ["s > each > e"])

    assert outputs(done) == {"output": [], "rounds": 0}


@pytest.mark.parametrize(
    ("items", "code"), [("text", "items_no_array"), (list(range(5)), "too_many_items")]
)
def test_items_that_cannot_be_gone_through_fail_the_container(items: Any, code: str) -> None:
    done = play(each(items=items, most=4), ["s > each > e"])

    end = done.state.ended
    assert isinstance(end, RunFailed)
    assert (end.node, end.problem.code) == ("each", code)


def fails_second(place: str, attempt: int) -> Outcome:
    return Outcome(problem=NEVER) if place == "each:1/inner" else Outcome({"value": place})


@pytest.mark.parametrize(
    ("handling", "expected"),
    [
        ("null", ["each:0/inner", None, "each:2/inner"]),
        ("drop", ["each:0/inner", "each:2/inner"]),
    ],
)
def test_failed_round_leaves_a_gap_or_nothing(handling: str, expected: list[Any]) -> None:
    done = play(each(on_failed=handling), ["s > each > e"], fails_second)

    assert outputs(done) == {"output": expected, "rounds": 3}
    assert [event.cause for event in done.events(RoundEnded)] == [None, "each:1/inner", None]


def test_failed_round_stops_the_container_and_drops_what_is_under_way() -> None:
    done = play(each(parallel=3), ["s > each > e"], fails_second, choose=lambda count: count - 1)

    end = done.state.ended
    assert isinstance(end, RunFailed)
    assert end.node == "each"
    assert [event.node for event in done.events(NodeFailed)] == ["inner", "each"]
    assert done.state.running == {}
    assert done.attempts.keys() == {("s", 1), ("each:2/inner", 1), ("each:1/inner", 1)}


def test_failure_of_a_container_is_handled_like_that_of_any_node() -> None:
    nodes = each(on_failed="stop")
    nodes["each"] |= {"on_failure": "defaults", "defaults": {"output": ["stand-in"]}}

    done = play(nodes, ["s > each > e"], fails_second)

    assert outputs(done)["output"] == ["stand-in"]


def test_inner_node_is_tried_again_in_its_own_round() -> None:
    nodes = each(parallel=2)
    nodes["inner"] = node("act", parent="each", retry={"attempts": 3, "delay_s": 1})

    def script(place: str, attempt: int) -> Outcome:
        is_first = place == "each:0/inner" and attempt == 1
        return Outcome(problem=LATER) if is_first else Outcome({"value": f"{place} {attempt}"})

    done = play(nodes, ["s > each > e"], script)

    assert outputs(done)["output"] == ["each:0/inner 2", "each:1/inner 1", "each:2/inner 1"]


def test_lists_are_joined_only_when_all_outputs_are_lists() -> None:
    def lists(place: str, attempt: int) -> Outcome:
        return Outcome({"value": [place[5:6], None]})

    def mixed(place: str, attempt: int) -> Outcome:
        return Outcome({"value": ["x"] if place.startswith("each:0") else "y"})

    joined = play(each(flatten=True), ["s > each > e"], lists)
    left = play(each(flatten=True), ["s > each > e"], mixed)

    assert outputs(joined)["output"] == ["0", None, "1", None, "2", None]
    assert outputs(left)["output"] == [["x"], "y", "y"]


def test_rounds_read_their_own_item_and_what_is_outside() -> None:
    nodes = each(output="{{first.value}} {{each.item}} {{each.index}} {{inner.value}}")
    nodes["first"] = node("act")

    done = play(nodes, ["s > first > each > e"])

    assert outputs(done)["output"][1] == "first 20 1 each:1/inner"


def test_branch_inside_a_round_skips_within_it() -> None:
    nodes = each(output="{{a.value}}{{b.value}}")
    del nodes["inner"]
    nodes["fork"] = node("act", parent="each", ports=["even", "odd"])
    nodes["a"] = node("act", parent="each")
    nodes["b"] = node("act", parent="each")
    nodes["join"] = node("act", parent="each")

    def script(place: str, attempt: int) -> Outcome:
        if place.endswith("fork"):
            return Outcome(port="even" if int(place[5:6]) % 2 == 0 else "odd")
        return Outcome({"value": place[-1]})

    done = play(nodes, ["s > each > e", "fork.even > a > join", "fork.odd > b > join"], script)

    assert outputs(done)["output"] == ["a", "b", "a"]
    assert sum(1 for event in done.events(NodeStarted) if event.node == "join") == 3


def loop(**settings: Any) -> dict[str, dict[str, Any]]:
    variables = [{"name": "n", "type": "number", "value": 1}]
    return {
        "s": BEGIN,
        "each": node("again", variables=variables, **settings),
        "add": node("change", parent="each", target="each.n", operation="add", value=1),
        "e": node("finish"),
    }


def adds(place: str, attempt: int) -> Outcome:
    change = Assignment(target="each.n", operation="add", value=1)
    return Outcome(writes=(change,) if place.endswith("add") else ())


def test_loop_carries_its_variables_until_its_condition_holds() -> None:
    until = [{"left": "{{each.n}}", "op": "ge", "right": 5}]

    done = play(loop(until=until), ["s > each > e"], adds)

    assert outputs(done) == {"n": 5, "rounds": 4}
    assert [event.is_last for event in done.events(RoundEnded)] == [False, False, False, True]


def test_loop_without_a_condition_goes_its_number_of_rounds() -> None:
    done = play(loop(most=3, output="{{each.index}}:{{each.n}}"), ["s > each > e"], adds)

    assert outputs(done) == {"n": 4, "rounds": 3, "output": ["0:2", "1:3", "2:4"]}


def test_loop_whose_condition_holds_before_the_first_round_has_none() -> None:
    done = play(loop(until=[{"left": "{{each.n}}", "op": "eq", "right": 1}]), ["s > each > e"])

    assert outputs(done) == {"n": 1, "rounds": 0}


def test_condition_that_cannot_be_decided_yet_does_not_hold_and_later_fails_the_round() -> None:
    nodes = loop(until=[{"left": "{{each.n}}", "op": "gt", "right": "x"}])

    done = play(nodes, ["s > each > e"], adds)

    (ended,) = done.events(RoundEnded)
    assert ended.problem is not None
    assert ended.problem.code == "undecidable_condition"
    assert isinstance(done.state.ended, RunFailed)


def test_change_that_has_no_meaning_is_refused_by_the_log() -> None:
    def breaks(place: str, attempt: int) -> Outcome:
        change = Assignment(target="each.n", operation="set", value="text")
        return Outcome(writes=(change,) if place.endswith("add") else ())

    with pytest.raises(LogError):
        play(loop(), ["s > each > e"], breaks)


def test_containers_inside_of_each_other_have_rounds_of_their_own() -> None:
    nodes = {
        "s": BEGIN,
        "each": node("each", items=[[1, 2], [3]], output="{{within.output}}", parallel=2),
        "within": node(
            "each", parent="each", items="{{each.item}}", output="{{within.item}}{{deep.value}}"
        ),
        "deep": node("act", parent="within"),
        "e": FINISH,
    }

    done = play(nodes, ["s > each > e"])

    assert outputs(done)["output"] == [
        ["1each:0/within:0/deep", "2each:0/within:1/deep"],
        ["3each:1/within:0/deep"],
    ]


def test_break_ends_the_round_and_the_container() -> None:
    nodes = each(items=[1, 2, 3], output="{{fork.value}}")
    nodes["fork"] = node("act", parent="each", ports=["on", "stop"])
    nodes["quit"] = node("quit", parent="each")
    nodes["inner"] = node("act", parent="each")

    def script(place: str, attempt: int) -> Outcome:
        port = "stop" if place.startswith("each:1") else "on"
        return Outcome({"value": place[5:6]}, port=port if place.endswith("fork") else "out")

    done = play(nodes, ["s > each > e", "fork.stop > quit", "fork.on > inner"], script)

    assert outputs(done) == {"output": ["0", "1"], "rounds": 2}
    assert len(done.events(RoundStarted)) == 2


def test_steps_inside_of_rounds_count() -> None:
    done = play(each(items=list(range(50))), ["s > each > e"], limits={"steps": 20})

    end = done.state.ended
    assert isinstance(end, RunFailed)
    assert end.problem.code == "step_limit_exceeded"


def test_container_that_takes_too_long_fails_alone() -> None:
    nodes = each(items=[1, 2])
    nodes["each"] |= {"timeout_s": 5, "on_failure": "defaults", "defaults": {"output": ["late"]}}
    plan = plan_of(nodes, ["s > each > e"])
    simulation = Simulation(plan, _standard(plan))
    simulation.decide_all()
    simulation.finish("s")
    simulation.decide_all()

    simulation.now_ms += 5_000
    simulation.run()

    assert outputs(simulation)["output"] == ["late"]
    (failed,) = simulation.events(NodeFailed)
    assert (failed.node, failed.problem.code) == ("each", "node_timed_out")


def test_run_goes_on_from_any_point_of_its_log() -> None:
    done = play(each(parallel=2, on_failed="null"), ["s > each > e"], fails_second)

    for cut in range(1, len(done.log)):
        resumed = Simulation.resumed(done, done.log[:cut])
        resumed.run()

        assert outputs(resumed) == outputs(done)
        assert fold(done.plan, resumed.log).root.values == resumed.state.root.values
        assert decide(resumed.state, resumed.now_ms) is None
