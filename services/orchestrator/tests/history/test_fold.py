"""What people read of a run is a fold of its log."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from services.orchestrator.tests.history.logs import (
    PROBLEM,
    batches,
    cancelled_log,
    failed_log,
    started,
    whole_log,
)
from skep_contracts.calls.run import RunStatus
from skep_contracts.run_log import NodeStarted, RunEvent, RunPaused, RunResumed
from skep_orchestrator.history.fold import RunRecord, fold


def test_whole_log_gives_status_tokens_cost_and_nodes() -> None:
    record = fold(batches(whole_log()))

    summary = record.to_summary()
    assert summary.status is RunStatus.SUCCEEDED
    assert (summary.input_tokens, summary.output_tokens, summary.cost_usd) == (10, 4, 0.5)
    assert summary.nodes_done == 2
    assert summary.repeated_effects == 1
    assert record.outputs == {"text": "hi"}
    assert {name: node.status for name, node in record.nodes.items()} == {
        "a": "succeeded",
        "b": "failed",
    }


@given(cuts=st.sets(st.integers(1, 7)), repeats=st.lists(st.integers(0, 7), max_size=4))
def test_cuts_and_repeats_change_nothing(cuts: set[int], repeats: list[int]) -> None:
    parts = batches(whole_log(), *sorted(cuts))
    record = RunRecord()

    for index, part in enumerate(parts):
        assert record.apply_batch(part)
        for repeat in repeats:
            record.apply_batch(parts[min(repeat, index)])

    assert msgspec.to_builtins(record) == msgspec.to_builtins(fold(batches(whole_log())))


def test_gap_is_noticed() -> None:
    parts = batches(whole_log(), 2, 4)
    record = RunRecord()
    record.apply_batch(parts[0])

    assert not record.apply_batch(parts[2])
    assert record.last_event == 2


def test_unknown_cost_is_not_taken_for_nothing() -> None:
    assert fold(batches(failed_log())).to_summary().cost_usd is None


def test_failure_says_why_and_ends_what_was_under_way() -> None:
    record = fold(batches(failed_log()))

    assert record.to_summary().problem == PROBLEM
    assert record.nodes["a"].status == "failed"
    assert record.is_ended


def test_cancellation_is_an_end_of_its_own() -> None:
    assert fold(batches(cancelled_log())).status is RunStatus.CANCELLED


def test_pause_and_resumption() -> None:
    log: list[RunEvent] = [
        started(),
        NodeStarted(node="ask", node_type="x"),
        RunPaused(waits={"ask": {}}),
    ]

    paused = fold(batches(log))
    resumed = fold(batches([*log, RunResumed(node="ask")]))

    assert (paused.status, paused.waits) == (RunStatus.PAUSED, {"ask": {}})
    assert (resumed.status, resumed.waits) == (RunStatus.RUNNING, {})


def test_lists_keep_no_outputs() -> None:
    record = fold(batches(whole_log()), keeps_nodes=False)

    assert record.nodes["a"].outputs == {}
    assert record.to_summary().output_tokens == 4
