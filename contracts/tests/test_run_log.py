"""The log reads back what was written, and refuses everything else."""

from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from skep_contracts import run_log
from skep_contracts.problems import Problem
from skep_contracts.run_log import (
    Batch,
    LiveText,
    NodeFailed,
    NodeStarted,
    NodeSucceeded,
    RunEvent,
    RunSucceeded,
)

names = st.text(min_size=1, max_size=8)
outputs = st.dictionaries(names, st.none() | st.integers(-(2**63), 2**63) | st.text(max_size=8))
events = st.one_of(
    st.builds(NodeStarted, node=names, node_type=names, effect_key=st.none() | names),
    st.builds(NodeSucceeded, node=names, outputs=outputs, elapsed_s=st.floats(0, 1e6)),
    st.builds(
        NodeFailed,
        node=names,
        problem=st.just(Problem(code="x", title="x", status=500, detail="x")),
    ),
    st.builds(RunSucceeded, outputs=outputs, answer=st.none() | st.text(max_size=8)),
)
batches = st.builds(
    Batch,
    format=st.just(run_log.FORMAT),
    epoch=st.integers(1, 99),
    first=st.integers(1, 10**9),
    events=st.lists(events, max_size=6),
)


@given(batch=batches)
def test_batch_reads_back(batch: Batch) -> None:
    assert run_log.decode_batch(run_log.encode_batch(batch)) == batch


@given(epoch=st.integers(1, 9), offset=st.integers(0, 10**9), text=st.text())
def test_live_text_reads_back(epoch: int, offset: int, text: str) -> None:
    piece = LiveText(epoch=epoch, offset=offset, text=text)

    assert run_log.decode_text(run_log.encode_text(piece)) == piece


@example(b"\x93\x00\x00\xa9\x00\x00\x00\x00\x00\x00\x00\x00\x80")
@given(data=st.binary(max_size=100))
def test_any_bytes_are_refused_in_one_way(data: bytes) -> None:
    for decode in (run_log.decode_batch, run_log.decode_text):
        try:
            decode(data)
        except (msgspec.DecodeError, RecursionError):
            continue


def test_deep_bytes_are_refused() -> None:
    with pytest.raises((msgspec.DecodeError, RecursionError)):
        run_log.decode_batch(b"\x91" * 100_000)


@pytest.mark.parametrize("version", [0, run_log.FORMAT + 1])
def test_other_format_is_refused(version: int) -> None:
    data = msgspec.msgpack.encode([version, 1, 1, []])

    with pytest.raises(msgspec.ValidationError, match="format"):
        run_log.decode_batch(data)


def test_event_of_tomorrow_is_refused_and_its_new_field_ignored() -> None:
    def batch(**event: Any) -> bytes:
        return msgspec.msgpack.encode([run_log.FORMAT, 1, 1, [event]])

    known = run_log.decode_batch(batch(type="node.skipped", node="a", since_tomorrow=1))

    assert known.events == [run_log.NodeSkipped(node="a")]
    with pytest.raises(msgspec.ValidationError):
        run_log.decode_batch(batch(type="node.dreamt", node="a"))


def test_terminal_events_are_events() -> None:
    assert set(run_log.TERMINAL) <= set(RunEvent.__args__)
