"""Recorded journals still fold, and still lead to the same decisions."""

from pathlib import Path

import msgspec
import pytest

from services.orchestrator.tests.scripted import node_types
from skep_contracts.graph import decode_document
from skep_contracts.graph_check import check_document
from skep_contracts.run_log import (
    TERMINAL,
    NodeSkipped,
    NodeStarted,
    RoundEnded,
    RoundStarted,
    RunCancelled,
    RunEvent,
    decode_batch,
)
from skep_orchestrator.engine.apply import apply, fold
from skep_orchestrator.engine.compile import Plan, compile_plan
from skep_orchestrator.engine.decide import decide
from skep_orchestrator.engine.state import RunState

JOURNALS = sorted((Path(__file__).parent.parent / "journals").glob("*.msgpack"))
DECIDED = (NodeStarted, NodeSkipped, RoundStarted, RoundEnded, *(set(TERMINAL) - {RunCancelled}))


def load(path: Path) -> tuple[Plan, list[RunEvent]]:
    document, batches = msgspec.msgpack.decode(path.read_bytes(), type=tuple[bytes, list[bytes]])
    plan = compile_plan(check_document(decode_document(document), node_types()))
    return plan, [event for batch in batches for event in decode_batch(batch).events]


def as_decided(event: RunEvent) -> RunEvent:
    """The engine does not know fingerprints: they are stamped on what it decided."""
    if isinstance(event, NodeStarted):
        return msgspec.structs.replace(event, fingerprint=None)
    return event


def test_there_are_journals() -> None:
    assert len(JOURNALS) >= 9


@pytest.mark.parametrize("path", JOURNALS, ids=lambda path: path.stem)
def test_recorded_run_is_decided_again_as_it_was(path: Path) -> None:
    plan, events = load(path)
    state = RunState(plan)

    for event in events:
        is_decision = isinstance(event, DECIDED)
        assert not is_decision or decide(state, event.at_ms) == as_decided(event)
        apply(state, event)

    assert state.ended == events[-1]


@pytest.mark.parametrize("path", JOURNALS, ids=lambda path: path.stem)
def test_every_prefix_of_a_recorded_run_folds(path: Path) -> None:
    plan, events = load(path)

    for count in range(1, len(events) + 1):
        assert fold(plan, events[:count]).number == count
