"""Reads what the model wrote: an action, the final answer, or something that is neither.

Only the model's own words are ever read this way. What a tool gave is never searched for actions.
"""

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import msgspec

from skep_contracts.asking.json_text import json_values

_FINAL: Final = re.compile(
    r"[ \t#>]*(\*{0,3})[ \t]*final[ _]answer[ \t]*(\*{0,3})[ \t]*:", re.IGNORECASE
)
_ACTION: Final = re.compile(r"[ \t*#>]*action[ \t*]*:[ \t*]*", re.IGNORECASE)
_INPUT: Final = re.compile(
    r"^[ \t*#>]*action[ _]input[ \t*]*:[ \t*]*", re.IGNORECASE | re.MULTILINE
)
_OBSERVATION: Final = re.compile(r"[ \t*#>]*observation[ \t*]*:", re.IGNORECASE)
_LONGEST_MARKER: Final = 200
_NAMES: Final = ("tool", "action", "name")
_ARGUMENTS: Final = ("arguments", "action_input", "input", "parameters", "args")


class FinalAnswer(msgspec.Struct, frozen=True):
    """The model is done. `spoken` is all it wrote."""

    spoken: str
    text: str


class Action(msgspec.Struct, frozen=True):
    """The model wants a tool; `arguments` is JSON text."""

    spoken: str
    tool: str
    arguments: str


class Broken(msgspec.Struct, frozen=True):
    """The model wants a tool, but it cannot be said which or how."""

    spoken: str
    fault: str


Reply: TypeAlias = FinalAnswer | Action | Broken


def read_reply(text: str) -> Reply:
    """Return what a reply means. One without any marker is an answer."""
    position = 0
    for line in text.splitlines(keepends=True):
        if found := _FINAL.match(line):
            return FinalAnswer(text, _unmarked(text[position + found.end() :], _still_open(found)))
        if found := _ACTION.match(line):
            rest = text[position + found.end() :]
            spoken, rest = text[: position + found.end()], _until_observation(rest)
            return _read_action((spoken + rest).rstrip(), rest)
        if _OBSERVATION.match(line):
            return Broken(text[:position].rstrip(), "there was neither an action nor an answer")
        position += len(line)
    return FinalAnswer(text, text.lstrip())


def _still_open(marker: re.Match[str]) -> str:
    """Return the stars that a marker in bold type opens and that only its answer's start closes."""
    opened, closed = marker.groups()
    return "" if closed else str(opened)


def _unmarked(text: str, still_open: str) -> str:
    return text.lstrip().removeprefix(still_open).lstrip()


def _until_observation(text: str) -> str:
    """Cut off what the model made up to have observed."""
    position = 0
    for line in text.splitlines(keepends=True):
        if position and _OBSERVATION.match(line):
            return text[:position]
        position += len(line)
    return text


def _read_action(spoken: str, text: str) -> Reply:
    named = _INPUT.search(text)
    if named is not None:
        tool = text[: named.start()].strip().strip("`*\"'")
        return _with_input(spoken, tool, text[named.end() :].strip())
    for value in json_values(text):
        if isinstance(value, dict):
            return _from_object(spoken, value)
    return Broken(spoken, "the action is not a JSON object with `tool` and `arguments`")


def _with_input(spoken: str, tool: str, given: str) -> Reply:
    if not tool or "\n" in tool:
        return Broken(spoken, "the action does not name one tool")
    for value in json_values(given):
        if isinstance(value, dict):
            return Action(spoken, tool, msgspec.json.encode(value).decode())
    return Broken(spoken, "the action's input is not a JSON object")


def _from_object(spoken: str, action: dict[str, Any]) -> Reply:
    tool = next((action[key] for key in _NAMES if key in action), None)
    arguments: Any = next((action[key] for key in _ARGUMENTS if key in action), {})
    if not isinstance(tool, str) or not tool.strip():
        return Broken(spoken, "the action has no `tool`")
    if isinstance(arguments, str):
        arguments = next((v for v in json_values(arguments) if isinstance(v, dict)), arguments)
    if not isinstance(arguments, dict):
        return Broken(spoken, "the action's `arguments` are not a JSON object")
    return Action(spoken, tool.strip(), msgspec.json.encode(arguments).decode())


class FinalAnswerFilter:
    """Hears a reply piece by piece and shows what comes behind ``Final Answer:``, at once."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._line = ""
        self._state = "before"
        self._still_open = ""
        self._held = ""
        self._shown: list[str] = []

    def feed(self, piece: str) -> None:
        """Take the next piece."""
        for part in piece.splitlines(keepends=True) if self._state == "before" else (piece,):
            self._hear(part)

    def _hear(self, part: str) -> None:
        """Take a part that ends with its line, at the latest, until the answer begins."""
        if self._state == "final":
            self._say(part)
        if self._state != "before":
            return
        self._line += part
        if len(self._line) <= _LONGEST_MARKER:
            if found := _FINAL.match(self._line):
                self._state, self._still_open = "final", _still_open(found)
                self._say(self._line[found.end() :])
            elif _ACTION.match(self._line) or _OBSERVATION.match(self._line):
                self._state = "silent"
        # Of a long line no more is kept than shows that it is long.
        self._line = "" if part.endswith("\n") else self._line[: _LONGEST_MARKER + 1]

    def _say(self, text: str) -> None:
        if self._shown:
            self._shown.append(text)
            self._show(text)
            return
        self._held += text
        begun = self._held.lstrip()
        if len(begun) >= len(self._still_open) or not self._still_open.startswith(begun):
            self._begin(_unmarked(begun, self._still_open))

    def _begin(self, text: str) -> None:
        if text:
            self._shown.append(text)
            self._show(text)

    def finish(self, said: Reply) -> str:
        """Return the answer; of one that was not marked, or is none, show it now."""
        if not self._shown:
            self._begin(said.text if isinstance(said, FinalAnswer) else said.spoken)
        return "".join(self._shown)
