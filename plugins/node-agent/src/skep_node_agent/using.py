"""From a model's words to a tool's arguments, and from a tool's result to words for the model."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from skep_contracts.plugins.models import ToolCall
from skep_contracts.plugins.tools import ToolResult
from skep_contracts.problems import InvalidInput, Retry, SkepError, TooLarge, did_you_mean
from skep_contracts.values import check_value, to_text
from skep_node_agent.offering import OfferedTool

MAX_TEXT_CHARS: Final = 50_000
"""Of a tool's text, for the model."""
_FAULTS: Final = 10


class ReadCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call as it is to be made; with a `fault` it cannot be."""

    call: ToolCall
    tool: str = ""
    arguments: dict[str, Any] = {}
    given: Any = None
    """What of the arguments the model wrote."""
    fault: str | None = None


def read_call(call: ToolCall, tools: Mapping[str, OfferedTool]) -> ReadCall:
    """Return what a model asks for. Faults are told in words that help it to do better."""
    offered = tools.get(call.name)
    if offered is None:
        names = ", ".join(tools) or "none"
        hint = did_you_mean(call.name, tools)
        fault = f"There is no tool {call.name!r:.80}{hint}. There are: {names}."
        return ReadCall(call=call, given=call.arguments, fault=fault)
    try:
        given = msgspec.json.decode(call.arguments) if call.arguments.strip() else {}
        check_value(given)
    except (msgspec.DecodeError, UnicodeError, RecursionError, InvalidInput, TooLarge):
        given = None
    if not isinstance(given, dict):
        fault = "The arguments are not a JSON object. Write them again."
        return ReadCall(call=call, tool=offered.tool, given=call.arguments, fault=fault)
    arguments = {**given, **offered.fixed}
    shown = {name: value for name, value in given.items() if name not in offered.fixed}
    return ReadCall(call=call, tool=offered.tool, arguments=arguments, given=shown)


def told(outcome: ToolResult | SkepError) -> str:
    """Return what the model is told of a tool's result, or of what went wrong."""
    if isinstance(outcome, SkepError):
        faults = "".join(f"\n{each.pointer}: {each.message}" for each in outcome.errors[:_FAULTS])
        hint = " Trying again later may help." if outcome.retry is Retry.LATER else ""
        return _bounded(f"The tool failed: {outcome.detail}{hint}{faults}")
    text = outcome.text
    if not text.strip() and outcome.data is not None:
        text = to_text(outcome.data)
    return _bounded(text) if text.strip() else "(The tool gave nothing.)"


def cleaned(text: str) -> str:
    """Return valid Unicode: half surrogate pairs, which some models write, are replaced."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _bounded(text: str) -> str:
    text = cleaned(text)
    if len(text) <= MAX_TEXT_CHARS:
        return text
    return f"{text[:MAX_TEXT_CHARS]}\n(… {len(text) - MAX_TEXT_CHARS:,} more characters left out)"
