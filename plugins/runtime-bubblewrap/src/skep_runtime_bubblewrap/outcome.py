"""What came back from a child, as a result. Everything here reads hostile input."""

import os
import signal
import struct
from typing import Any, Final, Literal

import msgspec

from skep_contracts.plugins.runtimes import CodeFault, CodeResult, RunLimits
from skep_contracts.problems import InvalidInput, TooLarge, Unavailable
from skep_contracts.values import check_value
from skep_runtime_bubblewrap.exchange import Stopped, Traffic
from skep_runtime_bubblewrap.fork_server import Ended

_HEADER: Final = struct.Struct(">cQ")
_CONFINED: Final = b"C"
_SET_UP_FAILED: Final = b"S"
_RESULT: Final = b"R"
_FAULT: Final = b"F"
_MAX_MESSAGE: Final = 4_000
_NEARLY_FULL: Final = 0.9
_NEARLY_SPENT: Final = 0.5
"""The kernel counts in ticks against the limit, and exactly in what it reports: they may differ."""


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


def was_killed_unread(traffic: Traffic) -> bool:
    """Tell whether others killed a child before it had read a byte of the code."""
    status = traffic.ended.status
    is_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return is_killed and traffic.stopped is None and not traffic.was_read


def conclude(traffic: Traffic, limits: RunLimits) -> CodeResult:
    """Return what a run gave.

    Raises:
        Unavailable: The child was not confined, so it was never shown the code.
    """
    mark, report = traffic.report[:1], traffic.report[1:]
    if mark != _CONFINED and traffic.stopped is None:
        reason = (
            report.decode(errors="replace")[:200] if mark == _SET_UP_FAILED else "it ended early"
        )
        raise Unavailable(
            f"The sandbox could not confine a process, so it ran nothing ({reason}).",
            retry_after_s=1.0,
        )
    verdict = _stopped(traffic, limits) or _reported(report, traffic.ended, limits)
    if verdict is None:
        verdict = _ended(traffic, limits)
    return CodeResult(
        result=verdict.result,
        fault=verdict.fault,
        message=verdict.message,
        line=verdict.line,
        stdout=_text(traffic.out, is_cut=traffic.cut[0]),
        stderr=_text(traffic.err, is_cut=traffic.cut[1]),
        elapsed_s=traffic.elapsed_s,
        cpu_s=traffic.ended.cpu_s,
        peak_memory_bytes=traffic.ended.peak_memory_bytes,
    )


def _stopped(traffic: Traffic, limits: RunLimits) -> _Verdict | None:
    match traffic.stopped:
        case Stopped.WALL:
            return _Verdict(
                CodeFault.TIMED_OUT,
                f"The code ran longer than {limits.wall_s:g} s and was stopped.",
            )
        case Stopped.FLOOD:
            return _Verdict(
                CodeFault.TOO_MUCH_OUTPUT, "The code printed without end and was stopped."
            )
        case Stopped.RESULT:
            return _Verdict(
                CodeFault.TOO_MUCH_OUTPUT,
                f"The result is larger than {limits.output_bytes:,} bytes.",
            )
        case None:
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


def _ended(traffic: Traffic, limits: RunLimits) -> _Verdict:
    """Explain an end without a report by how the parent of the child saw it."""
    ended = traffic.ended
    if not os.WIFSIGNALED(ended.status):
        code = os.waitstatus_to_exitcode(ended.status)
        return _Verdict(
            CodeFault.KILLED,
            f"The code ended its own process (status {code}), or closed the channel of its result, "
            "before main had returned.",
        )
    number = os.WTERMSIG(ended.status)
    if number in {signal.SIGKILL, signal.SIGXCPU} and ended.cpu_s >= limits.cpu_s * _NEARLY_SPENT:
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


def _bad(message: str) -> _Verdict:
    return _Verdict(CodeFault.BAD_RESULT, message)


def _text(data: bytes, *, is_cut: bool) -> str:
    text = data.decode("utf-8", errors="replace")
    return f"{text}\n… (cut after {len(data):,} bytes)" if is_cut else text
