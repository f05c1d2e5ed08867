"""Whatever is nested in what, and whatever ends first: the reference's outputs, and sound logs."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.orchestrator.tests.engine.random_containers import (
    FailedError,
    Nested,
    nested,
    reference,
)
from services.orchestrator.tests.engine.simulation import Simulation
from skep_contracts.run_log import (
    NodeStarted,
    NodeSucceeded,
    RoundEnded,
    RoundStarted,
    RunFailed,
    RunSucceeded,
    place_of,
)
from skep_orchestrator.engine.apply import fold


def expected(case: Nested) -> dict[str, Any] | None:
    try:
        return reference(case)
    except FailedError:
        return None


def check_end(simulation: Simulation, wanted: dict[str, Any] | None) -> None:
    end = simulation.state.ended
    if wanted is None:
        assert isinstance(end, RunFailed)
        return
    assert isinstance(end, RunSucceeded), end
    (finish,) = [event for event in simulation.events(NodeSucceeded) if event.node == "e"]
    assert simulation.state.root.lookup("e") == finish.outputs
    given = {
        name: (simulation.state.root.lookup(name) or {}).get(
            "output" if "output" in (simulation.state.root.lookup(name) or {}) else "value"
        )
        for name in wanted
    }
    assert given == wanted


def check_log(simulation: Simulation) -> None:
    """Every place is begun once; rounds are whole and in order; none outlives its container."""
    started = [place_of(event.scope, event.node) for event in simulation.events(NodeStarted)]
    assert len(started) == len(set(started))
    begun = [(place_of(e.scope, e.node), e.index) for e in simulation.events(RoundStarted)]
    ended = [(place_of(e.scope, e.node), e.index) for e in simulation.events(RoundEnded)]
    assert len(begun) == len(set(begun))
    assert set(ended) <= set(begun)
    for place in {place for place, _ in begun}:
        indices = [index for where, index in begun if where == place]
        assert indices == list(range(len(indices)))
    assert simulation.state.frames.keys() == {""} or isinstance(simulation.state.ended, RunFailed)


@settings(max_examples=150, deadline=None)
@given(nested(), st.integers(0, 10_000))
def test_outputs_are_the_references_whatever_ends_first(case: Nested, order: int) -> None:
    simulation = Simulation(case.plan, case.script)
    chance = random.Random(order)

    simulation.run(chance.randrange)

    check_end(simulation, expected(case))
    check_log(simulation)


@settings(max_examples=60, deadline=None)
@given(nested(), st.integers(0, 10_000))
def test_run_that_changes_hands_anywhere_comes_to_the_same(case: Nested, order: int) -> None:
    chance = random.Random(order)
    whole = Simulation(case.plan, case.script)
    whole.run(chance.randrange)

    cut = chance.randrange(1, len(whole.log) + 1)
    resumed = Simulation.resumed(whole, whole.log[:cut])
    resumed.run(chance.randrange)

    check_end(resumed, expected(case))
    again = fold(case.plan, resumed.log)
    assert again.root.values == resumed.state.root.values
    assert again.number == resumed.state.number
