"""Logs that the engine writes keep every rule, and logs that were tampered with do not."""

import random
from collections.abc import Callable, Sequence

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.orchestrator.tests.engine.random_containers import Nested, nested
from services.orchestrator.tests.engine.random_graphs import Case, cases
from services.orchestrator.tests.engine.simulation import Simulation
from skep_contracts.calls.run import InvariantFault
from skep_contracts.graph import WorkflowDocument
from skep_contracts.run_log import (
    Batch,
    NodeFailed,
    NodeSkipped,
    NodeStarted,
    NodeSucceeded,
    RoundEnded,
    RoundStarted,
    RunEvent,
    RunSucceeded,
    WorkerAcquired,
)
from skep_orchestrator.history.verification import verify

Log = Sequence[RunEvent]


def batched(events: Log) -> list[Batch]:
    """One event a message; the epoch is the one the log says."""
    epoch, batches = 1, []
    for number, event in enumerate(events, 1):
        if isinstance(event, WorkerAcquired):
            epoch = event.epoch
        batches.append(Batch(1, epoch, number, [event]))
    return batches


def faults_of(events: Log, document: WorkflowDocument) -> list[InvariantFault]:
    return verify(batched(events), document)


def played(case: Case | Nested, order: int) -> Simulation:
    """Play a run whose worker is lost now and then."""
    chance = random.Random(order)
    simulation = Simulation(case.plan, case.script)
    for _ in range(chance.randrange(3)):
        simulation.run(chance.randrange)
        cut = chance.randrange(1, len(simulation.log) + 1)
        simulation = Simulation.resumed(simulation, simulation.log[:cut])
    simulation.run(chance.randrange)
    return simulation


@settings(max_examples=50, deadline=None)
@given(cases(), st.integers(0, 10_000))
def test_every_log_of_a_graph_is_clean(case: Case, order: int) -> None:
    simulation = played(case, order)

    assert faults_of(simulation.log, case.plan.document) == []


@settings(max_examples=50, deadline=None)
@given(nested(), st.integers(0, 10_000))
def test_every_log_of_containers_is_clean(case: Nested, order: int) -> None:
    simulation = played(case, order)

    assert faults_of(simulation.log, case.plan.document) == []


@settings(max_examples=30, deadline=None)
@given(nested(), st.integers(0, 10_000), st.data())
def test_every_beginning_of_a_log_is_clean(case: Nested, order: int, data: st.DataObject) -> None:
    log = played(case, order).log
    cut = data.draw(st.integers(1, len(log)))

    assert faults_of(log[:cut], case.plan.document) == []


def twice(log: list[RunEvent], at: int) -> list[RunEvent]:
    return [*log[: at + 1], *log[at:]]


def left_out(log: list[RunEvent], at: int) -> list[RunEvent]:
    return log[:at] + log[at + 1 :]


def after_the_end(log: list[RunEvent], at: int) -> list[RunEvent]:
    return [*log[:at], *log[at + 1 :], log[at]]


def of_another_attempt(log: list[RunEvent], at: int) -> list[RunEvent]:
    event = log[at]
    attempt = getattr(event, "attempt", None)
    if attempt is None:
        return log
    return [*log[:at], msgspec.structs.replace(event, attempt=attempt + 1), *log[at + 1 :]]


def of_an_unknown_node(log: list[RunEvent], at: int) -> list[RunEvent]:
    event = log[at]
    if not hasattr(event, "node") or not hasattr(event, "scope"):
        return log
    return [*log[:at], msgspec.structs.replace(event, node="nobody"), *log[at + 1 :]]


def in_another_round(log: list[RunEvent], at: int) -> list[RunEvent]:
    event = log[at]
    if not hasattr(event, "scope"):
        return log
    scope = f"{event.scope}/x:99" if event.scope else "x:99"
    return [*log[:at], msgspec.structs.replace(event, scope=scope), *log[at + 1 :]]


def is_orderly(log: Log) -> bool:
    """Nothing was cut short: then nothing can be missing without a trace."""
    return isinstance(log[-1], RunSucceeded) and not any(
        isinstance(event, RoundEnded) and (event.problem is not None or event.is_last)
        for event in log
    )


MARKED = (NodeStarted, NodeSucceeded, NodeFailed, NodeSkipped, RoundStarted, RoundEnded)
TAMPERING: tuple[Callable[[list[RunEvent], int], list[RunEvent]], ...] = (
    twice,
    left_out,
    after_the_end,
    of_another_attempt,
    of_an_unknown_node,
    in_another_round,
)


@settings(max_examples=120, deadline=None)
@given(cases(), st.sampled_from(TAMPERING), st.integers(0, 10_000), st.data())
def test_no_tampered_log_of_a_graph_passes(
    case: Case,
    tamper: Callable[[list[RunEvent], int], list[RunEvent]],
    order: int,
    data: st.DataObject,
) -> None:
    log = list(played(case, order).log)
    marked = [at for at, event in enumerate(log) if isinstance(event, MARKED)]

    tampered = tamper(log, data.draw(st.sampled_from(marked)))

    assume(tampered != log)
    assume(tamper is not left_out or is_orderly(log))
    assert faults_of(tampered, case.plan.document), [type(event).__name__ for event in tampered]


@settings(max_examples=120, deadline=None)
@given(nested(), st.sampled_from(TAMPERING), st.integers(0, 10_000), st.data())
def test_no_tampered_log_of_containers_passes(
    case: Nested,
    tamper: Callable[[list[RunEvent], int], list[RunEvent]],
    order: int,
    data: st.DataObject,
) -> None:
    log = list(played(case, order).log)
    marked = [at for at, event in enumerate(log) if isinstance(event, MARKED)]

    tampered = tamper(log, data.draw(st.sampled_from(marked)))

    assume(tampered != log)
    assume(tamper is not left_out or is_orderly(log))
    assert faults_of(tampered, case.plan.document), [type(event).__name__ for event in tampered]
