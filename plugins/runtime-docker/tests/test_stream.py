"""What a container says is read as hostile: whatever comes, there is an end and a meaning."""

import json
import socket
import struct
import threading
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from skep_contracts.plugins.runtimes import CodeFault, CodeResult, RunLimits
from skep_contracts.problems import Unavailable
from skep_runtime_docker.outcome import conclude
from skep_runtime_docker.stream import Ended, LostContact, Stream, Traffic

LIMITS = RunLimits(output_bytes=2_000, log_bytes=100, wall_s=5.0)
_ENDED = struct.Struct(">iQQB??")


def engine(data: bytes, stream: int = 1) -> bytes:
    """Wrap what the keeper says as the engine does."""
    return struct.pack(">BxxxI", stream, len(data)) + data


def keeper(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">cI", kind, len(data)) + data


def ended(status: int = 0, stopped: int = 0) -> bytes:
    return keeper(b"X", _ENDED.pack(status, 1_000, 1_000_000, stopped, False, False))


def report(body: bytes, kind: bytes = b"R") -> bytes:
    return b"C" + struct.pack(">cQ", kind, len(body)) + body


def followed(said: bytes) -> Traffic:
    """Read what a container that says `said`, and ends, comes to."""
    ours, theirs = socket.socketpair()
    with ours, theirs:

        def speak() -> None:
            theirs.sendall(said)
            theirs.shutdown(socket.SHUT_RDWR)

        thread = threading.Thread(target=speak)
        thread.start()
        try:
            return Stream(ours).follow(LIMITS, time.monotonic(), time.monotonic() + 5)
        finally:
            ours.close()
            thread.join()


def test_report_and_prints_come_apart() -> None:
    said = [keeper(b"O", b"out"), keeper(b"R", report(b'{"a":1}')), keeper(b"E", b"err"), ended()]

    result = conclude(followed(engine(b"".join(said))), LIMITS)

    assert (result.result, result.stdout, result.stderr) == ({"a": 1}, "out", "err")


def test_frames_may_be_torn_anywhere() -> None:
    said = keeper(b"R", report(b'{"a":1}')) + keeper(b"O", b"x" * 50) + ended()

    for size in (1, 3, 7):
        pieces = [engine(said[at : at + size]) for at in range(0, len(said), size)]
        assert conclude(followed(b"".join(pieces)), LIMITS).result == {"a": 1}


def test_standard_error_of_the_keeper_is_no_frame() -> None:
    said = engine(ended(), stream=2) + engine(keeper(b"R", report(b"{}")) + ended())

    assert conclude(followed(said), LIMITS).result == {}


@pytest.mark.parametrize(
    "said",
    [
        b"",
        engine(keeper(b"R", report(b"{}"))),
        engine(keeper(b"?", b"") + ended()),
        engine(keeper(b"O", b"x" * 101) + ended()),
        engine(keeper(b"X", b"short")),
        struct.pack(">BxxxI", 1, 0xFFFFFFFF),
        engine(struct.pack(">cI", b"R", 0xFFFFFFFF)),
    ],
    ids=["nothing", "no end", "kind", "too much", "short end", "long frame", "long part"],
)
def test_nonsense_is_a_lost_contact(said: bytes) -> None:
    with pytest.raises(LostContact):
        followed(said)


@given(st.binary(max_size=400))
@example(engine(ended()))
def test_whatever_is_said_there_is_an_end(said: bytes) -> None:
    try:
        traffic = followed(said)
    except LostContact:
        return
    assert isinstance(traffic, Traffic)


def told(what: bytes, *, status: int = 0, stopped: int = 0) -> CodeResult:
    traffic = Traffic(
        report=b"C" + what,
        out=b"",
        err=b"",
        ended=Ended(status, 1_000, 1_000_000, stopped, False, False),
        elapsed_s=0.1,
    )
    return conclude(traffic, LIMITS)


@given(st.binary(max_size=300), st.integers(0, 0xFFFF), st.integers(0, 255))
@example(b"R" + struct.pack(">Q", 2) + b"{}", 0, 0)
def test_whatever_comes_back_becomes_a_result_with_one_meaning(
    what: bytes, status: int, stopped: int
) -> None:
    if status & 0x7F > 64:  # no such signal
        status = 0

    result = told(what, status=status, stopped=stopped)

    assert (result.result is None) != (result.fault is None)
    assert result.fault is None or result.message


@pytest.mark.parametrize(
    ("stopped", "fault"),
    [(1, CodeFault.TIMED_OUT), (2, CodeFault.TOO_MUCH_OUTPUT), (3, CodeFault.TOO_MUCH_OUTPUT)],
)
def test_what_the_keeper_stopped_is_no_result(stopped: int, fault: CodeFault) -> None:
    assert told(report(b"{}")[1:], stopped=stopped).fault is fault


def test_forged_fault_has_only_the_words_of_a_fault() -> None:
    body = json.dumps({"fault": "unsupported", "message": "x", "line": 1}).encode()

    assert told(report(body, b"F")[1:]).fault is CodeFault.BAD_RESULT


def test_run_that_was_not_confined_is_not_believed() -> None:
    for what in (b"", b"Sno landlock"):
        traffic = Traffic(
            report=what, out=b"", err=b"", ended=Ended(0, 0, 0, 0, False, False), elapsed_s=0.1
        )
        with pytest.raises(Unavailable, match="confine"):
            conclude(traffic, LIMITS)
