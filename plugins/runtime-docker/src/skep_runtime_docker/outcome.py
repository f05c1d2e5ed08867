"""What came back from a container, as a result. Everything here reads hostile input."""

import os
import signal
import struct
from enum import IntEnum
from typing import Any, Final, Literal

import msgspec

from skep_contracts.plugins.runtimes import CodeFault, CodeResult, RunLimits
from skep_contracts.problems import InvalidInput, TooLarge, Unavailable
from skep_contracts.values import check_value
from skep_runtime_docker.stream import Ended, Traffic

_HEADER: Final = struct.Struct(">cQ")
_CONFINED: Final = b"C"
_SET_UP_FAILED: Final = b"S"
_RESULT: Final = b"R"
_FAULT: Final = b"F"
_MAX_MESSAGE: Final = 4_000
_NEARLY_FULL: Final = 0.9
_NEARLY_SPENT: Final = 0.5
"""The kernel counts in ticks against the limit, and exactly in what it reports: they may differ."""


class Stopped(IntEnum):
    """Why the keeper ended a run."""

    NOT = 0
    WALL = 1
    FLOOD = 2
    RESULT = 3


class _Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The faults that a child may report of itself; the others are for the host to find."""

    fault: Literal[
        "syntax", "exception", "no_main", "bad_result", "out_of_memory", "too_much_output"
    ]
    message: str
    line: int | None


_FAULTS: Final = msgspec.json.Decoder(_Fault)
_RESULTS: Final = msgspec.json.Decoder(dict[str, Any])


class _Verdict(msgspec.Struct, frozen=True):
    fault: CodeFault | None = None
    message: str = ""
    line: int | None = None
    result: dict[str, Any] | None = None


def conclude(traffic: Traffic, limits: RunLimits) -> CodeResult:
    """Return what a run gave.

    Raises:
        Unavailable: The run was not confined, so it was never shown the code.
    """
    mark, report = traffic.report[:1], traffic.report[1:]
    ended = traffic.ended
    if mark != _CONFINED and ended.stopped == Stopped.NOT:
        reason = (
            report.decode(errors="replace")[:200] if mark == _SET_UP_FAILED else "it ended early"
        )
        raise Unavailable(
            f"The sandbox could not confine a process, so it ran nothing ({reason}).",
            retry_after_s=1.0,
        )
    verdict = _stopped(ended.stopped, limits) or _reported(report, ended, limits)
    if verdict is None:
        verdict = _ended(ended, limits)
    return CodeResult(
        result=verdict.result,
        fault=verdict.fault,
        message=verdict.message,
        line=verdict.line,
        stdout=_text(traffic.out, is_cut=ended.is_out_cut),
        stderr=_text(traffic.err, is_cut=ended.is_err_cut),
        elapsed_s=traffic.elapsed_s,
        cpu_s=_seconds(ended),
        peak_memory_bytes=ended.peak_memory_bytes,
    )


def overdue(limits: RunLimits) -> CodeResult:
    """Return what a run gave whose container had to be removed for it to end."""
    verdict = _out_of_time(limits)
    return CodeResult(
        fault=verdict.fault, message=verdict.message, elapsed_s=limits.wall_s, cpu_s=0.0
    )


def vanished() -> CodeResult:
    """Return what a run gave that took its container with it."""
    return CodeResult(
        fault=CodeFault.KILLED,
        message="The code ended the container that it ran in, most likely for want of memory.",
    )


def _out_of_time(limits: RunLimits) -> _Verdict:
    return _Verdict(
        CodeFault.TIMED_OUT, f"The code ran longer than {limits.wall_s:g} s and was stopped."
    )


def _stopped(stopped: int, limits: RunLimits) -> _Verdict | None:
    match stopped:
        case Stopped.WALL:
            return _out_of_time(limits)
        case Stopped.FLOOD:
            return _Verdict(
                CodeFault.TOO_MUCH_OUTPUT, "The code printed without end and was stopped."
            )
        case Stopped.RESULT:
            return _Verdict(
                CodeFault.TOO_MUCH_OUTPUT,
                f"The result is larger than {limits.output_bytes:,} bytes.",
            )
        case _:
            return None


def _reported(report: bytes, ended: Ended, limits: RunLimits) -> _Verdict | None:
    """Read the one frame that a child may write; None when how it ended says more."""
    if not report:
        return None
    kind, size = _HEADER.unpack(report[: _HEADER.size].ljust(_HEADER.size, b"\0"))
    body = report[_HEADER.size :]
    if len(body) < size and kind in {_RESULT, _FAULT} and os.WIFSIGNALED(ended.status):
        return None
    if len(body) != size or kind not in {_RESULT, _FAULT}:
        return _bad(
            "Something other than the result of main was written to the channel of results."
        )
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _bad("The result is not valid UTF-8.")
    return _read_result(text, limits) if kind == _RESULT else _read_fault(text)


def _read_fault(text: str) -> _Verdict:
    try:
        fault = _FAULTS.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return _bad("The report of a fault is malformed.")
    line = fault.line if fault.line is not None and 0 < fault.line < 1 << 31 else None
    return _Verdict(CodeFault(fault.fault), fault.message[:_MAX_MESSAGE], line)


def _read_result(text: str, limits: RunLimits) -> _Verdict:
    try:
        result = _RESULTS.decode(text)
        check_value(result, max_bytes=limits.output_bytes)
    except TooLarge as error:
        return _Verdict(CodeFault.TOO_MUCH_OUTPUT, error.detail)
    except InvalidInput as error:
        pointer = error.errors[0].pointer if error.errors else ""
        return _bad(f"The result{f' at {pointer}' if pointer else ''}: {error.detail}")
    except RecursionError:
        return _bad("The result is nested too deeply.")
    except msgspec.DecodeError:
        return _bad("The result is not JSON.")
    return _Verdict(result=result)


def _ended(ended: Ended, limits: RunLimits) -> _Verdict:
    """Explain an end without a report by how the keeper saw it."""
    if not os.WIFSIGNALED(ended.status):
        code = os.waitstatus_to_exitcode(ended.status)
        return _Verdict(
            CodeFault.KILLED,
            f"The code ended its own process (status {code}), or closed the channel of its result, "
            "before main had returned.",
        )
    number = os.WTERMSIG(ended.status)
    if (
        number in {signal.SIGKILL, signal.SIGXCPU}
        and _seconds(ended) >= limits.cpu_s * _NEARLY_SPENT
    ):
        return _Verdict(
            CodeFault.TIMED_OUT,
            f"The code used more than {limits.cpu_s:g} s of processor time and was stopped.",
        )
    if ended.peak_memory_bytes >= limits.memory_bytes * _NEARLY_FULL:
        return _Verdict(
            CodeFault.OUT_OF_MEMORY, "The code needs more memory than it may use, and crashed."
        )
    name = signal.strsignal(number) or f"signal {number}"
    return _Verdict(CodeFault.KILLED, f"The code crashed or was killed ({name}).")


def _seconds(ended: Ended) -> float:
    return ended.cpu_us / 1_000_000


def _bad(message: str) -> _Verdict:
    return _Verdict(CodeFault.BAD_RESULT, message)


def _text(data: bytes, *, is_cut: bool) -> str:
    text = data.decode("utf-8", errors="replace")
    return f"{text}\n… (cut after {len(data):,} bytes)" if is_cut else text
