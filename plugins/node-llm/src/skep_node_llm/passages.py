"""Passages that a model answers from, and those it says it used."""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from skep_contracts.values import Value, to_text

_CITED: Final = r"\[(\d{1,5}(?:\s*[,;]\s*\d{1,5})*)\]"
_NUMBER: Final = r"\d+"


class Passage(msgspec.Struct, frozen=True):
    """A passage: the number it is cited by, its text, and what is known about it."""

    number: int
    text: str
    facts: dict[str, Any]


class Passages(msgspec.Struct, frozen=True):
    """What the context of a question came to."""

    numbered: tuple[Passage, ...] = ()
    plain: str = ""
    """In place of passages: a text that stays as it is."""

    @classmethod
    def of(cls, context: Value) -> "Passages":
        """Read a context.

        A list of a retrieval keeps its numbers; other lists are counted from 1; a text stays.
        """
        if not isinstance(context, list):
            return cls(plain=to_text(context).strip())
        return cls(tuple(_passage(count, item) for count, item in enumerate(context, start=1)))

    def text(self) -> str:
        """Return the passages as one text, each behind its number; nothing when there are none."""
        if self.plain:
            return self.plain
        return "\n\n".join(f"[{passage.number}] {passage.text}" for passage in self.numbered)

    def cited_in(self, answer: Value) -> list[Value]:
        """Return what is known about the passages that an answer cites, in order of mention."""
        known = {passage.number: passage for passage in self.numbered}
        mentioned = (
            int(number)
            for text in _texts(answer)
            for group in re.findall(_CITED, text)
            for number in re.findall(_NUMBER, group)
        )
        found = (known[number] for number in dict.fromkeys(mentioned) if number in known)
        return [{**passage.facts, "number": passage.number} for passage in found]


def _passage(count: int, item: Value) -> Passage:
    if not isinstance(item, dict):
        text = to_text(item).strip()
        return Passage(count, text, {"text": text})
    given = item.get("number")
    number = given if isinstance(given, int) and not isinstance(given, bool) else count
    said = next((item[key] for key in ("text", "content") if item.get(key)), item)
    return Passage(number, to_text(said).strip(), item)


def _texts(value: Value) -> Iterator[str]:
    """Yield the texts in a value; a list of numbers is no citation."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
