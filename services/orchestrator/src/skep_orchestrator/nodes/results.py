"""What comes out of a node is checked before it is believed: results, logs, and problems.

Afterwards values are plain JSON values of our own: nobody else holds them, and reading them back
from the log gives exactly the same.
"""

import logging
import math
import secrets
from typing import Any, Final

import msgspec

from skep_contracts.assignments import Assignment
from skep_contracts.plugins.nodes import NodeResult, NodeWait
from skep_contracts.problems import Defect, FieldError, InvalidInput, Problem, SkepError
from skep_contracts.values import check_value
from skep_orchestrator.engine.compile import PlanNode
from skep_runtime.telemetry import current_trace_id

logger = logging.getLogger(__name__)

_PLAIN_CHARACTERS: Final = 64 * 1024
_LOG_LINES: Final = 200
_LOG_LINE_CHARACTERS: Final = 2_000
_LOG_CHARACTERS: Final = 16_000
_DETAIL_CHARACTERS: Final = 2_000
_TITLE_CHARACTERS: Final = 200
_ERRORS: Final = 20
_WRITES: Final = 1000

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder().decode


def copied(value: Any) -> Any:
    """Return a copy of a JSON value that shares nothing with it."""
    return _decode(_encode(value)) if type(value) in {dict, list} else value


def accept(result: object, node: PlanNode) -> NodeResult:
    """Return a node's result as it enters the run.

    Raises:
        InvalidInput: It is no result, holds what is no JSON value, or leaves by an unknown port.
        TooLarge: Its outputs exceed `values.MAX_VALUE_BYTES`.
    """
    if not isinstance(result, NodeResult):
        raise _bad(node, f"its result is of type {type(result).__name__}, not NodeResult")
    outputs = result.outputs
    if type(outputs) is not dict:
        raise _bad(node, f"its outputs are of type {type(outputs).__name__}, not an object")
    if not _is_plain(outputs):
        check_value(outputs)
        outputs = _decode(_encode(outputs))
    if result.port not in node.ports:
        raise _bad(node, f"it left by the port {result.port!r:.70}, which it does not have")
    logs = bounded_logs(result.logs) if result.logs else ()
    writes = _accept_writes(result.writes, node) if result.writes else ()
    return NodeResult(outputs=outputs, port=str(result.port), logs=logs, writes=writes)


def _accept_writes(writes: object, node: PlanNode) -> tuple[Assignment, ...]:
    if not isinstance(writes, tuple) or len(writes) > _WRITES:
        raise _bad(node, "its changes to variables are no tuple, or too many")
    for write in writes:
        if not isinstance(write, Assignment):
            raise _bad(node, f"a change to a variable is of type {type(write).__name__}")
        check_value(write.value)
    return tuple(msgspec.structs.replace(write, value=copied(write.value)) for write in writes)


def accept_wait(wait: NodeWait, node: PlanNode) -> dict[str, Any]:
    """Return what a node waits for as it enters the log.

    Raises:
        InvalidInput: It holds what is no JSON value.
        TooLarge: It exceeds `values.MAX_VALUE_BYTES`.
    """
    try:
        plain: Any = msgspec.to_builtins(wait)
    except (TypeError, ValueError, RecursionError):
        raise _bad(node, "what it waits for is no JSON value") from None
    check_value(plain)
    return {str(name): value for name, value in plain.items()}


def _is_plain(outputs: dict[str, Any]) -> bool:
    """Tell whether outputs are flat and small, so that there is nothing to check or to copy."""
    characters = 0
    for name, value in outputs.items():
        if type(name) is not str or not name.isascii():
            return False
        kind = type(value)
        if kind is str:
            if not value.isascii():
                return False
            characters += len(value)
        elif kind is int:
            if not -(2**53) < value < 2**53:
                return False
        elif kind is float:
            if not math.isfinite(value):
                return False
        elif value is not None and kind is not bool:
            return False
    return characters < _PLAIN_CHARACTERS


def _bad(node: PlanNode, what: str) -> InvalidInput:
    return InvalidInput(
        f"The node type `{node.type}` gave a result that cannot be used: {what}. "
        "That is a mistake in the plugin that brings it.",
        code="bad_node_result",
    )


def bounded_logs(lines: object) -> tuple[str, ...]:
    """Return log lines cut to what a trace may hold."""
    if not isinstance(lines, tuple | list):
        return ()
    kept: list[str] = []
    characters = 0
    for line in lines[:_LOG_LINES]:
        text = clean_text(line, _LOG_LINE_CHARACTERS)
        characters += len(text)
        if characters > _LOG_CHARACTERS:
            break
        kept.append(text)
    if len(kept) < len(lines):
        kept.append(f"… {len(lines) - len(kept)} more lines")
    return tuple(kept)


def notes_of(error: object) -> tuple[str, ...]:
    """Return what a node noted on its error for the trace, such as what user code had printed."""
    return bounded_logs(getattr(error, "__notes__", ())) if isinstance(error, SkepError) else ()


def clean_text(text: object, limit: int) -> str:
    """Return valid Unicode of at most `limit` characters, whatever comes in."""
    if not isinstance(text, str):
        return f"({type(text).__name__})"
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    return str(text) if text.isascii() else text.encode("utf-8", "replace").decode()


def problem_of(error: BaseException, node: PlanNode) -> Problem:
    """Return the problem that a node's error is; a defect is logged with its traceback."""
    if isinstance(error, SkepError) and not isinstance(error, Defect):
        try:
            return bounded_problem(error.to_problem())
        except Exception:  # noqa: BLE001 - a stranger's error class; its defect must stay its own
            error = Defect("")
    if isinstance(error, TimeoutError):
        return Problem(
            code="node_timed_out",
            title="A node took too long",
            status=504,
            detail=f"Something the node `{node.id}` waited for did not come in time.",
            retry=Defect.retry,
        )
    defect = Defect(
        f"The node `{node.id}` ended with a mistake in the node type `{node.type}` or in Skep. "
        "The server's log has the details under this trace id."
    )
    problem = defect.to_problem(trace_id=trace_id())
    logger.error(
        "node failed with a defect",
        exc_info=error,
        extra={"node": node.id, "node_type": node.type, "trace_id": problem.trace_id},
    )
    return problem


def bounded_problem(problem: Problem) -> Problem:
    """Return a problem that fits into the log."""
    return Problem(
        code=clean_text(problem.code, 64),
        title=clean_text(problem.title, _TITLE_CHARACTERS),
        status=int(problem.status),
        detail=clean_text(problem.detail, _DETAIL_CHARACTERS),
        retry=type(problem.retry)(problem.retry),
        retry_after_s=None if problem.retry_after_s is None else float(problem.retry_after_s),
        errors=tuple(
            FieldError(
                pointer=clean_text(error.pointer, _TITLE_CHARACTERS),
                message=clean_text(error.message, _TITLE_CHARACTERS),
            )
            for error in problem.errors[:_ERRORS]
        ),
        instance=None if problem.instance is None else clean_text(problem.instance, 200),
        trace_id=None if problem.trace_id is None else clean_text(problem.trace_id, 64),
    )


def trace_id() -> str:
    """Return the present trace, or a fresh id to find a log line by when nothing is traced."""
    return current_trace_id() or secrets.token_hex(16)
