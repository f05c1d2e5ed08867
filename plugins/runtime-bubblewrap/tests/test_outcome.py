"""What a child sends back is hostile: whatever it is, it becomes a plain result."""

import json
import signal
import struct
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from skep_contracts.plugins.runtimes import CodeFault, CodeResult, RunLimits
from skep_contracts.problems import Unavailable
from skep_runtime_bubblewrap.exchange import Stopped, Traffic
from skep_runtime_bubblewrap.fork_server import Ended
from skep_runtime_bubblewrap.outcome import conclude, was_killed_unread

LIMITS = RunLimits(output_bytes=10_000, memory_bytes=1 << 28)
GONE = Ended(0, 0.01, 1 << 20)


def frame(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack(">Q", len(body)) + body


def traffic(report: bytes, **changes: Any) -> Traffic:
    given: dict[str, Any] = {
        "report": report,
        "out": b"",
        "err": b"",
        "cut": (False, False),
        "ended": GONE,
        "stopped": None,
        "was_read": True,
        "elapsed_s": 0.5,
        **changes,
    }
    return Traffic(**given)


def told(report: bytes, **changes: Any) -> CodeResult:
    return conclude(traffic(b"C" + report, **changes), LIMITS)


def killed_by(number: int, **changes: Any) -> Ended:
    return Ended(number, changes.get("cpu_s", 0.01), changes.get("peak", 1 << 20))


def test_result_is_read() -> None:
    assert told(frame(b"R", b'{"a": [1, null, "\xc3\xa4"]}')).result == {"a": [1, None, "ä"]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"a"',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 01}',
        b'{"a": "\xff"}',
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": "\\ud800"}',
        b'{"\\udc00": 1}',
        b"{1: 2}",
        b"{'a': 1}",
        b'{"a": 1} x',
        b'{"a": 1}{"b": 2}',
        b'{"a": "\n"}',
        b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}",
        b'{"a": ' + b"[" * 4000 + b"]" * 4000 + b"}",
        b'\xef\xbb\xbf{"a": 1}',
    ],
)
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    result = told(frame(b"R", body))

    assert (result.fault, result.result) == (CodeFault.BAD_RESULT, None)
    assert result.message


def test_number_of_many_digits_is_refused() -> None:
    assert told(frame(b"R", b'{"a": ' + b"9" * 5_000 + b"}")).fault is CodeFault.BAD_RESULT


@pytest.mark.parametrize(
    "report",
    [
        frame(b"R", b"{}") * 2,
        frame(b"R", b"{}") + b"x",
        frame(b"X", b"{}"),
        b"R",
        b"R" + struct.pack(">Q", 2**63) + b"{}",
        b'{"forged": 1}' + frame(b"R", b"{}"),
    ],
)
def test_anything_but_one_frame_is_refused(report: bytes) -> None:
    assert told(report).fault is CodeFault.BAD_RESULT


def test_frame_cut_short_by_a_kill_is_explained_by_the_kill() -> None:
    result = told(frame(b"R", b'{"a": 1}')[:-2], ended=killed_by(signal.SIGSEGV))

    assert result.fault is CodeFault.KILLED
    assert "Segmentation" in result.message


def test_larger_result_than_allowed_is_refused() -> None:
    body = json.dumps({"a": "x" * 20_000}).encode()

    assert told(frame(b"R", body)).fault is CodeFault.TOO_MUCH_OUTPUT


def test_fault_is_read() -> None:
    body = json.dumps({"fault": "exception", "message": "E: x", "line": 3}).encode()

    result = told(frame(b"F", body))

    assert (result.fault, result.message, result.line) == (CodeFault.EXCEPTION, "E: x", 3)


@pytest.mark.parametrize(
    "report",
    [
        {"fault": "timed_out", "message": "", "line": None},  # for the host to say
        {"fault": "killed", "message": "", "line": None},
        {"fault": "exception", "message": 3, "line": None},
        {"fault": "exception", "message": "", "line": "3"},
        {"fault": "exception", "message": "", "line": None, "more": 1},
        {"fault": "exception"},
        [],
    ],
)
def test_malformed_fault_is_a_bad_result(report: object) -> None:
    assert told(frame(b"F", json.dumps(report).encode())).fault is CodeFault.BAD_RESULT


@pytest.mark.parametrize("line", [0, -5, 2**40])
def test_impossible_line_is_left_out(line: int) -> None:
    body = json.dumps({"fault": "exception", "message": "x", "line": line}).encode()

    assert told(frame(b"F", body)).line is None


@pytest.mark.parametrize(
    ("ended", "fault", "word"),
    [
        (Ended(3 << 8, 0.01, 1), CodeFault.KILLED, "status 3"),
        (killed_by(signal.SIGKILL), CodeFault.KILLED, "Killed"),
        (killed_by(signal.SIGSYS), CodeFault.KILLED, "Bad system call"),
        (killed_by(signal.SIGKILL, cpu_s=10.0), CodeFault.TIMED_OUT, "processor time"),
        (killed_by(signal.SIGABRT, peak=1 << 28), CodeFault.OUT_OF_MEMORY, "memory"),
    ],
)
def test_end_without_a_report_is_explained(ended: Ended, fault: CodeFault, word: str) -> None:
    result = told(b"", ended=ended)

    assert result.fault is fault
    assert word in result.message


@pytest.mark.parametrize(
    ("stopped", "fault"),
    [
        (Stopped.WALL, CodeFault.TIMED_OUT),
        (Stopped.FLOOD, CodeFault.TOO_MUCH_OUTPUT),
        (Stopped.RESULT, CodeFault.TOO_MUCH_OUTPUT),
    ],
)
def test_what_the_host_stopped_is_no_result(stopped: Stopped, fault: CodeFault) -> None:
    # Even when a report came: the host has decided.
    assert told(frame(b"R", b"{}"), stopped=stopped).fault is fault


@pytest.mark.parametrize("report", [b"", b"Smount: no space left", b"R", frame(b"R", b"{}")])
def test_child_that_was_not_confined_is_not_believed(report: bytes) -> None:
    with pytest.raises(Unavailable):
        conclude(traffic(report), LIMITS)


@pytest.mark.parametrize(
    ("changes", "is_so"),
    [
        ({"ended": killed_by(9), "was_read": False}, True),
        ({"ended": killed_by(9), "was_read": True}, False),
        ({"ended": killed_by(31), "was_read": False}, False),  # its own doing, and told as such
        ({"ended": killed_by(9), "was_read": False, "stopped": Stopped.WALL}, False),
        ({"ended": GONE, "was_read": False}, False),
    ],
)
def test_child_that_others_killed_before_it_read_anything_is_told_apart(
    changes: dict[str, Any], *, is_so: bool
) -> None:
    assert was_killed_unread(traffic(b"C", **changes)) is is_so


def test_prints_are_decoded_and_marked_when_cut() -> None:
    result = told(frame(b"R", b"{}"), out=b"ok\xff", err=b"e", cut=(True, False))

    assert result.stdout.startswith("ok\ufffd\n")
    assert "cut" in result.stdout
    assert result.stderr == "e"


@given(st.binary(max_size=300), st.binary(max_size=300), st.integers(0, 0xFFFF))
@example(b"R" + struct.pack(">Q", 2) + b"{}", b"", 0)
def test_whatever_comes_back_becomes_a_result_with_one_meaning(
    report: bytes, printed: bytes, status: int
) -> None:
    if status & 0x7F > 64:  # no such signal
        status = 0

    result = told(report, out=printed, err=printed, ended=Ended(status, 0.0, 0))

    assert (result.result is None) != (result.fault is None)
    assert result.fault is None or result.message


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_values_survive(value: object) -> None:
    body = json.dumps({"value": value}).encode()

    if len(body) < LIMITS.output_bytes and b"\\ud" not in body:
        assert told(frame(b"R", body)).result == {"value": value}
