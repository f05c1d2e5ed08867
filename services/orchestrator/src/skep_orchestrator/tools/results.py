"""What comes of a tool's call is checked before it is believed."""

import asyncio
import logging
from typing import Any, Final

import msgspec

from skep_contracts.plugins.tools import ToolDescription, ToolResult
from skep_contracts.problems import (
    Defect,
    InvalidInput,
    ProviderFailed,
    ProviderTimedOut,
    SkepError,
    TooLarge,
)
from skep_contracts.values import MAX_VALUE_BYTES, check_value
from skep_orchestrator.nodes.results import clean_text, trace_id

logger = logging.getLogger(__name__)

MAX_TEXT_CHARACTERS: Final = 200_000
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder().decode


def accept_result(tool: ToolDescription, result: object) -> ToolResult:
    """Return a tool's result as plain values of our own; a text that is very long is cut.

    Raises:
        ProviderFailed: It is no result, or holds what is no JSON value.
        TooLarge: Its data exceed `values.MAX_VALUE_BYTES`.
    """
    if not isinstance(result, ToolResult) or not isinstance(result.text, str):
        raise _bad(tool, f"it gave {type(result).__name__}")
    try:
        check_value(result.data)
    except InvalidInput as error:
        raise _bad(tool, error.detail) from None
    except TooLarge:
        raise TooLarge(
            f"The tool `{tool.name}` gave data of more than {MAX_VALUE_BYTES:,} bytes.",
            code="tool_result_too_large",
        ) from None
    data: Any = _decode(_encode(result.data))
    text = clean_text(result.text, MAX_TEXT_CHARACTERS)
    return ToolResult(text=text, data=data, is_error=bool(result.is_error))


def _bad(tool: ToolDescription, what: str) -> ProviderFailed:
    return ProviderFailed(
        f"The tool `{tool.name}` gave a result that cannot be used: {what} "
        "That is a mistake in the plugin that brings it.",
        code="bad_tool_result",
    )


def known_error(tool: ToolDescription, error: BaseException) -> SkepError:
    """Return what a tool raised as one of the known errors; a defect is logged."""
    if isinstance(error, SkepError) and not isinstance(error, Defect):
        return error
    if isinstance(error, TimeoutError):
        return ProviderTimedOut(
            f"The tool `{tool.name}` did not answer within {tool.timeout_s:g} s.",
            code="tool_timed_out",
        )
    trace = trace_id()
    logger.error(
        "tool failed with a defect", exc_info=error, extra={"tool": tool.name, "trace_id": trace}
    )
    return ProviderFailed(
        f"The tool `{tool.name}` ended with a mistake in the plugin that brings it. The server's "
        f"log has the details under the trace id {trace}.",
        code="tool_failed",
    )


def is_cancelled() -> bool:
    """Tell whether the present task is being cancelled, whatever a tool raised meanwhile."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
