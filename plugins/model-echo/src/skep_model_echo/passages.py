"""Finds numbered passages in what a model is told, and what else is said."""

import json
import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from skep_contracts.plugins.models import ChatMessage

_NUMBERED: Final = re.compile(r"^[ \t]*\[(\d{1,4})\][ \t]*", re.MULTILINE)
_TAGGED: Final = re.compile(
    r"<(passage|document|source|context)\b[^>]*?\b(?:id|n|number|index)=\"?(\d{1,4})\"?[^>]*>"
    r"(.*?)</\1>",
    re.DOTALL | re.IGNORECASE,
)
_JSON_LIST: Final = re.compile(r"\[\s*\{")
_BLANK_LINE: Final = re.compile(r"\n\s*\n")


class Passage(NamedTuple):
    """A passage and the number to cite it by."""

    number: int
    text: str


class Told(NamedTuple):
    """What a conversation holds: the question, the passages, and the instructions around them."""

    question: str
    passages: tuple[Passage, ...]
    instructions: str


def read(messages: Sequence[ChatMessage]) -> Told:
    """Take a conversation apart; the question is the last thing the user said."""
    question, passages = "", []
    instructions = []
    last_user = max((i for i, m in enumerate(messages) if m.role == "user"), default=-1)
    for at, message in enumerate(messages):
        if message.role not in {"system", "user"} or (message.role == "user" and at != last_user):
            continue
        found, rest = find(message.text(), ends_with_question=message.role == "user")
        passages += found
        if message.role == "user":
            question = rest
        else:
            instructions.append(rest)
    return Told(question.strip(), tuple(passages), "\n".join(instructions))


def find(text: str, *, ends_with_question: bool) -> tuple[list[Passage], str]:
    """Return the passages in a text, and the text without them."""
    tagged = [Passage(int(m[2]), m[3].strip()) for m in _TAGGED.finditer(text)]
    if tagged:
        return tagged, _TAGGED.sub("", text)
    marks = list(_NUMBERED.finditer(text))
    if marks:
        return _numbered(text, marks, ends_with_question=ends_with_question)
    return _json(text)


def _numbered(
    text: str, marks: list[re.Match[str]], *, ends_with_question: bool
) -> tuple[list[Passage], str]:
    """Cut at lines that begin with a number in brackets."""
    before, after, end = text[: marks[0].start()], "", len(text)
    if ends_with_question and not before.strip():
        gaps = list(_BLANK_LINE.finditer(text, marks[-1].end()))
        if gaps:
            end, after = gaps[-1].start(), text[gaps[-1].end() :]
    ends = [mark.start() for mark in marks[1:]] + [end]
    passages = [
        Passage(int(mark[1]), text[mark.end() : stop].strip())
        for mark, stop in zip(marks, ends, strict=True)
    ]
    return [passage for passage in passages if passage.text], before + after


def _json(text: str) -> tuple[list[Passage], str]:
    """Take a JSON list of objects that have a text, as a template writes a list of passages."""
    decoder = json.JSONDecoder()
    for start in _JSON_LIST.finditer(text):
        try:
            items, end = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            continue
        texts = [_text_of(item) for item in items]
        if all(texts):
            passages = [Passage(number, found) for number, found in enumerate(texts, start=1)]
            return passages, text[: start.start()] + text[end:]
    return [], text


def _text_of(item: Any) -> str:
    text = item.get("text") or item.get("content") if isinstance(item, dict) else None
    return text if isinstance(text, str) else ""
