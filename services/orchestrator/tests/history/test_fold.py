"""What people read of a run is a fold of its log."""

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
from skep_contracts.run_log import (
    NodeFailed,
    NodeRetrying,
    NodeStarted,
    NodeSucceeded,
    NodeWaiting,
    RoundEnded,
    RoundStarted,
    RunEvent,
    RunFailed,
    RunPaused,
    RunResumed,
)
from skep_orchestrator.history.fold import RunRecord, fold


def test_whole_log_gives_status_tokens_cost_and_nodes() -> None:
    record = fold(batches(whole_log()))

    summary = record.to_summary()
    assert summary.status is RunStatus.SUCCEEDED
    assert (summary.input_tokens, summary.output_tokens, summary.cost_usd) == (10, 4, 0.5)
    assert summary.nodes_done == 2
    assert summary.repeated_effects == 1
    assert record.outputs == {"text": "hi"}
    assert {place: node.status for place, node in record.nodes.by_place.items()} == {
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

    assert record == fold(batches(whole_log()))


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
    assert record.nodes.by_place["a"].status == "failed"
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


def test_lists_keep_no_nodes() -> None:
    record = fold(batches(whole_log()), keeps=None)

    assert not record.nodes.by_place
    assert record.to_summary().output_tokens == 4
    assert record.nodes_done == 2


def test_tokens_of_attempts_that_failed_or_waited_count() -> None:
    calls = whole_log()[4].calls  # type: ignore[union-attr]  # the end of `a`
    log: list[RunEvent] = [
        started(),
        NodeStarted(node="a", node_type="llm", effect_key="k"),
        NodeRetrying(node="a", attempt=1, problem=PROBLEM, delay_s=1, calls=calls),
        NodeStarted(node="a", node_type="llm", attempt=2, effect_key="k2"),
        NodeWaiting(node="a", attempt=2, wait={"kind": "form"}, calls=calls),
    ]

    record = fold(batches(log))

    assert record.to_summary().input_tokens == 20
    assert record.nodes.by_place["a"].to_trace().input_tokens == 20
    assert record.waits == {"a": {"kind": "form"}}


def rounds_log() -> list[RunEvent]:
    """Two rounds of `each`; the second fails while `slow` is under way."""
    log: list[RunEvent] = [started(), NodeStarted(node="each", node_type="iteration")]
    for index in range(2):
        scope = f"each:{index}"
        log += [
            RoundStarted(node="each", index=index),
            NodeStarted(node="ask", scope=scope, node_type="llm"),
            NodeStarted(node="slow", scope=scope, node_type="llm"),
        ]
    return [
        *log,
        NodeSucceeded(node="ask", scope="each:0", outputs={"text": "0"}, reused="run_0"),
        NodeSucceeded(node="slow", scope="each:0", outputs={}),
        RoundEnded(node="each", index=0),
        NodeFailed(node="ask", scope="each:1", problem=PROBLEM),
        RoundEnded(node="each", index=1, problem=PROBLEM, cause="each:1/ask"),
        NodeFailed(node="each", problem=PROBLEM),
        RunFailed(problem=PROBLEM, node="each"),
    ]


def test_top_level_alone_is_kept_with_the_rounds_counted() -> None:
    record = fold(batches(rounds_log()))

    assert list(record.nodes.by_place) == ["each"]
    trace = record.nodes.by_place["each"].to_trace()
    assert (trace.rounds, trace.failed_rounds, trace.status) == (2, 1, "failed")
    assert record.reused_effects == 1


def test_one_round_is_kept_when_asked_for() -> None:
    record = fold(batches(rounds_log()), keeps=lambda scope: scope == "each:1")

    statuses = {place: node.status for place, node in record.nodes.by_place.items()}
    assert statuses == {"each:1/ask": "failed", "each:1/slow": "dropped"}
