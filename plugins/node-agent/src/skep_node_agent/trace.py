"""What an agent did, for people: the output `steps`, lines of the trace, and sums."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from skep_contracts.asking.said import add_usage, usage_to_value
from skep_contracts.plugins.agents import ModelReply, ToolOutcome
from skep_contracts.plugins.models import Usage
from skep_contracts.values import to_text
from skep_node_agent.using import ReadCall

_SHOWN_CHARS: Final = 2_000
_LINE_CHARS: Final = 300


class Trace:
    """Grows with every step, and is the same when steps come from the log."""

    def __init__(self) -> None:
        self.steps: list[Any] = []
        self.usage = Usage()
        self.model_calls = 0
        self.tool_calls = 0
        self._sources: dict[str, list[Any]] = {}

    def replied(self, reply: ModelReply) -> None:
        """Note what the model said."""
        self.model_calls += 1
        self.usage = add_usage(self.usage, reply.usage)
        step: dict[str, Any] = {"kind": "model", "text": _cut(reply.text, _SHOWN_CHARS)}
        if reply.reasoning:
            step["reasoning"] = _cut(reply.reasoning, _SHOWN_CHARS)
        step["tools"] = [_cut(call.name, 100) for call in reply.tool_calls]
        self.steps.append(step)

    def used(self, read: ReadCall, outcome: ToolOutcome) -> None:
        """Note what came of a tool call; arguments that are fixed stay unseen."""
        self.tool_calls += 1
        given = to_text(read.given)
        self.steps.append(
            {
                "kind": "tool",
                "tool": read.tool or _cut(read.call.name, 100),
                "arguments": read.given
                if len(given) <= _SHOWN_CHARS
                else _cut(given, _SHOWN_CHARS),
                "text": _cut(outcome.text, _SHOWN_CHARS),
                "is_error": outcome.is_error,
            }
        )

    def found(self, key: str, sources: Iterable[Any]) -> None:
        """Note the passages that a search found."""
        self._sources[key] = list(sources)

    @property
    def sources(self) -> list[Any]:
        """The passages, in the order of the searches, each once."""
        ordered = sorted(self._sources.items(), key=lambda item: _place(item[0]))
        by_id = {each["id"]: each for _, found in reversed(ordered) for each in reversed(found)}
        return list(reversed(by_id.values()))

    def lines(self) -> tuple[str, ...]:
        """Return a line for each step."""
        return tuple(f"{number}. {_line(step)}" for number, step in enumerate(self.steps, 1))

    def usage_value(self) -> dict[str, Any]:
        """Return tokens and calls as an output."""
        return {
            **usage_to_value(self.usage),
            "model_calls": self.model_calls,
            "tool_calls": self.tool_calls,
        }


def _place(key: str) -> tuple[int, ...]:
    return tuple(int(part) for part in key.split("-")[1:])


def _line(step: dict[str, Any]) -> str:
    text = _cut(" ".join(step["text"].split()), _LINE_CHARS)
    if step["kind"] == "model":
        wanted = f" → {', '.join(step['tools'])}" if step["tools"] else ""
        return f"model: {text}{wanted}"
    arguments = _cut(msgspec.json.encode(step["arguments"]).decode(), _LINE_CHARS)
    return f"{step['tool']}{' failed' if step['is_error'] else ''}: {arguments} → {text}"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
