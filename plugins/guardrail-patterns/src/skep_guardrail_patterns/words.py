"""Words of a list, and a pattern, both in time that grows with the text alone."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import re2

from skep_contracts.plugins.guardrails import Finding
from skep_contracts.problems import FieldError, InvalidInput

_LONG: Final = 50_000
"""Characters from which a text is looked at in a thread."""


class Words:
    """Finds words and phrases where no letter or digit goes on before or behind them."""

    def __init__(self, settings: dict[str, Any]) -> None:
        """Read the list."""
        words = sorted({" ".join(str(word).split()) for word in settings["words"]}, key=len)
        phrases = "|".join(
            r"\s+".join(re2.escape(part) for part in word.split()) for word in reversed(words)
        )
        self._label = str(settings.get("label") or "word on a list")
        self._pattern = _compiled(f"(?i)(?:{phrases})", "/words")

    async def find(self, text: str) -> Sequence[Finding]:
        """Return where words of the list stand."""
        found = await _matches(self._pattern, text)
        return [
            Finding(start=start, end=end, kind=self._label)
            for start, end in found
            if _stands_alone(text, start, end)
        ]


class Pattern:
    """Finds what a pattern matches."""

    def __init__(self, settings: dict[str, Any]) -> None:
        """Compile it.

        Raises:
            InvalidInput: It is no regular expression, or matches nothing at all everywhere.
        """
        self._pattern = _compiled(str(settings["pattern"]), "/pattern")
        self._label = str(settings.get("label") or "pattern")

    async def find(self, text: str) -> Sequence[Finding]:
        """Return what matches."""
        found = await _matches(self._pattern, text)
        return [Finding(start=start, end=end, kind=self._label) for start, end in found]


def _compiled(pattern: str, pointer: str) -> Any:
    try:
        options = re2.Options()
        options.log_errors = False
        compiled = re2.compile(pattern, options=options)
    except (re2.error, UnicodeEncodeError) as error:
        message = f"is no regular expression: {str(error)[:200]}"
        raise InvalidInput(
            f"The pattern {message}.", errors=[FieldError(pointer=pointer, message=message)]
        ) from None
    if compiled.search("") is not None:
        raise InvalidInput(
            "The pattern matches the empty text, so it would match everywhere.",
            errors=[FieldError(pointer=pointer, message="matches the empty text")],
        )
    return compiled


async def _matches(pattern: Any, text: str) -> list[tuple[int, int]]:
    if len(text) < _LONG:
        return _found(pattern, text)
    return await asyncio.to_thread(_found, pattern, text)


def _found(pattern: Any, text: str) -> list[tuple[int, int]]:
    clean = text.encode("utf-8", "replace").decode()
    return [match.span() for match in pattern.finditer(clean)]


def _stands_alone(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    behind = text[end] if end < len(text) else " "
    # In scripts without spaces a letter before says nothing.
    begins = not before.isalnum() or not before.isascii()
    ends = not behind.isalnum() or not behind.isascii()
    return begins and ends
