import itertools
from typing import Any

import msgspec

from services.orchestrator.tests.engine.simulation import LATER, NEVER, Outcome, Simulation
from services.orchestrator.tests.scripted import node, plan_of
from skep_contracts.run_log import (
    NodeFailed,
    NodeRetrying,
    NodeSkipped,
    NodeStarted,
    NodeSucceeded,
    RunFailed,
    RunSucceeded,
)

BEGIN = node("begin")
FINISH = node("finish")
DIAMOND = ["s > fork", "fork.a > left > join > e", "fork.b > right > join"]
FORK = {
    "s": BEGIN,
    "fork": node("compute", ports=["a", "b"]),
    "left": node("act"),
    "right": node("act"),
    "join": node("act"),
    "e": FINISH,
}


def play(plan: Any, **outcomes: Outcome | list[Outcome]) -> Simulation:
    def script(name: str, attempt: int) -> Outcome:
        given = outcomes.get(name, Outcome())
        return given[min(attempt, len(given)) - 1] if isinstance(given, list) else given

    simulation = Simulation(plan, script)
    simulation.run()
    return simulation


def names(simulation: Simulation, kind: type) -> list[str]:
    return [event.node for event in simulation.events(kind)]


def test_chain_runs_in_order_and_gives_what_the_end_gives() -> None:
    plan = plan_of({"s": BEGIN, "a": node("act"), "e": FINISH}, ["s > a > e"])

    done = play(plan, e=Outcome({"result": 7}))

    assert names(done, NodeStarted) == ["s", "a", "e"]
    assert isinstance(done.state.ended, RunSucceeded)
    assert done.state.ended.outputs == {"result": 7}
    assert done.state.ended.answer is None


def test_skipped_branch_releases_the_join() -> None:
    done = play(plan_of(FORK, DIAMOND), fork=Outcome(port="b"))

    assert names(done, NodeSkipped) == ["left"]
    assert names(done, NodeStarted) == ["s", "fork", "right", "join", "e"]


def test_join_waits_for_every_live_branch() -> None:
    plan = plan_of(
        {"s": BEGIN, "a": node("act"), "b": node("act"), "join": node("act"), "e": FINISH},
        ["s > a > join > e", "s > b > join"],
    )

    done = play(plan)

    kinds = [(type(event), event.node) for event in done.log if hasattr(event, "node")]
    started = kinds.index((NodeStarted, "join"))
    assert kinds.index((NodeSucceeded, "a")) < started
    assert kinds.index((NodeSucceeded, "b")) < started
    assert names(done, NodeStarted).count("join") == 1


def test_skip_spreads_to_all_that_only_the_skipped_node_leads_to() -> None:
    plan = plan_of(
        {
            "s": BEGIN,
            "fork": node("compute", ports=["a", "b"]),
            "one": node("act"),
            "two": node("act"),
            "three": FINISH,
            "e": FINISH,
        },
        ["s > fork", "fork.a > one > two > three", "fork.b > e"],
    )

    done = play(plan, fork=Outcome(port="b"))

    assert names(done, NodeSkipped) == ["one", "two", "three"]
    assert isinstance(done.state.ended, RunSucceeded)


def test_two_ports_to_one_node_run_it_once() -> None:
    plan = plan_of(
        {"s": BEGIN, "fork": node("compute", ports=["a", "b"]), "e": FINISH},
        ["s > fork", "fork.a > e", "fork.b > e"],
    )

    done = play(plan, fork=Outcome(port="a"))

    assert names(done, NodeStarted) == ["s", "fork", "e"]


def test_failure_stops_the_run_and_names_the_node() -> None:
    done = play(plan_of(FORK, DIAMOND), fork=Outcome(problem=NEVER))

    assert isinstance(done.state.ended, RunFailed)
    assert (done.state.ended.node, done.state.ended.problem) == ("fork", NEVER)
    assert names(done, NodeStarted) == ["s", "fork"]


def test_defaults_stand_in_for_a_failed_node() -> None:
    plan = plan_of(
        {
            "s": BEGIN,
            "a": node("act", on_failure="defaults", defaults={"value": 1}),
            "e": FINISH,
        },
        ["s > a > e"],
    )

    done = play(plan, a=Outcome(problem=NEVER))

    assert names(done, NodeStarted) == ["s", "a", "e"]
    outputs = done.state.root.values["a"]
    assert outputs["value"] == 1
    assert outputs["error"]["code"] == "wrong"


def test_failed_branch_with_defaults_leaves_by_its_last_port() -> None:
    nodes = FORK | {"fork": node("compute", ports=["a", "b"], on_failure="defaults")}

    done = play(plan_of(nodes, DIAMOND), fork=Outcome(problem=NEVER))

    assert names(done, NodeSkipped) == ["left"]


def test_failure_edge_is_taken_instead_of_the_others() -> None:
    plan = plan_of(
        {"s": BEGIN, "a": node("act", on_failure="edge"), "b": FINISH, "e": FINISH},
        ["s > a > e", "a.failed > b"],
    )

    failed = play(plan, a=Outcome(problem=NEVER))
    succeeded = play(plan)

    assert names(failed, NodeSkipped) == ["e"]
    assert failed.events(NodeFailed)[0].handling == "edge"
    assert failed.state.root.values["a"]["error"]["detail"] == "Wrong."
    assert names(succeeded, NodeSkipped) == ["b"]


def test_retry_waits_longer_each_time_and_then_gives_up() -> None:
    retry = {"attempts": 4, "delay_s": 1, "factor": 3, "max_delay_s": 5}
    plan = plan_of({"s": BEGIN, "a": node("act", retry=retry), "e": FINISH}, ["s > a > e"])

    done = play(plan, a=Outcome(problem=LATER))

    assert [event.delay_s for event in done.events(NodeRetrying)] == [1, 3, 5]
    assert [e.attempt for e in done.events(NodeStarted) if e.node == "a"] == [1, 2, 3, 4]
    starts = [event.at_ms for event in done.events(NodeStarted) if event.node == "a"]
    assert [later - start for start, later in itertools.pairwise(starts)] == [1000, 3000, 5000]
    assert isinstance(done.state.ended, RunFailed)


def test_retry_heeds_what_the_provider_asks_for() -> None:
    busy = Outcome(problem=msgspec.structs.replace(LATER, retry_after_s=30.0))
    plan = plan_of(
        {"s": BEGIN, "a": node("act", retry={"attempts": 2}), "e": FINISH}, ["s > a > e"]
    )

    done = play(plan, a=[busy, Outcome()])

    assert done.events(NodeRetrying)[0].delay_s == 30
    assert isinstance(done.state.ended, RunSucceeded)


def test_problem_that_time_does_not_mend_is_not_tried_again() -> None:
    plan = plan_of(
        {"s": BEGIN, "a": node("act", retry={"attempts": 3}), "e": FINISH}, ["s > a > e"]
    )

    done = play(plan, a=Outcome(problem=NEVER))

    assert done.events(NodeRetrying) == []


def test_each_attempt_has_its_own_effect_key() -> None:
    plan = plan_of(
        {"s": BEGIN, "a": node("act", retry={"attempts": 2}), "e": FINISH}, ["s > a > e"]
    )

    done = play(plan, a=[Outcome(problem=LATER), Outcome()])

    keys = [event.effect_key for event in done.events(NodeStarted)]
    assert keys == [None, "run_1:a:1", "run_1:a:2", None]


def test_run_stops_at_its_step_limit() -> None:
    plan = plan_of(
        {"s": BEGIN, "a": node("act"), "b": node("act"), "e": FINISH},
        ["s > a > b > e"],
        limits={"steps": 3},
    )

    done = play(plan)

    assert isinstance(done.state.ended, RunFailed)
    assert done.state.ended.problem.code == "step_limit_exceeded"
    assert names(done, NodeStarted) == ["s", "a", "b"]


def test_run_stops_when_its_time_is_over_and_says_where_it_was() -> None:
    plan = plan_of(
        {"s": BEGIN, "a": node("act"), "e": FINISH}, ["s > a > e"], limits={"timeout_s": 5}
    )
    simulation = Simulation(plan, lambda name, attempt: Outcome())
    simulation.decide_all()
    simulation.finish("s")
    simulation.decide_all()

    simulation.now_ms += 5_000
    simulation.decide_all()

    assert isinstance(simulation.state.ended, RunFailed)
    assert simulation.state.ended.problem.code == "run_timed_out"
    assert "a" in simulation.state.ended.problem.detail


def test_outputs_of_several_ends_are_joined_and_the_later_in_the_plan_wins() -> None:
    plan = plan_of({"s": BEGIN, "e1": FINISH, "e2": FINISH}, ["s > e1", "s > e2"])
    simulation = Simulation(
        plan, lambda name, attempt: Outcome({"x": name, name: 1} if name != "s" else {})
    )

    simulation.run(lambda count: count - 1)

    assert isinstance(simulation.state.ended, RunSucceeded)
    assert simulation.state.ended.outputs == {"x": "e2", "e1": 1, "e2": 1}
