"""Whatever the graph, the failures, the order of events and the moment of a crash."""

import hypothesis.strategies as st
from hypothesis import given, settings

from services.orchestrator.tests.engine.random_graphs import Case, cases, reference
from services.orchestrator.tests.engine.simulation import Simulation
from skep_contracts.run_log import (
    NodeFailed,
    NodeSkipped,
    NodeStarted,
    NodeSucceeded,
    RunFailed,
    RunSucceeded,
    WorkerAcquired,
)
from skep_orchestrator.engine.apply import fold
from skep_orchestrator.engine.frames import FAILED, SKIPPED, SUCCEEDED
from skep_orchestrator.engine.state import RunState

NAMES = {SUCCEEDED: "succeeded", FAILED: "failed", SKIPPED: "skipped"}


def statuses(state: RunState) -> dict[str, str]:
    return {node.id: NAMES[state.root.status[node.slot]] for node in state.plan.nodes}


def check_end(case: Case, state: RunState) -> None:
    expected = reference(case)
    if expected.stops:
        assert isinstance(state.ended, RunFailed)
        assert state.ended.node is not None
        assert case.plan.document.nodes[state.ended.node].on_failure == "stop"
    else:
        assert isinstance(state.ended, RunSucceeded)
        assert statuses(state) == expected.status


@given(cases(), st.data())
@settings(max_examples=80, deadline=None)
def test_every_schedule_ends_as_the_reference_says(case: Case, data: st.DataObject) -> None:
    simulation = Simulation(case.plan, case.script)

    state = simulation.run(lambda count: data.draw(st.integers(0, count - 1)))

    check_end(case, state)


@given(cases(), st.data())
@settings(max_examples=50, deadline=None)
def test_no_node_starts_before_its_inputs_and_each_once(case: Case, data: st.DataObject) -> None:
    simulation = Simulation(case.plan, case.script)

    simulation.run(lambda count: data.draw(st.integers(0, count - 1)))

    decided: set[str] = set()
    first_starts: list[str] = []
    for event in simulation.log:
        match event:
            case NodeStarted(node=name, attempt=1):
                before = {e.source_node for e in case.plan.document.edges if e.target == name}
                assert before <= decided
                first_starts.append(name)
            case NodeSucceeded(node=name) | NodeFailed(node=name) | NodeSkipped(node=name):
                assert name not in decided
                decided.add(name)
    assert len(first_starts) == len(set(first_starts))


@given(cases(), st.data())
@settings(max_examples=80, deadline=None)
def test_crash_at_any_event_changes_nothing(case: Case, data: st.DataObject) -> None:
    whole = Simulation(case.plan, case.script)
    whole.run(lambda count: data.draw(st.integers(0, count - 1)))
    prefix = whole.log[: data.draw(st.integers(1, len(whole.log)))]
    done = {(e.node, e.attempt) for e in prefix if isinstance(e, NodeSucceeded)}

    resumed = Simulation.resumed(whole, prefix)
    resumed.attempts.clear()
    state = resumed.run(lambda count: data.draw(st.integers(0, count - 1)))

    check_end(case, state)
    assert done.isdisjoint(resumed.attempts)
    assert fold(case.plan, resumed.log).root.status == state.root.status


@given(cases(), st.data())
@settings(max_examples=50, deadline=None)
def test_crash_after_crash_repeats_only_what_was_in_flight(case: Case, data: st.DataObject) -> None:
    simulation = Simulation(case.plan, case.script)
    for _ in range(data.draw(st.integers(1, 4))):
        simulation.decide_all()
        if simulation.state.ended is None and simulation.flying:
            simulation.finish(data.draw(st.sampled_from(simulation.flying)))
        cut = data.draw(st.integers(1, len(simulation.log)))
        simulation = Simulation.resumed(simulation, simulation.log[:cut])
    state = simulation.run(lambda count: data.draw(st.integers(0, count - 1)))

    check_end(case, state)
    finished = [
        (event.node, event.attempt)
        for event in simulation.log
        if isinstance(event, NodeSucceeded | NodeFailed)
    ]
    assert len(finished) == len(set(finished))
    epochs = [event.epoch for event in simulation.log if isinstance(event, WorkerAcquired)]
    assert epochs == sorted(set(epochs))
