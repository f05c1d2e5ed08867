"""What a model said in one call, and what it took."""

from typing import Any

import msgspec

from skep_contracts.plugins.models import ToolCall, Usage


class Said(msgspec.Struct, kw_only=True):
    """What a model said in one call. Without a word of the provider, `usage` is an estimate."""

    text: str = ""
    reasoning: str = ""
    calls: tuple[ToolCall, ...] = ()
    usage: Usage = Usage(estimated=True)
    finish_reason: str = "other"


def add_usage(one: Usage, other: Usage) -> Usage:
    """Return the tokens of two calls together."""
    return Usage(
        input_tokens=one.input_tokens + other.input_tokens,
        output_tokens=one.output_tokens + other.output_tokens,
        cached_input_tokens=one.cached_input_tokens + other.cached_input_tokens,
        reasoning_tokens=one.reasoning_tokens + other.reasoning_tokens,
        estimated=one.estimated or other.estimated,
    )


def usage_to_value(usage: Usage) -> dict[str, Any]:
    """Return the tokens as an output of a node."""
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "cached_input_tokens": usage.cached_input_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "estimated": usage.estimated,
    }
